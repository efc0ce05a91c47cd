"""Replies on their way: nothing is sent twice, nothing is taken for sent that was not."""

from datetime import timedelta

import pytest

from responder.domain.model import ConversationId, State
from responder.domain.states import Change
from responder.store import remarks
from responder.store.notices import read_notice
from responder.store.outbox import Return, Verdict, attempt, outgoing, returned, try_later
from responder.store.queue import Claim
from responder.store.threads import messages
from responder.testing import FakeClock
from tests.store.shop import UNDO, Shop

HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=120)


async def ready(
    shop: Shop, clock: FakeClock, text: str = "Tomorrow."
) -> tuple[ConversationId, Claim]:
    """A reply in a worker's hand, not yet attempted."""
    conversation, _ = await shop.approved(text)
    clock.advance(UNDO)
    return conversation, await shop.take(shop.queues.outbox)


async def verdict_of(shop: Shop, claim: Claim, *, traced: bool = False) -> Verdict:
    verdict, _ = await attempt(shop.database, claim, traced=traced)
    return verdict


# The verdicts


async def test_the_attempt_is_written_down_before_the_reply_leaves(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)

    verdict, reply = await attempt(shop.database, claim)

    assert verdict is Verdict.GO
    assert reply is not None
    assert (reply.state, reply.attempts, reply.first_attempt_at) == ("sending", 1, clock.now())
    assert await outgoing(shop.database, conversation) == reply
    assert (await shop.event_types(conversation))[-1] == "sending"


async def test_a_reply_that_may_have_left_is_looked_for_first(shop: Shop, clock: FakeClock) -> None:
    _, crashed = await ready(shop, clock)
    await shop.attempt(crashed)
    clock.advance(LEASE)
    claim = await shop.take(shop.queues.outbox)

    assert await verdict_of(shop, claim) is Verdict.TRACE
    assert await verdict_of(shop, claim) is Verdict.TRACE


