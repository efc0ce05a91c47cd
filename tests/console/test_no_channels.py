"""Where no channel of alerts is set up, the page of alerts says that nobody is told."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from responder.drafting import Drafting
from responder.store.database import Database
from responder.testing import FakeClock
from tests.console.house import House, open_house
from tests.console.shops import services

NOBODY = "Nobody is told of late replies: no channel is set up."


@pytest.fixture
async def mute(database: Database, clock: FakeClock, drafting: Drafting) -> AsyncIterator[House]:
    """A house without ``[[alerts]]``."""
    given = replace(services(database, clock, drafting, []), tables={})
    async with open_house(given, clock) as opened:
        yield opened


async def test_without_a_channel_the_page_says_so_and_what_to_do(mute: House) -> None:
    ann = await mute.person("ann")

    english = await ann.html("/alerts")
    chinese = await ann.html("/alerts", **{"Accept-Language": "zh"})

    assert NOBODY in english
    assert "adds an [[alerts]] table" in english
    assert "Nothing that was told is still open" not in english
    assert "尚未设置提醒渠道" in chinese
    assert "[[alerts]]" in chinese


async def test_with_a_channel_it_does_not(house: House) -> None:
    ann = await house.person("ann")

    page = await ann.html("/alerts")

    assert NOBODY not in page
    assert "Nothing that was told is still open" in page
