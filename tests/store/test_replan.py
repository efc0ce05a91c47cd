"""Another promise gives open conversations other deadlines, in one step, and loses no alert."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from responder.domain.model import AccountId, Author, ConversationId, Risk, State
from responder.domain.sla import SlaPolicy
from responder.store import remarks
from responder.store.conversations import Conversation
from responder.store.database import Database
from responder.store.drafts import store_drafts
from responder.store.notices import Announcement, announce
from responder.store.owed import read_owed
from responder.store.replan import PACE, look_again, look_at_all, promised, replan
from responder.testing import FakeClock
from responder.workers.rings import rung_by
from tests.store.shop import DAY, UNDO, Shop

HOUR = timedelta(hours=1)
TEAM = SlaPolicy("team", 3 * HOUR)
SHORT = SlaPolicy("short", 8 * HOUR, (4 * HOUR, HOUR), team=TEAM)
LONG = replace(DAY, respond_within=72 * HOUR)


async def plan_by(shop: Shop, policy: SlaPolicy, *names: ConversationId) -> set[ConversationId]:
    ones = [await shop.read(name) for name in names]
    return await replan(shop.database, shop.partition, ones, lambda _: policy)


async def tell(shop: Shop, name: ConversationId) -> None:
    """The watcher announces what has been reached."""
    one = await shop.read(name)
    assert one.waiting_since is not None
    plan, now = DAY.plan(one.waiting_since), shop.clock.now()
    claim = await shop.take(shop.queues.watch)
    done = Announcement(
        claim=claim,
        waiting_since=one.waiting_since,
        told=plan.reached(now),
        risk=plan.risk(now),
        next_at=plan.next_at(now),
        notice=None,
    )
    assert await announce(shop.database, [done]) == 1


async def members(shop: Shop, name: ConversationId) -> list[str]:
    key = shop.partition.conversation(name).owed
    return [str(member) for member in await shop.database.redis.zrange(key, 0, -1)]


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


async def test_a_team_target_goes_with_the_answer(shop: Shop) -> None:
    name = await shop.buyer_writes()
    await plan_by(shop, SHORT, name)

    await shop.seller_answers_elsewhere()

    one = await shop.read(name)
    assert (one.due_at, one.team_due_at) == (None, None)


async def test_a_team_target_comes_with_the_message_and_goes_when_no_reply_is_needed(
    shop: Shop, clock: FakeClock
) -> None:
    team_due_at = clock.now() + HOUR
    await shop.receive(replace(shop.arrival(), team_due_at=team_due_at))
    name = shop.conversation()
    assert (await shop.read(name)).team_due_at == team_due_at

    await shop.desk.no_reply_needed(name, "ann")

    assert (await shop.read(name)).team_due_at is None


async def test_a_message_that_came_while_the_reply_was_sent_has_its_own_team_target(
    shop: Shop, clock: FakeClock
) -> None:
    name, _ = await shop.approved()
    clock.advance(UNDO)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    clock.advance(HOUR)
    target = clock.now() + 3 * HOUR
    await shop.receive(replace(shop.arrival(text="And the invoice?"), team_due_at=target))

    await shop.accept(name, reply)

    assert (await shop.read(name)).team_due_at == target


async def test_a_team_target_that_is_taken_out_is_forgotten(shop: Shop) -> None:
    name = await shop.buyer_writes()
    await plan_by(shop, SHORT, name)

    await plan_by(shop, replace(SHORT, team=None), name)

    assert (await shop.read(name)).team_due_at is None


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


async def test_what_was_told_is_not_told_again(shop: Shop, clock: FakeClock) -> None:
    name = await shop.buyer_writes()
    clock.advance(21 * HOUR)
    await tell(shop, name)
    assert (await shop.read(name)).told == 2

    await plan_by(shop, replace(DAY, respond_within=25 * HOUR), name)

    one = await shop.read(name)
    assert (one.told, one.risk) == (2, "at_risk")
    assert await shop.queues.watch.next_at() == clock.now() + 3 * HOUR


async def test_what_is_worse_by_the_new_promise_is_looked_at_now(
    shop: Shop, clock: FakeClock
) -> None:
    name = await shop.buyer_writes()
    clock.advance(13 * HOUR)
    await tell(shop, name)

    await plan_by(shop, SHORT, name)

    one = await shop.read(name)
    assert (one.told, one.risk) == (1, "at_risk"), "the watcher tells the rest"
    assert await shop.queues.watch.next_at() == clock.now()


async def test_what_a_longer_promise_puts_off_is_told_when_it_comes(
    shop: Shop, clock: FakeClock
) -> None:
    name = await shop.buyer_writes()
    clock.advance(25 * HOUR)
    await tell(shop, name)
    assert (await shop.read(name)).risk == "breached"
    assert await shop.queues.watch.next_at() is None

    await plan_by(shop, LONG, name)

    one = await shop.read(name)
    assert (one.told, one.risk) == (0, "none")
    assert await shop.queues.watch.next_at() == clock.now() + 11 * HOUR


async def test_nothing_is_left_to_look_at_when_the_new_deadline_was_told_too(
    shop: Shop, clock: FakeClock
) -> None:
    name = await shop.buyer_writes()
    clock.advance(25 * HOUR)
    await tell(shop, name)

    await plan_by(shop, SHORT, name)

    assert (await shop.read(name)).risk == "breached"
    assert await shop.queues.watch.depth() == 0


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


# Looks


async def test_a_look_is_brought_forward_and_never_put_off(shop: Shop, clock: FakeClock) -> None:
    name = await shop.buyer_writes()
    soon = clock.now() + HOUR

    assert await look_again(shop.database, shop.partition, {name: soon}) == 1
    assert await look_again(shop.database, shop.partition, {name: soon + HOUR}) == 0
    assert await look_again(shop.database, shop.partition, {}) == 0

    assert await shop.queues.watch.next_at() == soon


async def test_who_looks_at_it_now_loses_it(shop: Shop, clock: FakeClock) -> None:
    name = await shop.buyer_writes()
    clock.advance(13 * HOUR)
    claim = await shop.take(shop.queues.watch)

    await look_again(shop.database, shop.partition, {name: clock.now()})

    assert not await shop.queues.watch.done(claim)
    assert (await shop.take(shop.queues.watch)).item == name


async def test_another_tag_has_the_clock_looked_at(shop: Shop, clock: FakeClock) -> None:
    name = await shop.buyer_writes()

    await remarks.annotate(shop.database, name, "ann", "assigned", {"assignee": "ann"})
    assert await shop.queues.watch.next_at() == clock.now() + 12 * HOUR
    await remarks.tag(shop.database, name, "ann", add=["vip"])

    assert await shop.queues.watch.next_at() == clock.now()


async def test_a_tag_on_what_is_answered_has_nothing_looked_at(shop: Shop) -> None:
    name = await shop.buyer_writes()
    await shop.seller_answers_elsewhere()

    await remarks.tag(shop.database, name, "ann", add=["vip"])

    assert await shop.queues.watch.depth() == 0


async def test_a_draft_has_the_clock_looked_at_where_the_intent_may_matter(
    shop: Shop, clock: FakeClock
) -> None:
    name = await shop.buyer_writes()
    claim = await shop.take(shop.queues.draft)

    await store_drafts(shop.database, [replace(shop.proposed(claim, 1), look=True)])

    assert (await shop.read(name)).draft is not None
    assert await shop.queues.watch.next_at() == clock.now()


# Whole accounts


async def _promised(shop: Shop) -> tuple[str, datetime | None]:
    return (await promised(shop.database, [shop.account]))[shop.account]


async def test_all_that_is_open_is_looked_at_one_after_another_and_then_noted(
    database: Database, clock: FakeClock
) -> None:
    shop, other = Shop(database, clock), Shop(database, clock, AccountId("amazon-de"))
    on_its_way, _ = await shop.approved(thread="approved")
    names = [await shop.buyer_writes(thread=f"t{number}") for number in range(30)]
    await shop.buyer_writes(thread="answered")
    await shop.seller_answers_elsewhere(thread="answered")
    theirs = await other.buyer_writes()
    assert await _promised(shop) == ("", None)

    await look_at_all(database, shop.partition, {shop.account: "abc"})

    clock.advance(100 * PACE)
    looks = {claim.item for claim in await shop.queues.watch.claim(100)}
    assert looks == {*names, on_its_way}
    assert theirs not in looks
    assert (await _promised(shop))[0] == "abc"
    assert await _promised(other) == ("", None)


async def test_alerts_come_between_the_looks(shop: Shop, clock: FakeClock) -> None:
    for number in range(20):
        await shop.buyer_writes(thread=f"t{number}")

    await look_at_all(shop.database, shop.partition, {shop.account: "abc"})

    clock.advance(10 * PACE)
    assert len(await shop.queues.watch.claim(100)) == 12


async def test_a_promise_is_as_old_as_when_it_was_noted_first(shop: Shop, clock: FakeClock) -> None:
    start = clock.now()
    for _ in range(2):
        await look_at_all(shop.database, shop.partition, {shop.account: "abc"})
        clock.advance(HOUR)

    assert await _promised(shop) == ("abc", start)


async def test_whoever_watches_is_woken_by_each_look(shop: Shop) -> None:
    for _ in range(2):
        await look_at_all(shop.database, shop.partition, {shop.account: "abc"})

    events = await shop.events()
    assert [event.type for event in events] == ["promised", "promised"]
    assert {rung_by(event.type) for event in events} == {("watch",)}


async def test_a_risk_stays_with_what_was_told(shop: Shop, clock: FakeClock) -> None:
    name = await shop.buyer_writes()
    clock.advance(23 * HOUR)
    await tell(shop, name)

    await plan_by(shop, replace(DAY, respond_within=30 * HOUR), name)

    one = await shop.read(name)
    assert one.risk == Risk.AT_RISK.label, "critical is put off; half of the time has passed"
    assert one.told == 1


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
