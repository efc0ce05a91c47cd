"""What goes wrong with words about orders: lists that lag, poison, many tries, two daemons."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from connectors.amazon.order_desk import LISTED_WITHIN, AmazonOrderDesk
from connectors.base import ConnectorError, Cursor, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.order_desk import OrderPage
from connectors.order_facts import Order
from connectors.order_feed import OrderEntry
from responder.domain.outreach import Standing
from responder.store.database import Database
from responder.store.dead_letters import Replayed, dead_letters, drop, replay
from responder.store.keys import Partition
from responder.store.notices import read_notices
from responder.store.outreach import Move, move
from responder.store.queues import Queues
from responder.workers.attempts import VISIBLE_AFTER
from responder.workers.outreach_sender import given_up
from tests.workers.outreach_shops import AMAZON, EVERY, ORDER, TRADE, Shops

Look = Callable[[AmazonOrderDesk, str], Awaitable[Order | None]]


async def approved(shops: Shops) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, quantity=40))
    await shops.later(EVERY)
    await shops.approve(await shops.only(Standing.PROPOSED))


async def review_approved(shops: Shops) -> None:
    shops.amazon.place(OrderEntry(order_id=ORDER, status="delivered"))
    await shops.later(EVERY)
    await shops.approve(await shops.only(Standing.PROPOSED))


async def test_a_list_that_lags_behind_a_lost_answer_is_not_believed(shops: Shops) -> None:
    """Asked at once, Amazon still offers what it has just taken: a second try would be refused."""
    await review_approved(shops)
    shops.amazon.faults.set({"message_lost": 1, "actions_stale": 1})

    await shops.later(timedelta(0))
    await shops.later(timedelta(minutes=2))
    await shops.only(Standing.SENDING)
    shops.amazon.faults.set({})
    await shops.later(LISTED_WITHIN)

    await shops.only(Standing.UNCERTAIN)
    assert len(shops.said()) == 1


async def test_a_clock_that_is_set_makes_no_list_newer(shops: Shops) -> None:
    await review_approved(shops)
    shops.amazon.faults.set({"message_lost": 1, "actions_stale": 1})

    await shops.later(timedelta(0))
    for _ in range(4):
        shops.clock.set_by(timedelta(hours=1))
        await shops.later(VISIBLE_AFTER / 4)

    await shops.only(Standing.SENDING)
    assert len(shops.said()) == 1


async def test_an_attempt_that_the_store_lost_while_the_daemon_stood_still_does_not_leave(
    shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written next goes to a server that was started anew, and loses nothing."""
    await approved(shops)
    one = await shops.only(Standing.APPROVED)
    left: list[int] = []

    async def lose(database: Database, partition: Partition) -> None:
        key = partition.outreach(one.id)
        await database.redis.hset(key, "state", Standing.APPROVED)
        await database.redis.hdel(key, "attempted_at", "first_attempt_at")
        left.append(len(shops.said()))

    with monkeypatch.context() as losing:
        losing.setattr(Database, "durable", lose)
        await shops.later(timedelta(0))
    left.append(len(shops.said()))
    await shops.later(timedelta(minutes=10))

    assert left == [0, 0]
    await shops.only(Standing.SENT)
    assert len(shops.said()) == 1


