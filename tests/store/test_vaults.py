"""What is shared beside budgets: sessions that are renewed, an app's calls, a group's events."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from connectors.base import Unauthorized
from connectors.calls import OwnCalls
from connectors.grant import Grant
from connectors.pigeonholes import Pigeonholes
from connectors.session import Renew, Sessions
from connectors.vault import Vault
from responder.domain.model import AccountId
from responder.store.accounts import read_account
from responder.store.app_calls import AppCalls
from responder.store.database import Database
from responder.store.keys import calls, pigeonhole
from responder.store.pigeonholes import StoredPigeonholes
from responder.store.scripts import Scripts
from responder.store.vaults import LEASE, AccountVault
from responder.testing import FakeClock
from tests.connectors.in_memory import OwnPigeonholes, OwnVault

SHOP, OTHER = AccountId("taobao-main"), AccountId("taobao-two")
TODAY = date(2026, 11, 2)


@pytest.fixture(params=["own", "stored"])
def vault(request: pytest.FixtureRequest, database: Database) -> Vault:
    return OwnVault() if request.param == "own" else AccountVault(database, SHOP)


async def test_one_renews_at_a_time_and_what_he_keeps_is_read(vault: Vault) -> None:
    empty = await vault.read()
    token = await vault.begin()
    second = await vault.begin()

    assert (empty, bool(token), second) == ("", True, "")
    assert await vault.keep("sealed", token)
    assert await vault.read() == "sealed"
    assert await vault.begin(), "the next one may"


async def test_who_gives_up_changes_nothing(vault: Vault) -> None:
    await vault.keep("sealed", await vault.begin())

    await vault.give_up(await vault.begin())

    assert await vault.read() == "sealed"
    assert await vault.begin()


async def test_whoever_dies_in_a_renewal_is_followed_and_comes_too_late(
    database: Database, clock: FakeClock
) -> None:
    one, two = AccountVault(database, SHOP), AccountVault(database, SHOP)
    late = await one.begin()
    clock.advance(LEASE)
    token = await two.begin()

    assert token
    assert await one.keep("late", late) is False
    assert await two.keep("in time", token)
    assert await one.read() == "in time"


async def test_a_lease_of_a_clock_that_was_ahead_holds_nobody_up(
    database: Database, clock: FakeClock
) -> None:
    clock.advance(timedelta(days=9))
    await AccountVault(database, SHOP).begin()
    clock.advance(-timedelta(days=9))

    assert await AccountVault(database, SHOP).begin()


async def test_it_is_no_part_of_what_is_shown_of_an_account_and_of_no_other(
    database: Database,
) -> None:
    vault = AccountVault(database, SHOP)
    await vault.keep("sealed", await vault.begin())

    assert "sealed" not in repr(await read_account(database, SHOP))
    assert await AccountVault(database, OTHER).read() == ""
    events = repr(await database.redis.xrange(database.partitions.of_account(SHOP).events))
    assert ("session_renewed" in events, "sealed" in events) == (True, False)


async def test_a_store_that_does_not_answer_is_a_vault_that_is_closed(database: Database) -> None:
    nobody = Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0), decode_responses=True)
    scripts = Scripts(nobody)
    vault = AccountVault(replace(database, redis=nobody, scripts=scripts), SHOP)

    assert await vault.read() is None
    assert await vault.begin() == ""
    assert await vault.keep("x", "token") is None
    await nobody.aclose()


async def test_the_shops_of_an_app_share_its_calls_of_a_day(database: Database) -> None:
    daemons = AppCalls(database), AppCalls(database)

    found = await asyncio.gather(*(daemons[n % 2].take("app", TODAY, 7) for n in range(10)))

    assert sorted(found) == [*((n, True) for n in range(1, 7)), *[(7, False)] * 3, (7, True)]
    assert await daemons[0].take("another", TODAY, 7) == (1, True)
    assert await daemons[0].take("app", TODAY + timedelta(days=1), 7) == (1, True)


async def test_the_store_counts_calls_as_one_process_does(database: Database) -> None:
    shared, own = AppCalls(database), OwnCalls()

    for most in (1, 1, 3, 3, 3, 2, 5):
        assert await shared.take("app", TODAY, most) == await own.take("app", TODAY, most)

    assert await own.take("app", TODAY + timedelta(days=1), 1) == (1, True)
    left = await database.redis.ttl(calls("app", TODAY.isoformat()))
    assert 0 < left <= 2 * 86_400


@pytest.fixture(params=["own", "stored"])
def holes(request: pytest.FixtureRequest, database: Database) -> Pigeonholes:
    return OwnPigeonholes() if request.param == "own" else StoredPigeonholes(database)


async def test_a_letter_lies_in_its_hole_until_it_is_taken_out(holes: Pigeonholes) -> None:
    await holes.leave("one", {"1": "a", "2": "b"})
    await holes.leave("one", {"2": "b again"})
    await holes.leave("one", {})
    await holes.take_out("one", ["1", "7"])
    await holes.take_out("one", [])

    assert await holes.look("one") == {"2": "b again"}
    assert await holes.look("another") == {}


async def test_a_letter_that_nobody_fetches_is_gone_in_a_day(database: Database) -> None:
    holes = StoredPigeonholes(database)
    await holes.leave("one", {"1": "a"})

    left = await database.redis.ttl(pigeonhole("one"))
    await holes.take_out("one", ["1"])

    assert 86_000 < left <= 86_400
    assert await database.redis.exists(pigeonhole("one")) == 0


async def test_a_hole_that_nobody_looks_into_holds_one_day_though_letters_keep_coming(
    database: Database, clock: FakeClock
) -> None:
    holes = StoredPigeonholes(database)
    for hour in range(72):
        await holes.leave("one", {str(hour): "a", "again": "b"})
        clock.advance(timedelta(hours=1))

    left = await holes.look("one")
    await holes.take_out("one", list(left))

    assert len(left) <= 26
    assert "71" in left
    assert [key async for key in database.redis.scan_iter("*holes*")] == []


async def test_a_renewal_that_came_too_late_and_is_refused_takes_what_another_has_kept(
    database: Database, clock: FakeClock
) -> None:
    """This daemon stood still between its question and the answer for longer than its lease."""
    first = Grant(session="old", refresh_token="once")

    async def in_time(grant: Grant) -> Grant:
        return replace(grant, session="new", given_at=clock.now(), number=1)

    async def too_late(_: Grant) -> Grant:
        clock.advance(timedelta(minutes=2))
        assert await daemon(in_time).current() == "new"
        raise Unauthorized("the renewal was refused (invalid_grant)")

    def daemon(renew: Renew) -> Sessions:
        vault = AccountVault(database, SHOP)
        return Sessions(first, clock.now, renew, vault, secret="a secret")

    late = daemon(too_late)

    assert await late.current() == "new"
    assert (late.access.trouble, late.access.hopeless) == ("", False)
