"""The way to an account is closed and opened by whoever finds out first, once for all daemons."""

import asyncio
from datetime import timedelta

import pytest

from responder.domain.breaker import Breaker, Gate
from responder.domain.model import AccountId
from responder.store.accounts import poll_failed, read_account
from responder.store.breakers import Told, change_breaker, dump_breaker, load_breaker, read_breakers
from responder.store.notices import read_notice
from responder.testing import FakeClock
from tests.store.shop import US, Shop

MINUTE = timedelta(minutes=1)


async def test_a_breaker_that_nobody_touched_is_closed_and_leaves_no_key(shop: Shop) -> None:
    [breaker] = (await read_breakers(shop.database, [US])).values()

    assert breaker == Breaker()
    assert await shop.keys() == set()


async def test_what_one_daemon_writes_the_others_read(shop: Shop, clock: FakeClock) -> None:
    opened = Breaker(failures=3, until=clock.now() + MINUTE, probe_until=clock.now() + 2 * MINUTE)

    await change_breaker(shop.database, US, lambda _: (opened, Told()))

    other = AccountId("taobao")
    found = await read_breakers(shop.database, [other, US])
    assert found == {other: Breaker(), US: opened}


async def test_changes_at_the_same_time_all_count(shop: Shop) -> None:
    def failed(breaker: Breaker) -> tuple[Breaker, Told]:
        return Breaker(failures=breaker.failures + 1), Told()

    await asyncio.gather(*(change_breaker(shop.database, US, failed) for _ in range(10)))

    assert (await read_breakers(shop.database, [US]))[US].failures == 10


async def test_of_many_who_want_to_probe_one_may(shop: Shop, clock: FakeClock) -> None:
    now = clock.now()
    await change_breaker(shop.database, US, lambda _: (Breaker(failures=3, until=now), Told()))

    def probe(breaker: Breaker) -> tuple[Breaker, Told]:
        free = breaker.gate(now) is Gate.HALF_OPEN
        return (breaker.probed(now + MINUTE) if free else breaker), Told()

    won = await asyncio.gather(*(change_breaker(shop.database, US, probe) for _ in range(10)))

    assert sum(one is not None for one in won) == 1


async def open_it(shop: Shop, clock: FakeClock, notice: str = "down") -> None:
    opened = Breaker(failures=3, until=clock.now() + MINUTE)
    told = Told(event="sends_paused", reason="refused", notice=shop.notice("account_down", notice))
    await change_breaker(shop.database, US, lambda _: (opened, told))


async def test_opening_and_closing_leave_an_event_each_and_one_alert(
    shop: Shop, clock: FakeClock
) -> None:
    await open_it(shop, clock)
    problem = (await read_account(shop.database, US)).sends_problem

    await change_breaker(shop.database, US, lambda _: (Breaker(), Told(event="sends_resumed")))
    again = await change_breaker(shop.database, US, lambda _: (Breaker(), Told(event="x")))

    assert problem == "refused"
    assert again is None, "what changes nothing is not written"
    assert [event.type for event in await shop.events()] == ["sends_paused", "sends_resumed"]
    notice = await read_notice(shop.database, await shop.take(shop.queues.alert))
    assert notice is not None
    assert notice.kind == "account_down"
    book = await read_account(shop.database, US)
    assert (book.sends, book.sends_problem) == (Breaker(), "")


async def test_an_account_that_is_known_to_be_down_is_not_announced_again(
    shop: Shop, clock: FakeClock
) -> None:
    await poll_failed(
        shop.database,
        await shop.poll(),
        problem="no way",
        next_poll=clock.now() + MINUTE,
        down_after=1,
        notice=shop.notice("account_down", "polls"),
    )

    await open_it(shop, clock, "sends")

    assert {claim.item for claim in await shop.queues.alert.claim(10)} == {"polls"}


def test_a_breaker_is_read_as_it_was_written(clock: FakeClock) -> None:
    now = clock.now()
    for breaker in (
        Breaker(),
        Breaker(failures=2),
        Breaker(failures=3, until=now),
        Breaker(until=now, probe_until=now + MINUTE),
    ):
        assert load_breaker(dump_breaker(breaker)) == breaker
    assert dump_breaker(Breaker()) == ""


def test_what_only_a_later_version_knows_of_a_breaker_is_passed_over(clock: FakeClock) -> None:
    breaker = Breaker(failures=3, until=clock.now())

    assert load_breaker(f"{dump_breaker(breaker)}|more") == breaker


@pytest.mark.parametrize("odd", ["odd", "3|soon|", "3|"])
async def test_a_breaker_that_makes_no_sense_counts_as_none_and_is_written_anew(
    shop: Shop, odd: str
) -> None:
    key = shop.database.partitions.of_account(US).account(US)
    await shop.database.redis.hset(key, "sends", odd)

    assert (await read_breakers(shop.database, [US]))[US] == Breaker()
    await change_breaker(shop.database, US, lambda _: (Breaker(failures=1), Told()))
    assert (await read_breakers(shop.database, [US]))[US] == Breaker(failures=1)


async def test_what_is_put_back_untried_does_not_count_as_tried(
    shop: Shop, clock: FakeClock
) -> None:
    names = ("a", "b")
    await shop.queues.outbox.schedule(shop.partition, dict.fromkeys(names, clock.now()))
    for _ in range(5):
        claims = await shop.queues.outbox.claim(10)
        assert [claim.tries for claim in claims] == [1, 1]
        at = clock.now() + MINUTE
        assert await shop.queues.outbox.put_back([(claim, at) for claim in claims]) == 2
        assert await shop.queues.outbox.claim(10) == []
        clock.advance(MINUTE)


async def test_what_somebody_else_holds_is_not_put_back(shop: Shop, clock: FakeClock) -> None:
    await shop.queues.outbox.schedule(shop.partition, {"a": clock.now()})
    lost = await shop.take(shop.queues.outbox)
    clock.advance(timedelta(minutes=3))
    held = await shop.take(shop.queues.outbox)

    assert await shop.queues.outbox.put_back([(lost, clock.now())]) == 0

    assert held.tries == 2
    assert await shop.queues.outbox.done(held)


async def test_a_change_that_never_wins_is_given_up(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("responder.store.breakers.RACES", 0)

    assert await change_breaker(shop.database, US, lambda _: (Breaker(failures=1), Told())) is None
