"""An answer given in the marketplace's own window stops ours, wherever ours is on its way."""

from datetime import timedelta

import pytest

from connectors.base import RateLimited, Trace
from responder.domain.model import Author, State
from responder.store.desk import Desk
from responder.store.outbox import attempt, outgoing
from responder.store.threads import messages
from tests.workers.conftest import Service

WORDS = "It is on its way."
UNDO = timedelta(minutes=2)
LEASE = timedelta(minutes=3)


@pytest.fixture
async def approved(service: Service) -> Service:
    """A reply that waits for the end of the undo window."""
    service.desk = Desk(service.database, lease=timedelta(minutes=3), undo=UNDO)
    service.connector.writes("Where is my parcel?")
    await service.work()
    await service.approve(WORDS)
    return service


async def a_colleague_answers(service: Service) -> None:
    service.clock.advance(timedelta(seconds=31))
    service.connector.writes("By phone.", author=Author.SELLER)
    await service.work("poll")


async def stopped(service: Service) -> bool:
    """Nothing more is sent, however long one waits; the words are kept, and the clock stands."""
    accepted = len(service.connector.accepted)
    for _ in range(5):
        service.clock.advance(LEASE)
        await service.work()
    one = await service.only()
    left = await service.queues.outbox.depth(), await outgoing(service.database, one.id)
    assert left == (0, None)
    assert (one.state, one.waiting_since) == (State.ANSWERED, None)
    assert one.held == WORDS
    return len(service.connector.accepted) == accepted


async def test_in_the_undo_window(approved: Service) -> None:
    await a_colleague_answers(approved)

    assert await stopped(approved)
    assert approved.connector.accepted == []


async def test_put_off_because_we_asked_too_often(approved: Service) -> None:
    approved.clock.advance(UNDO)
    approved.connector.trouble.append(RateLimited(timedelta(minutes=10)))
    await approved.work("send")

    await a_colleague_answers(approved)

    assert await stopped(approved)
    assert approved.connector.accepted == []


async def test_written_down_by_a_worker_that_died_before_it_sent(approved: Service) -> None:
    approved.clock.advance(UNDO)
    [dead] = await approved.queues.outbox.claim(1)
    await attempt(approved.database, dead)

    await a_colleague_answers(approved)

    assert await stopped(approved)
    assert approved.connector.accepted == []


async def test_sent_although_the_answer_was_lost(approved: Service) -> None:
    approved.clock.advance(UNDO)
    approved.connector.lose_answers = 1
    await approved.work("send")

    await a_colleague_answers(approved)
    approved.clock.advance(LEASE)
    await approved.work("send")

    one = await approved.only()
    thread = await messages(approved.database, one.id)
    assert one.state is State.ANSWERED
    assert [message.text for message in thread[1:]] == ["By phone.", WORDS], "both are recorded"
    assert len(approved.connector.accepted) == 1


async def test_uncertain(approved: Service) -> None:
    approved.clock.advance(UNDO)
    approved.connector.lose_answers = 1
    approved.connector.traces.extend([Trace.UNKNOWN] * 20)
    for _ in range(12):
        await approved.work("send")
        approved.clock.advance(timedelta(seconds=15))

    await a_colleague_answers(approved)
    uncertain = await approved.only()
    await approved.desk.resolve_uncertain(uncertain.id, "sue", was_sent=False)

    assert (uncertain.state, uncertain.waiting_since) == (State.UNCERTAIN, None)
    assert await stopped(approved)


async def test_an_answer_to_a_part_stops_a_reply_that_did_not_arrive(approved: Service) -> None:
    """The colleague has answered the first message only; the approver did not know of it."""
    approved.clock.advance(timedelta(seconds=31))
    between = approved.clock.now() - timedelta(seconds=1)
    approved.connector.writes("And the invoice?")
    await approved.work("poll", "draft")
    await approved.approve(WORDS)
    approved.clock.advance(UNDO)
    [dead] = await approved.queues.outbox.claim(1)
    await attempt(approved.database, dead)

    approved.connector.writes("By phone.", author=Author.SELLER, at=between)
    await approved.work("poll")
    for _ in range(2):
        approved.clock.advance(timedelta(minutes=3))
        await approved.work("send")

    one = await approved.only()
    assert approved.connector.accepted == []
    assert (one.state, one.held) == (State.WAITING, WORDS)
    assert one.waiting_since == between + timedelta(seconds=1)
