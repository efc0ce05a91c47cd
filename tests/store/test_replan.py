"""Another promise gives open conversations other deadlines, in one step."""

from dataclasses import replace
from datetime import timedelta

import pytest

from responder.domain.model import Author, ConversationId, State
from responder.store.conversations import Conversation
from responder.store.owed import read_owed
from responder.store.replan import replan
from responder.testing import FakeClock
from tests.store.promises import LONG, SHORT, members, plan_by, tell
from tests.store.shop import UNDO, Shop

HOUR = timedelta(hours=1)


async def test_a_deadline_its_place_in_the_list_and_the_next_look_move_together(
    shop: Shop, clock: FakeClock
) -> None:
    start = clock.now()
    name = await shop.buyer_writes()
    before = (await shop.events())[-1].position

    assert await plan_by(shop, SHORT, name) == {name}

    one = await shop.read(name)
    assert (one.waiting_since, one.due_at) == (start, start + 8 * HOUR)
    assert one.team_due_at == start + 3 * HOUR
    assert await shop.places(name) == {State.WAITING: start + 8 * HOUR}
    assert await shop.queues.watch.next_at() == start + 4 * HOUR
    assert await shop.event_types(name, before) == ["replanned"]


async def test_planning_again_by_the_same_promise_changes_nothing(
    shop: Shop, clock: FakeClock
) -> None:
    name = await shop.buyer_writes()
    await plan_by(shop, SHORT, name)
    clock.advance(HOUR)
    before, position = await shop.read(name), (await shop.events())[-1].position

    assert await plan_by(shop, SHORT, name) == set()

    assert await shop.read(name) == before
    assert await shop.events(position) == []


async def test_every_unanswered_message_gets_its_new_deadline(shop: Shop, clock: FakeClock) -> None:
    name = await shop.buyer_writes("one")
    clock.advance(2 * HOUR)
    await shop.buyer_writes("two")
    await plan_by(shop, SHORT, name)

    clock.advance(HOUR)
    await shop.seller_answers_elsewhere(at=clock.now() - 2 * HOUR)

    one = await shop.read(name)
    assert one.waiting_since == clock.now() - HOUR
    assert one.due_at == clock.now() + 7 * HOUR
    assert one.team_due_at == clock.now() + 2 * HOUR


async def test_a_deadline_that_the_marketplace_named_stays(shop: Shop, clock: FakeClock) -> None:
    due_at = clock.now() + 30 * HOUR
    await shop.receive(replace(shop.arrival(due_at=due_at), named=True))
    name = shop.conversation()

    await plan_by(shop, replace(SHORT, named_warnings=(5 * HOUR, HOUR)), name)

    assert (await shop.read(name)).due_at == due_at
    assert await shop.queues.watch.next_at() == due_at - 5 * HOUR


async def test_a_message_stored_by_an_earlier_version_keeps_its_deadline(shop: Shop) -> None:
    name = await shop.buyer_writes()
    [member] = await members(shop, name)
    seq, due, step = (part.partition(":")[0] for part in member.split("|"))
    key = shop.partition.conversation(name).owed
    score = await shop.database.redis.zscore(key, member)
    assert score is not None
    await shop.database.redis.zrem(key, member)
    await shop.database.redis.zadd(key, {f"{seq}|{due}|{step}": score})
    before = await shop.read(name)

    await plan_by(shop, replace(SHORT, team=None), name)

    assert (await shop.read(name)).due_at == before.due_at


def test_what_is_no_member_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="no member of owed"):
        read_owed("1:x|2|3", 0)


async def test_a_reply_on_its_way_keeps_its_state(shop: Shop, clock: FakeClock) -> None:
    name, _ = await shop.approved()

    await plan_by(shop, SHORT, name)

    assert await shop.places(name) == {State.APPROVED: clock.now() + 8 * HOUR}


async def read_then(shop: Shop, name: ConversationId, then: str) -> Conversation:
    """What somebody had read before something else happened."""
    one = await shop.read(name)
    if then == "told":
        await tell(shop, name)
    else:
        await shop.seller_answers_elsewhere()
    return one


@pytest.mark.parametrize("then", ["told", "answered"])
async def test_what_was_worked_out_for_a_clock_that_has_changed_is_void(
    shop: Shop, clock: FakeClock, then: str
) -> None:
    name = await shop.buyer_writes()
    clock.advance(13 * HOUR)
    stale = await read_then(shop, name, then)
    before = await shop.read(name), await members(shop, name), await shop.queues.watch.next_at()

    await replan(shop.database, shop.partition, [stale], lambda _: SHORT)

    after = await shop.read(name), await members(shop, name), await shop.queues.watch.next_at()
    assert after == before


async def test_an_older_message_that_comes_in_between_is_planned_too(
    shop: Shop, clock: FakeClock
) -> None:
    name = await shop.buyer_writes("one")
    stale = await shop.read(name)
    await shop.receive(shop.arrival(text="earlier", at=clock.now() - HOUR))

    await replan(shop.database, shop.partition, [stale], lambda _: SHORT)

    assert (await shop.read(name)).due_at == clock.now() + 7 * HOUR
    assert len(await members(shop, name)) == 2


async def test_an_answer_given_before_makes_it_an_answered_conversation(shop: Shop) -> None:
    name = await shop.buyer_writes()
    assert not (await shop.read(name)).answered

    await shop.receive(shop.arrival(Author.SELLER, "Hello"))

    assert (await shop.read(name)).answered


async def test_two_messages_of_one_moment_that_are_promised_otherwise_leave_one_deadline(
    shop: Shop, clock: FakeClock
) -> None:
    start = clock.now()
    name, _ = await shop.approved()
    await plan_by(shop, LONG, name)
    clock.advance(UNDO)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    await shop.buyer_writes("And the invoice?", at=start)

    await shop.accept(name, reply)

    one = await shop.read(name)
    assert (one.waiting_since, one.due_at) == (start, start + 24 * HOUR)
    assert await shop.places(name) == {State.WAITING: one.due_at}
    assert await shop.queues.watch.next_at() == clock.now()


async def test_a_refusal_owes_a_message_of_the_same_moment_with_its_own_deadline(
    shop: Shop, clock: FakeClock
) -> None:
    start = clock.now()
    name, _ = await shop.approved()
    clock.advance(UNDO)
    await shop.accept(name, await shop.attempt(await shop.take(shop.queues.outbox)), "R1")
    await shop.buyer_writes("And the invoice?", at=start)
    await plan_by(shop, LONG, name)

    await shop.receive(shop.refusal("R1"))

    one = await shop.read(name)
    assert (one.waiting_since, one.due_at) == (start, start + 24 * HOUR)
    assert await shop.places(name) == {State.WAITING: one.due_at}
    assert await shop.queues.watch.next_at() == clock.now()
