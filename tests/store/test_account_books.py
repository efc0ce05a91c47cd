"""The accounts' own books: failures in a row, down and up again, what was seen."""

from datetime import datetime, timedelta

from responder.domain.model import AccountId
from responder.store.accounts import AccountBook, forget_seen, poll_failed, read_account
from responder.store.queue import Claim
from responder.testing import FakeClock
from tests.store.shop import Shop

MINUTE = timedelta(minutes=1)


async def fail(
    shop: Shop, claim: Claim, at: datetime, *, down_after: int = 3, notice: str = "down"
) -> int:
    return await poll_failed(
        shop.database,
        claim,
        problem="connection refused",
        next_poll=at,
        down_after=down_after,
        notice=shop.notice("account_down", notice),
    )


async def fail_again(shop: Shop, clock: FakeClock, *, down_after: int = 3) -> int:
    clock.advance(MINUTE)
    [claim] = await shop.queues.poll.claim(1)
    return await fail(shop, claim, clock.now() + MINUTE, down_after=down_after)


async def test_an_account_that_was_never_polled_has_an_empty_book(shop: Shop) -> None:
    assert await read_account(shop.database, AccountId("new")) == AccountBook(
        account=AccountId("new"),
        cursor=None,
        polled_at=None,
        ok_at=None,
        failing_since=None,
        failures=0,
        problem="",
        seen=0,
        stored=0,
        ignored=0,
        set_aside=0,
    )


async def test_a_failed_poll_is_noted_and_the_next_one_planned(
    shop: Shop, clock: FakeClock
) -> None:
    failures = await fail(shop, await shop.poll(), clock.now() + MINUTE)

    book = await read_account(shop.database, shop.account)
    assert (failures, book.failures, book.problem) == (1, 1, "connection refused")
    assert book.failing_since == book.polled_at == clock.now()
    assert book.ok_at is None
    assert await shop.queues.poll.next_at() == clock.now() + MINUTE
    assert await shop.queues.alert.depth() == 0


async def test_the_tries_of_a_failing_account_are_counted_so_that_pauses_can_grow(
    shop: Shop, clock: FakeClock
) -> None:
    await fail(shop, await shop.poll(), clock.now() + MINUTE)
    await fail_again(shop, clock)
    clock.advance(MINUTE)

    [claim] = await shop.queues.poll.claim(1)

    assert claim.tries == 3


async def test_an_account_is_told_to_be_down_once(shop: Shop, clock: FakeClock) -> None:
    first = clock.now()
    await fail(shop, await shop.poll(), clock.now() + MINUTE)
    before = await shop.queues.alert.depth()

    failures = [await fail_again(shop, clock) for _ in range(3)]

    assert (before, failures) == (0, [2, 3, 4])
    assert await shop.queues.alert.depth() == 1
    assert [event.type for event in await shop.events()] == ["account_down"]
    assert (await read_account(shop.database, shop.account)).failing_since == first


async def test_refused_credentials_are_told_though_other_failures_came_before(
    shop: Shop, clock: FakeClock
) -> None:
    await fail(shop, await shop.poll(), clock.now() + MINUTE, down_after=3)

    await fail_again(shop, clock, down_after=1)

    assert await shop.queues.alert.depth() == 1


async def test_an_account_that_was_down_is_told_to_be_up_again_once(
    shop: Shop, clock: FakeClock
) -> None:
    await fail(shop, await shop.poll(), clock.now() + MINUTE, down_after=1)

    await shop.receive()
    await shop.receive()

    book = await read_account(shop.database, shop.account)
    assert (book.failures, book.failing_since, book.problem) == (0, None, "")
    assert [event.type for event in await shop.events()] == ["account_down", "account_recovered"]


async def test_a_short_trouble_is_not_told_at_all(shop: Shop, clock: FakeClock) -> None:
    await fail(shop, await shop.poll(), clock.now() + MINUTE, down_after=3)

    await shop.receive()

    assert await shop.events() == []
    assert (await read_account(shop.database, shop.account)).failures == 0


async def test_an_account_that_goes_down_again_is_told_again(shop: Shop, clock: FakeClock) -> None:
    await fail(shop, await shop.poll(), clock.now(), down_after=1, notice="first")
    await shop.receive()

    await fail(shop, await shop.poll(), clock.now(), down_after=1, notice="second")

    assert {claim.item for claim in await shop.queues.alert.claim(10)} == {"first", "second"}


async def test_a_failure_under_a_lost_lease_is_not_noted(shop: Shop, clock: FakeClock) -> None:
    lost = await shop.poll()
    clock.advance(MINUTE)
    await shop.queues.poll.claim(1)

    assert await fail(shop, lost, clock.now(), down_after=1) == 0

    assert (await read_account(shop.database, shop.account)).failures == 0
    assert await shop.events() == []


async def test_old_message_ids_are_forgotten(shop: Shop, clock: FakeClock) -> None:
    await shop.receive(shop.arrival(name="old"))
    clock.advance(timedelta(days=90))
    await shop.receive(shop.arrival(name="new"))

    forgotten = await forget_seen(shop.database, clock.now() - timedelta(days=1))

    assert forgotten == 1
    assert (await shop.receive(shop.arrival(name="new"))).messages == 0
