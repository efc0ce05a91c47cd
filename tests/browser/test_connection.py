"""The line to the server breaks while an agent works."""

import pytest

from responder.testing import FakeClock
from tests.browser.visitor import Visitor
from tests.console.house import House

pytestmark = pytest.mark.browser


async def test_a_broken_connection_is_told_and_mended(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    await house.buyer_writes()
    await ann.log_in()

    house.services.hub.end_listeners()

    await ann.sees("#live", "Reconnecting")
    second = await house.buyer_writes(thread="second")
    await ann.live()
    await ann.sees(f"#row-{second}", "Jane")


async def test_that_the_server_cannot_be_reached_is_said_until_it_can(
    house: House, ann: Visitor
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.log_in(f"/c/{one}")
    await ann.live()
    await ann.page.context.set_offline(True)
    house.services.hub.end_listeners()
    await ann.sees("#live", "Reconnecting")
    await ann.press("a")
    await ann.sees("#trouble", "cannot be reached")

    await ann.page.context.set_offline(False)

    await ann.live()
    await ann.hides("#trouble")
