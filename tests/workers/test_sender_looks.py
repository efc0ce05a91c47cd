"""What settles a reply that may have arrived: the marketplace's own lists, our words, a refusal."""

from datetime import timedelta

import pytest

from connectors.base import Kind, Trace, Unauthorized, Unavailable
from responder.domain.breaker import Gate
from responder.domain.model import Author, State
from responder.store.outbox import outgoing
from responder.workers.attempts import VISIBLE_AFTER
from tests.workers.conftest import Service
from tests.workers.many_replies import gate


async def test_the_copy_of_what_was_refused_after_it_was_sent_answers_nothing(
    approved: Service,
) -> None:
    approved.connector.lose_answers = 1
    approved.connector.traces.append(Trace.REFUSED)
    await approved.work("send")
    approved.clock.advance(timedelta(seconds=15))
    await approved.work("send")

    approved.clock.advance(timedelta(minutes=1))
    approved.connector.writes("It is on its way.", author=Author.SELLER)
    await approved.work("poll")

    one = await approved.only()
    assert one.state is State.WAITING
    assert one.problem == "refused: refused after it was sent"
    assert len(approved.connector.accepted) == 1


async def test_our_own_words_read_back_prove_an_uncertain_reply(approved: Service) -> None:
    approved.connector.lose_answers = 1
    approved.connector.traces.extend([Trace.UNKNOWN] * 20)
    for _ in range(12):
        await approved.work("send")
        approved.clock.advance(timedelta(seconds=15))
    assert (await approved.only()).state is State.UNCERTAIN

    approved.connector.writes("It is on its way.", author=Author.SELLER)
    approved.clock.advance(timedelta(minutes=1))
    await approved.work("poll", "send")

    assert (await approved.only()).state is State.ANSWERED
    assert len(approved.connector.accepted) == 1


@pytest.mark.parametrize("named", [True, False])
async def test_a_refusal_or_a_bounce_settles_an_uncertain_reply(
    approved: Service, *, named: bool
) -> None:
    approved.connector.lose_answers = 1
    approved.connector.traces.extend([Trace.UNKNOWN] * 20)
    for _ in range(12):
        await approved.work("send")
        approved.clock.advance(timedelta(seconds=15))
    uncertain = (await approved.only()).state
    refuses = f"<{approved.connector.accepted[0].id}@shop.example>" if named else ""

    approved.connector.writes(
        "not delivered", author=Author.PLATFORM, kind=Kind.REFUSAL, refuses=refuses
    )
    approved.clock.advance(timedelta(minutes=1))
    await approved.work("poll", "send")

    one = await approved.only()
    assert (uncertain, one.state) == (State.UNCERTAIN, State.WAITING)
    assert one.held == "It is on its way."
    assert len(approved.connector.accepted) == 1


async def test_a_refusal_that_comes_before_a_lost_answer_is_looked_for_is_believed(
    approved: Service,
) -> None:
    approved.connector.lose_answers = 1
    await approved.work("send")
    approved.clock.advance(timedelta(seconds=10))

    approved.connector.writes("not delivered", author=Author.PLATFORM, kind=Kind.REFUSAL)
    approved.clock.advance(timedelta(seconds=30))
    await approved.work("poll", "send")

    one = await approved.only()
    assert (one.state, one.problem) == (State.WAITING, "refused later by the marketplace")
    assert await outgoing(approved.database, one.id) is None
    assert len(approved.connector.accepted) == 1


async def test_a_look_at_the_marketplace_knows_what_was_said_before_in_the_same_words(
    approved: Service,
) -> None:
    await approved.work("send")
    approved.connector.writes("And now?")
    approved.clock.advance(timedelta(minutes=1))
    await approved.work("poll", "draft")
    await approved.approve("It is on  its way.")
    approved.connector.lose_answers = 1

    await approved.work("send")
    approved.clock.advance(timedelta(seconds=10))
    await approved.work("send")

    [looked_for] = approved.connector.looked_for
    assert [one.id for one in looked_for.earlier] == ["receipt-1"]


async def test_nobody_is_asked_while_the_last_attempt_may_still_arrive(approved: Service) -> None:
    approved.connector.trouble.extend([Unavailable("cut", maybe_done=True)] * 2)
    approved.connector.traces.extend([Trace.UNKNOWN] * 2 + [Trace.ABSENT] + [Trace.UNKNOWN] * 40)
    begun = approved.clock.now()
    states: list[State] = []

    while not states or states[-1] is not State.UNCERTAIN:
        await approved.work("send")
        states.append((await approved.only()).state)
        approved.clock.advance(timedelta(seconds=5))

    found = await outgoing(approved.database, (await approved.only()).id)
    assert found is not None
    assert found.last_attempt_at is not None
    assert found.attempts == 2
    assert found.last_attempt_at >= begun + timedelta(seconds=30)
    assert approved.clock.now() >= found.last_attempt_at + VISIBLE_AFTER
    looked_for = [one.attempted_at for one in approved.connector.looked_for]
    assert (looked_for[0], looked_for[-1]) == (found.first_attempt_at, found.last_attempt_at)


async def test_a_marketplace_that_cannot_be_asked_for_long_leaves_it_to_a_person(
    approved: Service,
) -> None:
    approved.connector.lose_answers = 1
    await approved.work("send")
    approved.connector.trace_trouble.extend([Unauthorized("dead token"), ValueError("odd")] * 50)

    for _ in range(20):
        approved.clock.advance(timedelta(minutes=1))
        await approved.work("send", "alert")

    assert (await approved.only()).state is State.UNCERTAIN
    assert len(approved.connector.accepted) == 1
    told = [notice.kind for notice in approved.channels.told]
    assert told == ["account_down", "send_uncertain"], "a dead token is news of its own"


@pytest.mark.parametrize("silence", [Unavailable("IMAP: connection refused"), TimeoutError()])
async def test_where_it_cannot_be_looked_for_what_has_left_other_replies_leave_all_the_same(
    approved: Service, silence: Exception
) -> None:
    """Mail is looked for at another server than it leaves by."""
    approved.connector.lose_answers = 1
    await approved.work("send")
    approved.connector.trace_trouble.extend([silence] * 50)

    for _ in range(8):
        approved.clock.advance(timedelta(seconds=20))
        await approved.work("send", "alert")

    assert len(approved.connector.looked_for) >= 3
    assert await gate(approved) is Gate.CLOSED
    assert approved.channels.told == []


async def test_a_marketplace_that_cannot_tell_yet_is_asked_again(approved: Service) -> None:
    approved.connector.lose_answers = 1
    approved.connector.traces.extend([Trace.UNKNOWN, Trace.UNKNOWN, Trace.SENT])

    for _ in range(8):
        await approved.work("send", "alert")
        approved.clock.advance(timedelta(seconds=8))

    assert (await approved.only()).state is State.ANSWERED
    assert approved.channels.told == []
