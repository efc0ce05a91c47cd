import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from responder.domain.model import AccountId
from responder.domain.outreach import OLDEST, Occasion, Standing
from responder.errors import Conflict, Unknown
from responder.store.database import Database
from responder.store.events import EventFeed
from responder.store.outreach import (
    KEEP,
    Move,
    Wording,
    count_proposed,
    decide,
    is_known,
    move,
    orders_cursor,
    orders_were_read,
    outreaches,
    propose,
    read_outreach,
    withdraw,
    withdraw_old,
)
from responder.store.queues import Queues
from responder.testing import FakeClock
from tests.store.shop import START

SHOP = AccountId("amazon-us")
WORDS = Wording(
    order_id="111-1", occasion=Occasion.QUANTITY, channel="confirmOrderDetails",
    audience="buyer", text="Is the quantity right?", language="en", is_free=True,
)  # fmt: skip


async def proposed(database: Database) -> str:
    await propose(database, SHOP, WORDS)
    [one] = await outreaches(database, [Standing.PROPOSED])
    return one.id


def approve(database: Database, version: int = 1) -> Move:
    return Move(
        before=Standing.PROPOSED, after=Standing.APPROVED, version=version,
        queue=database.clock.now(), changes={"by": "ann"},
    )  # fmt: skip


async def test_an_order_and_an_occasion_are_proposed_once_whoever_looks(
    database: Database,
) -> None:
    answers = await asyncio.gather(*(propose(database, SHOP, WORDS) for _ in range(8)))

    assert sorted(answers) == [False] * 7 + [True]
    assert await count_proposed(database) == 1
    assert await is_known(database, SHOP, "111-1", Occasion.QUANTITY)
    assert not await is_known(database, SHOP, "111-1", Occasion.ADDRESS)
    events = await EventFeed(database).since(START)
    assert [one.data["state"] for one in events if one.type == "outreach"] == ["proposed"]


async def test_what_was_dropped_is_not_proposed_again(database: Database) -> None:
    name = await proposed(database)
    await decide(database, name, Move(before=Standing.PROPOSED, after=Standing.DROPPED))

    assert not await propose(database, SHOP, WORDS)
    assert await count_proposed(database) == 0


async def test_one_of_two_decisions_counts(database: Database) -> None:
    name = await proposed(database)
    await decide(database, name, approve(database))

    with pytest.raises(Conflict, match="approved by now"):
        await decide(database, name, Move(before=Standing.PROPOSED, after=Standing.DROPPED))
    with pytest.raises(Unknown):
        await decide(database, "00-0000", approve(database))
    with pytest.raises(Unknown):
        await read_outreach(database, "99-0000")


async def test_words_that_changed_meanwhile_are_looked_at_again(database: Database) -> None:
    name = await proposed(database)

    with pytest.raises(Conflict, match="look at them again"):
        await decide(database, name, approve(database, version=2))

    assert (await read_outreach(database, name)).state is Standing.PROPOSED


async def test_what_is_approved_is_handed_out_to_one(database: Database, clock: FakeClock) -> None:
    name = await proposed(database)
    await decide(database, name, approve(database))
    queue = Queues(database).outreach

    [claim] = await queue.claim(5)
    attempt = Move(before=Standing.APPROVED, after=Standing.SENDING, queue="held")
    assert await queue.claim(5) == []
    assert await move(database, name, attempt, claim) == "ok"
    clock.advance(timedelta(seconds=121))
    [other] = await Queues(database).outreach.claim(5)

    sent = Move(before=Standing.SENDING, after=Standing.SENT)
    assert await move(database, name, sent, claim) == "lost"
    assert await move(database, name, attempt, other) == "sending"
    assert await move(database, name, sent, other) == "ok"
    assert await queue.depth() == 0


async def test_what_is_settled_goes_after_half_a_year(database: Database, clock: FakeClock) -> None:
    name = await proposed(database)
    part = database.partitions.of_account(SHOP)
    assert await database.redis.pttl(part.outreach(name)) == -1

    await decide(database, name, Move(before=Standing.PROPOSED, after=Standing.DROPPED))

    left = await database.redis.pttl(part.outreach(name))
    assert abs(left - KEEP // timedelta(milliseconds=1)) < 10_000
    clock.advance(KEEP + timedelta(days=1))
    await propose(database, SHOP, replace(WORDS, order_id="111-2"))
    [other] = await outreaches(database, [Standing.PROPOSED])
    await decide(database, other.id, Move(before=Standing.PROPOSED, after=Standing.DROPPED))
    assert await database.redis.zrange(part.outreaches(Standing.DROPPED), 0, -1) == [other.id]


async def test_a_proposal_is_withdrawn_only_while_nobody_has_decided(database: Database) -> None:
    name = await proposed(database)
    await decide(database, name, approve(database))

    assert not await withdraw(database, SHOP, "111-1", Occasion.QUANTITY)
    assert not await withdraw(database, SHOP, "111-1", Occasion.DELAYED)
    await propose(database, SHOP, replace(WORDS, order_id="111-2"))
    assert await withdraw(database, SHOP, "111-2", Occasion.QUANTITY)


async def test_what_is_forgotten_is_not_withdrawn_and_leaves_nothing(database: Database) -> None:
    name = await proposed(database)
    await decide(database, name, Move(before=Standing.PROPOSED, after=Standing.DROPPED))
    part = database.partitions.of_account(SHOP)
    await database.redis.delete(part.outreach(name))  # half a year has passed

    assert not await withdraw(database, SHOP, "111-1", Occasion.QUANTITY)
    assert await move(database, name, Move(before=Standing.PROPOSED, after=Standing.DROPPED)) == ""

    assert not await database.redis.exists(part.outreach(name))
    assert await outreaches(database, list(Standing)) == []


async def test_what_nobody_decides_is_taken_back_when_it_cannot_be_said_any_more(
    database: Database, clock: FakeClock
) -> None:
    await proposed(database)
    clock.advance(OLDEST - timedelta(days=1))
    await propose(database, SHOP, replace(WORDS, order_id="111-2"))
    approved = replace(WORDS, order_id="111-3")
    await propose(database, SHOP, approved)
    [one] = [it for it in await outreaches(database, list(Standing)) if it.order_id == "111-3"]
    await decide(database, one.id, approve(database))
    clock.advance(timedelta(days=2))

    assert await withdraw_old(database, clock.now() - OLDEST) == 1

    found = {it.order_id: it.state for it in await outreaches(database, list(Standing))}
    assert found == {
        "111-1": Standing.DROPPED, "111-2": Standing.PROPOSED, "111-3": Standing.APPROVED,
    }  # fmt: skip


async def test_only_the_holder_moves_an_accounts_orders_on(
    database: Database, clock: FakeClock
) -> None:
    queue, part = Queues(database).orders, database.partitions.of_account(SHOP)
    await queue.schedule(part, {SHOP: clock.now()})
    [first] = await queue.claim(1)
    clock.advance(timedelta(minutes=3))
    [second] = await queue.claim(1)

    assert not await orders_were_read(database, first, "a", clock.now())
    assert await orders_cursor(database, SHOP) is None
    assert await orders_were_read(database, second, "b", clock.now() + timedelta(minutes=10))
    assert await orders_cursor(database, SHOP) == "b"
    assert await queue.next_at() == clock.now() + timedelta(minutes=10)
