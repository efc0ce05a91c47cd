"""Who looks at the accounts sees which of them are left alone, until when and why."""

from datetime import timedelta

import pytest

from responder.console.gates import gates, words
from responder.domain.breaker import Breaker
from responder.store.accounts import read_account
from responder.store.breakers import Told, change_breaker
from responder.store.database import Database
from responder.testing import FakeClock
from tests.store.shop import US, Shop

MINUTE = timedelta(minutes=1)


@pytest.fixture
def shop(database: Database, clock: FakeClock) -> Shop:
    return Shop(database, clock)


async def test_an_account_that_is_well_has_both_gates_closed(shop: Shop, clock: FakeClock) -> None:
    await shop.receive()

    shown = gates(await read_account(shop.database, US), clock.now())

    well = {"gate": "closed", "failures": 0, "again_at": None, "problem": None}
    assert shown == {"polls": well, "sends": well}
    assert words(shown) == "-"


async def test_a_sick_account_says_which_side_is_left_alone_until_when_and_why(
    shop: Shop, clock: FakeClock
) -> None:
    until = clock.now() + MINUTE
    told = Told(event="sends_paused", reason="no way out")
    await change_breaker(shop.database, US, lambda _: (Breaker(failures=4, until=until), told))

    shown = gates(await read_account(shop.database, US), clock.now())

    assert shown["polls"]["gate"] == "closed"
    assert shown["sends"] == {
        "gate": "open",
        "failures": 4,
        "again_at": "2026-11-02T09:01:00.000Z",
        "problem": "no way out",
    }
    assert words(shown) == "sends open until 09:01:00"
    assert words(gates(await read_account(shop.database, US), until)) == "sends half open"