async def test_a_reply_that_surely_did_not_arrive_is_sent_once_more(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, crashed = await ready(shop, clock)
    first = await shop.attempt(crashed)
    clock.advance(LEASE)
    claim = await shop.take(shop.queues.outbox)

    again = await shop.attempt(claim, traced=True)

    assert (again.attempts, again.first_attempt_at) == (2, first.first_attempt_at)
    assert (await shop.event_types(conversation)).count("sending") == 2


async def test_a_worker_that_lost_its_lease_may_not_send(shop: Shop, clock: FakeClock) -> None:
    _, lost = await ready(shop, clock)
    clock.advance(LEASE)
    claim = await shop.take(shop.queues.outbox)

    assert await attempt(shop.database, lost) == (Verdict.LOST, None)
    assert await verdict_of(shop, claim) is Verdict.GO


async def test_a_withdrawn_reply_may_not_be_sent(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await ready(shop, clock)
    await shop.desk.withdraw(conversation, "ann")

    assert await verdict_of(shop, claim) is Verdict.LOST


async def test_an_item_without_a_reply_is_forgotten(shop: Shop, clock: FakeClock) -> None:
    conversation = await shop.buyer_writes()
    await shop.queues.outbox.schedule(shop.partition, {conversation: clock.now()})
    claim = await shop.take(shop.queues.outbox)

    assert await attempt(shop.database, claim) == (Verdict.GONE, None)
    assert await shop.queues.outbox.depth() == 0


async def test_an_uncertain_reply_is_not_sent_by_a_worker(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await ready(shop, clock)
    await shop.attempt(claim)
    await shop.lose_answer(claim)
    await shop.queues.outbox.schedule(shop.partition, {conversation: clock.now()})

    stray = await shop.take(shop.queues.outbox)

    assert await verdict_of(shop, stray) is Verdict.GONE


async def test_a_reply_that_the_buyer_overtook_while_it_was_looked_for_is_not_sent_again(
    shop: Shop, clock: FakeClock
) -> None:
    _, crashed = await ready(shop, clock)
    await shop.attempt(crashed)
    await shop.buyer_writes("Cancel it!")
    clock.advance(LEASE)
    claim = await shop.take(shop.queues.outbox)

    assert await verdict_of(shop, claim) is Verdict.TRACE
    assert await verdict_of(shop, claim, traced=True) is Verdict.NEWER


async def test_a_reply_to_what_was_answered_elsewhere_meanwhile_is_not_sent_again(
    shop: Shop, clock: FakeClock
) -> None:
    _, crashed = await ready(shop, clock)
    await shop.attempt(crashed)
    await shop.seller_answers_elsewhere("I called her", at=clock.now())
    clock.advance(LEASE)
    claim = await shop.take(shop.queues.outbox)

    assert await verdict_of(shop, claim, traced=True) is Verdict.NEWER


async def test_a_reply_that_was_overtaken_after_it_was_put_off_is_not_sent(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    await shop.buyer_writes("Cancel it!")
    await try_later(shop.database, claim, clock.now())
    claim = await shop.take(shop.queues.outbox)

    verdict, reply_now = await attempt(shop.database, claim)
    assert verdict is Verdict.NEWER
    assert reply_now is not None
    back = Return(
        change=Change.HELD, reply_state=reply_now.state, why="newer", reply_id=reply.id, claim=claim
    )
    assert await returned(shop.database, conversation, back) == ("ok",)
    assert (await shop.read(conversation)).held == "Tomorrow."


# Sent


async def test_an_accepted_reply_answers_the_buyer(shop: Shop, clock: FakeClock) -> None:
    start = clock.now()
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)

    state = await shop.accept(conversation, reply, "R1")

    one = await shop.read(conversation)
    assert state is one.state is State.ANSWERED
    assert (one.waiting_since, one.due_at, one.told, one.held) == (None, None, 0, "")
    stored = (await messages(shop.database, conversation))[-1]
    assert (stored.id, stored.text, stored.approved_by) == ("R1", "Tomorrow.", "ann")
    event = (await shop.events())[-1]
    assert (event.type, event.data["reply"], event.data["told_by"]) == ("sent", reply.id, "sender")
    assert int(event.data["waiting_since"]) == int(start.timestamp() * 1000)


async def test_an_accepted_reply_leaves_no_work_behind(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await ready(shop, clock)

    await shop.accept(conversation, await shop.attempt(claim))

    assert await outgoing(shop.database, conversation) is None
    depths = await shop.queues.depths()
    assert {name for name, depth in depths.items() if depth} == {"poll"}


async def test_a_reply_that_is_told_twice_counts_once(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    await shop.accept(conversation, reply, "R1")
    before = await shop.events()

    again = await shop.accept(conversation, reply, "R2")

    assert again is None
    assert len(await shop.texts(conversation)) == 2
    assert await shop.events() == before


async def test_an_acceptance_that_is_told_late_does_not_settle_the_next_reply(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    first = await shop.attempt(claim)
    await shop.accept(conversation, first, "R1")
    await shop.buyer_writes("And now?")
    await shop.draft()
    await shop.approve(conversation, "Soon.")

    assert await shop.accept(conversation, first, "R1") is None
    assert (await shop.read(conversation)).state is State.APPROVED


async def test_an_acceptance_needs_no_lease(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    clock.advance(LEASE)
    await shop.take(shop.queues.outbox)

    assert await shop.accept(conversation, reply) is State.ANSWERED


async def test_a_reply_to_a_conversation_that_is_gone_settles_nothing(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    for key in shop.partition.conversation(conversation):
        await shop.database.redis.delete(key)

    assert await shop.accept(conversation, reply) is None


async def test_a_buyer_who_writes_while_the_reply_is_under_way_is_owed_the_next_one(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    clock.advance(timedelta(seconds=1))
    wrote_at = clock.now()
    await shop.buyer_writes("And the invoice?")
    under_way = await shop.read(conversation)
    clock.advance(timedelta(seconds=1))

    state = await shop.accept(conversation, reply)

    one = await shop.read(conversation)
    assert under_way.state is State.APPROVED
    assert state is one.state is State.WAITING
    assert (one.waiting_since, one.due_at) == (wrote_at, wrote_at + 24 * HOUR)
    assert await shop.queues.watch.next_at() == wrote_at + 12 * HOUR
    assert await shop.draft() == 1


# Not sure, or not at all


async def test_after_silence_a_person_decides(shop: Shop, clock: FakeClock) -> None:
    start = clock.now()
    conversation, claim = await ready(shop, clock)
    await shop.attempt(claim)

    assert await shop.lose_answer(claim)

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since, one.problem) == (State.UNCERTAIN, start, "no answer")
    assert await shop.places(conversation) == {State.UNCERTAIN: one.due_at}
    assert await shop.queues.outbox.depth() == 0
    notice = await read_notice(shop.database, await shop.take(shop.queues.alert))
    assert notice is not None
    assert notice.kind == "send_uncertain"
    assert (await shop.event_types(conversation))[-1] == "uncertain"


async def test_only_an_attempt_can_become_uncertain(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await ready(shop, clock)

    assert not await shop.lose_answer(claim)

    assert (await shop.read(conversation)).state is State.APPROVED
    assert await shop.queues.alert.depth() == 0


async def test_a_worker_that_lost_its_lease_cannot_call_the_reply_uncertain(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, lost = await ready(shop, clock)
    await shop.attempt(lost)
    clock.advance(LEASE)
    await shop.take(shop.queues.outbox)

    assert not await shop.lose_answer(lost)
    assert (await shop.read(conversation)).state is State.APPROVED


async def test_a_buyer_who_writes_leaves_an_uncertain_reply_to_the_person(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    await shop.attempt(claim)
    await shop.lose_answer(claim)

    await shop.buyer_writes("Hello?")

    assert (await shop.read(conversation)).state is State.UNCERTAIN
    await shop.desk.resolve_uncertain(conversation, "sue", was_sent=True)
    one = await shop.read(conversation)
    assert (one.state, one.waiting_since) == (State.WAITING, clock.now())


async def test_a_reply_that_comes_back_leaves_the_drafter_at_its_work(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    await shop.attempt(claim)
    await shop.lose_answer(claim)
    await shop.buyer_writes("Hello?")
    drafting = await shop.take(shop.queues.draft)

    await shop.desk.resolve_uncertain(conversation, "sue", was_sent=False)

    assert await shop.places(conversation) == {State.WAITING: clock.now() - UNDO + 24 * HOUR}
    assert await shop.queues.draft.claim(10) == []
    assert await shop.queues.draft.done(drafting)


async def test_what_was_told_of_a_clock_is_not_told_again_when_an_older_reply_is_accepted(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    await shop.seller_answers_elsewhere("I called her", at=clock.now())
    clock.advance(timedelta(seconds=1))
    await shop.buyer_writes("And the invoice?")
    before = await shop.read(conversation)
    watching = await shop.queues.watch.next_at()
    await remarks.annotate(
        shop.database, conversation, "test", "told", {"told": "1", "risk": "at_risk"}
    )

    await shop.accept(conversation, reply)

    one = await shop.read(conversation)
    assert (one.waiting_since, one.due_at) == (before.waiting_since, before.due_at)
    assert (one.told, one.risk) == (1, "at_risk")
    assert await shop.queues.watch.next_at() == watching


async def test_an_uncertain_reply_to_what_was_answered_elsewhere_closes_when_it_was_not_sent(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    await shop.attempt(claim)
    await shop.seller_answers_elsewhere("I called her", at=clock.now())
    assert await shop.lose_answer(claim)

    await shop.desk.resolve_uncertain(conversation, "sue", was_sent=False)

    assert (await shop.read(conversation)).state is State.ANSWERED
    assert await shop.queues.draft.depth() == 0


async def test_a_refused_reply_comes_back_with_the_reason(shop: Shop, clock: FakeClock) -> None:
    start = clock.now()
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    back = Return(
        change=Change.REFUSED,
        reply_state="sending",
        why="HTTP 400: forbidden word",
        reply_id=reply.id,
        claim=claim,
        notice=shop.notice("send_refused", "refused-1"),
    )

    assert await returned(shop.database, conversation, back) == ("ok",)

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since, one.held, one.problem) == (
        State.WAITING,
        start,
        "Tomorrow.",
        "refused: HTTP 400: forbidden word",
    )
    assert await shop.queues.outbox.depth() == 0
    assert await shop.queues.draft.depth() == 1
    assert (await shop.take(shop.queues.alert)).item == "refused-1"
    assert (await shop.event_types(conversation))[-1] == "refused"


@pytest.mark.parametrize("case", ["lost lease", "another reply", "another state", "no reply"])
async def test_a_reply_that_is_not_the_workers_does_not_come_back(
    shop: Shop, clock: FakeClock, case: str
) -> None:
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    if case == "lost lease":
        clock.advance(LEASE)
        await shop.take(shop.queues.outbox)
    if case == "no reply":
        await shop.accept(conversation, reply)
    back = Return(
        change=Change.REFUSED,
        reply_state="queued" if case == "another state" else "sending",
        why="no",
        reply_id=None if case == "another reply" else reply.id,
        claim=claim,
    )
    if case == "another reply":
        back = Return(
            change=Change.REFUSED, reply_state="sending", why="no", reply_id=reply.id, claim=claim
        )
        await shop.accept(conversation, reply)
        await shop.buyer_writes("And now?")
        await shop.draft()
        await shop.approve(conversation)

    answer = await returned(shop.database, conversation, back)

    assert answer == (("wrong_state", "sending") if case == "another state" else ("gone",))
    assert (await shop.read(conversation)).problem == ""


async def test_an_attempt_that_surely_did_nothing_is_tried_again_later(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    await shop.attempt(claim)

    assert await try_later(shop.database, claim, clock.now() + HOUR)

    reply = await outgoing(shop.database, conversation)
    assert reply is not None
    assert reply.state == "queued"
    assert not await shop.queues.outbox.done(claim)
    assert await shop.queues.outbox.next_at() == clock.now() + HOUR
    clock.advance(HOUR)
    claim = await shop.take(shop.queues.outbox)
    assert (claim.tries, (await shop.attempt(claim)).attempts) == (2, 2)


async def test_a_claim_that_was_not_attempted_is_put_off_too(shop: Shop, clock: FakeClock) -> None:
    conversation, claim = await ready(shop, clock)

    assert await try_later(shop.database, claim, clock.now() + HOUR)

    reply = await outgoing(shop.database, conversation)
    assert reply is not None
    assert reply.state == "queued"


async def test_a_worker_that_lost_its_lease_cannot_put_the_reply_off(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, lost = await ready(shop, clock)
    await shop.attempt(lost)
    clock.advance(LEASE)
    claim = await shop.take(shop.queues.outbox)

    assert not await try_later(shop.database, lost, clock.now() + HOUR)

    reply = await outgoing(shop.database, conversation)
    assert reply is not None
    assert reply.state == "sending"
    assert await shop.queues.outbox.done(claim)


async def test_the_problem_of_the_last_try_is_forgotten_with_the_next_approval(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, claim = await ready(shop, clock)
    reply = await shop.attempt(claim)
    back = Return(
        change=Change.REFUSED, reply_state="sending", why="no", reply_id=reply.id, claim=claim
    )
    await returned(shop.database, conversation, back)
    await shop.draft()

    await shop.approve(conversation, "Other words.")

    one = await shop.read(conversation)
    assert (one.held, one.problem) == ("", "")


async def test_the_store_is_asked_about_a_reply_that_there_is_not(shop: Shop) -> None:
    conversation = await shop.buyer_writes()

    assert await outgoing(shop.database, conversation) is None


async def test_a_reply_that_an_older_version_approved_answers_what_its_approver_had_seen(
    shop: Shop, clock: FakeClock
) -> None:
    conversation, _ = await shop.approved()
    clock.advance(UNDO)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))
    await shop.database.redis.hdel(shop.partition.conversation(conversation).reply, "covers")
    later = clock.now()
    await shop.buyer_writes("And the invoice?")

    assert await shop.accept(conversation, reply) is State.WAITING
    assert (await shop.read(conversation)).waiting_since == later