async def test_a_review_that_never_left_is_asked_for_again(
    shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    await review_approved(shops)
    tell = AmazonOrderDesk.tell

    async def lose(_: AmazonOrderDesk, __: object) -> None:
        raise Unavailable("the line broke", maybe_done=True)

    monkeypatch.setattr(AmazonOrderDesk, "tell", lose)
    await shops.later(timedelta(0))
    monkeypatch.setattr(AmazonOrderDesk, "tell", tell)
    for _ in range(4):
        await shops.later(LISTED_WITHIN)

    await shops.only(Standing.SENT)
    assert len(shops.said()) == 1


async def test_a_review_that_is_refused_after_it_seemed_absent_is_a_persons_to_decide(
    shops: Shops,
) -> None:
    """Amazon's list offered it still, long after it was taken: the second try was one too many."""
    await review_approved(shops)
    shops.amazon.faults.set({"message_lost": 1, "actions_stale": 1})
    await shops.later(timedelta(0))
    await shops.later(LISTED_WITHIN + VISIBLE_AFTER)
    shops.amazon.faults.set({})

    for _ in range(4):
        await shops.later(timedelta(minutes=5))

    assert "may have arrived" in (await shops.only(Standing.UNCERTAIN)).reason
    assert len(shops.said()) == 1


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Looking at an order fails in a way nobody foresaw, until the fixture is called."""
    look: Look = AmazonOrderDesk.look

    async def fail(_: AmazonOrderDesk, __: str) -> None:
        raise KeyError("what nobody foresaw")

    monkeypatch.setattr(AmazonOrderDesk, "look", fail)
    return lambda: monkeypatch.setattr(AmazonOrderDesk, "look", look)


async def buried(shops: Shops, kind: str) -> str:
    for _ in range(40):
        await shops.later(timedelta(hours=1))
        if letters := await dead_letters(shops.database, kind=kind):
            [(name, letter)] = letters.items()
            assert letter["account"] == AMAZON
            assert letter["reason"] == "it failed 20 times: KeyError"
            return name
    pytest.fail("it was never given up")


async def test_poison_is_given_up_with_an_alert_and_a_replay_sends_it_once(
    shops: Shops, poisoned: Callable[[], None]
) -> None:
    await approved(shops)
    letter = await buried(shops, "outreach")
    [notice] = await read_notices(shops.database, await Queues(shops.database).alert.claim(5))
    assert notice is not None
    assert (notice.kind, notice.account, notice.conversation) == ("dead_letter", AMAZON, None)

    poisoned()
    assert await replay(shops.database, letter, "ann") is Replayed.REPLAYED
    await shops.later(timedelta(0))

    await shops.only(Standing.SENT)
    assert len(shops.said()) == 1


@pytest.mark.parametrize(
    ("standing", "after"),
    [(Standing.APPROVED, Standing.DROPPED), (Standing.SENDING, Standing.UNCERTAIN)],
)
async def test_what_is_dropped_from_the_dead_letters_does_not_stay_as_if_it_waited(
    shops: Shops, poisoned: Callable[[], None], standing: Standing, after: Standing
) -> None:
    await approved(shops)
    letter = await buried(shops, "outreach")
    if standing is Standing.SENDING:
        one = await shops.only(Standing.APPROVED)
        how = Move(before=Standing.APPROVED, after=Standing.SENDING)
        assert await move(shops.database, one.id, how) == "ok"

    assert await drop(shops.database, letter, "ann")

    assert "given it up" in (await shops.only(after)).reason
    assert await dead_letters(shops.database) == {}


async def test_a_replay_of_what_was_settled_meanwhile_does_nothing(
    shops: Shops, poisoned: Callable[[], None]
) -> None:
    await approved(shops)
    letter = await buried(shops, "outreach")
    one = await shops.only(Standing.APPROVED)
    await move(shops.database, one.id, Move(before=Standing.APPROVED, after=Standing.DROPPED))

    assert await replay(shops.database, letter, "ann") is Replayed.OVER

    poisoned()
    await shops.later(timedelta(hours=1))
    assert shops.said() == []


async def test_an_order_that_cannot_be_looked_at_is_given_up_and_looked_at_again_on_demand(
    shops: Shops, poisoned: Callable[[], None]
) -> None:
    due = shops.clock.now() + timedelta(hours=2)
    shops.amazon.place(
        OrderEntry(order_id=ORDER, status="shipped", at=shops.clock.now(), deliver_by=due)
    )
    await shops.later(EVERY)
    letter = await buried(shops, "occasion")
    assert letter.endswith(f"occasion:{AMAZON}/{ORDER}")

    poisoned()
    assert await replay(shops.database, letter, "ann") is Replayed.REPLAYED
    await shops.later(timedelta(0))

    await shops.only(Standing.PROPOSED)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unauthorized("the token was refused"), "refuses the shop's login; renew it (the token"),
        (Unavailable("HTTP 503"), "could not be reached for hours (HTTP 503)"),
        (RateLimited(timedelta(minutes=1)), "takes no more messages for now"),
        (Rejected("isv.trade-not-exist"), "does not show the order (isv.trade-not-exist)"),
        (None, "could not leave in time, again and again"),
    ],
)
def test_what_was_given_up_says_why_in_a_sellers_words(
    error: ConnectorError | None, said: str
) -> None:
    assert given_up(error).startswith("it was not sent: ")
    assert said in given_up(error)


async def test_two_daemons_write_about_each_of_many_orders_once(shops: Shops) -> None:
    """They read, approve and send at the same moments, over one store."""
    await shops.daemon()
    orders = [f"111-2223334-{5_556_000 + number}" for number in range(4)]
    for order_id in orders:
        shops.amazon.place(OrderEntry(order_id=order_id, quantity=40))
    shops.taobao.place(OrderEntry(order_id=TRADE, quantity=40))
    shops.clock.advance(EVERY)
    await asyncio.gather(*(daemon.work() for daemon in shops.daemons))
    proposed = await shops.standing(Standing.PROPOSED)
    for one in proposed:
        await shops.approve(one)

    for _ in range(30):
        shops.clock.advance(timedelta(minutes=2))
        await asyncio.gather(*(daemon.work() for daemon in shops.daemons))

    assert len(proposed) == len(await shops.standing(Standing.SENT)) == 5
    assert sorted(told["order_id"] for told in shops.said()) == orders
    assert shops.taobao.books.orders[TRADE].memo.count("暂缓发货") == 1


async def test_a_daemon_that_was_held_up_takes_nothing_back_that_came_since(
    shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has read that the order is on its way; meanwhile it arrives, and another one proposes."""
    shops.amazon.place(OrderEntry(order_id=ORDER, status="shipped"))
    other, changed = await shops.daemon(), AmazonOrderDesk.changed

    async def held_up(self: AmazonOrderDesk, cursor: Cursor | None) -> OrderPage:
        page = await changed(self, cursor)
        if page.orders:
            monkeypatch.setattr(AmazonOrderDesk, "changed", changed)
            shops.amazon.place(OrderEntry(order_id=ORDER, status="delivered"))
            shops.clock.advance(timedelta(minutes=3))  # longer than its lease
            await other.work()
            await shops.only(Standing.PROPOSED)
        return page

    monkeypatch.setattr(AmazonOrderDesk, "changed", held_up)
    shops.clock.advance(EVERY)
    await shops.daemons[0].work()
    await shops.only(Standing.PROPOSED)
    shops.amazon.place(OrderEntry(order_id=ORDER, status="cancelled"))
    for _ in range(3):
        await shops.later(EVERY)

    assert (await shops.only(Standing.DROPPED)).reason == "the order has changed"
