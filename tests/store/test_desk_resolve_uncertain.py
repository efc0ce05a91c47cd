"""A person settles, once, what became of a reply that nobody can tell of."""

import asyncio
from datetime import timedelta

import pytest

from responder.domain.model import ConversationId, State
from responder.errors import Conflict
from responder.store.outbox import Verdict, attempt, outgoing
from responder.store.threads import messages
from responder.testing import FakeClock
from tests.store.shop import UNDO, Shop

MINUTE = timedelta(minutes=1)


async def uncertain_reply(shop: Shop, clock: FakeClock) -> ConversationId:
    conversation, _ = await shop.approved()
    clock.advance(UNDO)
    claim = await shop.take(shop.queues.outbox)
    await shop.attempt(claim)
    assert await shop.lose_answer(claim)
    return conversation


async def test_a_person_who_found_the_reply_settles_it_as_sent(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await uncertain_reply(shop, clock)
    attempted_at = clock.now()
    clock.advance(MINUTE)

    await shop.desk.resolve_uncertain(conversation, "sue", was_sent=True)

    one = await shop.read(conversation)
    assert (one.state, one.problem) == (State.ANSWERED, "")
    reply = (await messages(shop.database, conversation))[-1]
    assert (reply.text, reply.sent_at, reply.approved_by) == (
        "It comes tomorrow.",
        attempted_at,
        "ann",
    )
    event = (await shop.events())[-1]
    assert (event.type, event.data["by"], event.data["told_by"]) == ("sent", "ann", "sue")


async def test_a_person_who_did_not_find_the_reply_gets_its_words_back(
    shop: Shop, clock: FakeClock
) -> None:
    start = clock.now()
    conversation = await uncertain_reply(shop, clock)

    await shop.desk.resolve_uncertain(conversation, "sue", was_sent=False)

    one = await shop.read(conversation)
    assert (one.state, one.waiting_since, one.held, one.problem) == (
        State.WAITING,
        start,
        "It comes tomorrow.",
        "not_sent: sue",
    )
    assert await outgoing(shop.database, conversation) is None
    assert await shop.queues.draft.depth() == 1


@pytest.mark.parametrize("was_sent", [True, False])
async def test_an_uncertain_reply_is_resolved_once(
    shop: Shop, clock: FakeClock, was_sent: bool
) -> None:
    conversation = await uncertain_reply(shop, clock)
    await shop.desk.resolve_uncertain(conversation, "sue", was_sent=not was_sent)

    with pytest.raises(Conflict) as refusal:
        await shop.desk.resolve_uncertain(conversation, "tom", was_sent=was_sent)

    assert refusal.value.code == "gone"


async def test_what_was_read_back_is_not_called_unsent_while_that_is_being_written_down(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await uncertain_reply(shop, clock)
    clock.advance(MINUTE)
    await shop.receive(shop.our_own("It comes tomorrow."))

    with pytest.raises(Conflict) as refusal:
        await shop.desk.resolve_uncertain(conversation, "sue", was_sent=False)

    assert refusal.value.code == "gone"
    claim = await shop.take(shop.queues.outbox)
    assert (await attempt(shop.database, claim))[0] is Verdict.PROOF


async def test_of_two_people_who_settle_a_reply_at_once_one_is_too_late(
    shop: Shop, clock: FakeClock
) -> None:
    conversation = await uncertain_reply(shop, clock)

    answers = await asyncio.gather(
        *(
            shop.desk.resolve_uncertain(conversation, agent, was_sent=True)
            for agent in ("sue", "tom")
        ),
        return_exceptions=True,
    )

    late = [answer for answer in answers if isinstance(answer, Conflict)]
    assert [conflict.code for conflict in late] == ["gone"]
    assert (await shop.event_types(conversation)).count("sent") == 1


@pytest.mark.parametrize("was_sent", [True, False])
async def test_a_reply_that_is_not_uncertain_is_not_resolved(shop: Shop, was_sent: bool) -> None:
    conversation = await shop.drafted()
    await shop.approve(conversation)

    with pytest.raises(Conflict) as refusal:
        await shop.desk.resolve_uncertain(conversation, "sue", was_sent=was_sent)

    assert (refusal.value.code, refusal.value.details) == ("wrong_state", {"now": "queued"})
    assert (await shop.read(conversation)).state is State.APPROVED
