"""Words of an agent's own: sent also where nobody has drafted anything."""

import pytest
from playwright.async_api import expect

from tests.browser.visitor import Visitor
from tests.console.house import House

pytestmark = pytest.mark.browser


async def test_an_agent_answers_though_there_is_no_draft_for_the_newest_message(
    house: House, ann: Visitor
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    other = await house.buyer_writes("Hello?", thread="other")
    await house.buyer_writes("It is urgent!")  # and nobody drafts any more
    await ann.log_in()

    for each, words in ((one, "It comes today."), (other, "Good morning!")):
        await ann.page.goto(f"{ann.address}/c/{each}")
        await ann.live()
        await ann.sees(".draft-head", "no draft for the newest message yet")
        await ann.page.fill("#text", words)
        await ann.press("Control+Enter")
        await expect(ann.page.locator("#undo")).to_be_visible()

    assert await house.outgoing_text(one) == "It comes today."
    assert await house.outgoing_text(other) == "Good morning!"
