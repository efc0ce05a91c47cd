"""A send is never repeated blindly."""

from datetime import timedelta

import pytest

from connectors.base import RateLimited, Rejected, Trace, Unauthorized, Unavailable
from responder.domain.model import State
from responder.store.outbox import attempt
from responder.store.queue import by_partition
from responder.workers.alerter import Alerter
from responder.workers.attempts import VISIBLE_AFTER
from responder.workers.delivery import LOOK_AGAIN
from responder.workers.turns import LEAVE_WITHIN
from tests.workers.conftest import Service


async def test_a_lost_answer_is_looked_up_and_found(approved: Service) -> None:
    approved.connector.lose_answers = 1

    await approved.work("send")
    assert (await approved.only()).state is State.APPROVED
    approved.clock.advance(timedelta(seconds=10))
    await approved.work("send")

    assert (await approved.only()).state is State.ANSWERED
    assert len(approved.connector.accepted) == 1


async def test_what_does_not_show_is_sent_again_once_it_would_had_it_arrived(
    approved: Service,
) -> None:
    approved.connector.trouble.append(Unavailable("cut", maybe_done=True))
    begun = approved.clock.now()

    for _ in range(90):
        await approved.work("send")
        if approved.connector.accepted:
            break
        approved.clock.advance(timedelta(seconds=1))

    waited = approved.clock.now() - begun
    assert (await approved.only()).state is State.ANSWERED
    assert VISIBLE_AFTER <= waited < VISIBLE_AFTER + 2 * LOOK_AGAIN
    assert len(approved.connector.looked_for) > 1
    assert len(approved.connector.accepted) == 1


async def test_what_nobody_can_tell_goes_to_a_person_and_is_not_sent_again(
    approved: Service,
) -> None:
    approved.connector.lose_answers = 1
    approved.connector.traces.extend([Trace.UNKNOWN] * 20)

    for _ in range(12):
        await approved.work("send", "alert")
        approved.clock.advance(timedelta(seconds=15))

    assert (await approved.only()).state is State.UNCERTAIN
    assert len(approved.connector.accepted) == 1
    assert [notice.kind for notice in approved.channels.told] == ["send_uncertain"]


async def test_a_worker_that_died_after_writing_the_attempt_down_asks_before_it_sends(
    approved: Service,
) -> None:
    [dead] = await approved.queues.outbox.claim(1)
    await attempt(approved.database, dead)

    approved.clock.advance(timedelta(minutes=3))
    approved.connector.traces.append(Trace.SENT)
    await approved.work("send")

    assert (await approved.only()).state is State.ANSWERED
    assert approved.connector.accepted == [], "it was there already"


async def test_a_worker_that_was_held_up_lets_nothing_leave(approved: Service) -> None:
    async def stand_still() -> None:
        approved.durable.clear()
        approved.clock.advance(LEAVE_WITHIN + timedelta(seconds=1))

    approved.durable.append(stand_still)

    await approved.work("send")
    assert approved.connector.accepted == []

    for _ in range(2):
        approved.clock.advance(timedelta(minutes=3))
        approved.connector.traces.append(Trace.ABSENT)
        await approved.work("send")

    assert len(approved.connector.accepted) == 1
    assert (await approved.only()).state is State.ANSWERED


async def test_an_alert_is_left_to_others_by_a_worker_that_was_held_up(approved: Service) -> None:
    approved.connector.trouble.append(Rejected("content blocked"))
    await approved.work("send")
    alerter = approved.workers["alert"]
    assert isinstance(alerter, Alerter)
    for group in by_partition(await approved.queues.alert.claim(1)):
        await alerter._hand_on(group[1])
    [claim] = await approved.queues.channel.claim(1)

    await alerter._teller.look(claim, approved.clock.now() - timedelta(seconds=1))
    assert approved.channels.told == []

    approved.clock.advance(timedelta(minutes=2))
    await approved.work("alert")
    assert [notice.kind for notice in approved.channels.told] == ["send_refused"]


async def test_a_clear_no_gives_the_words_back_with_the_reason(approved: Service) -> None:
    approved.connector.trouble.append(Rejected("content blocked"))

    await approved.work("send", "alert")

    one = await approved.only()
    assert one.state is State.WAITING
    assert one.held == "It is on its way."
    assert "content blocked" in one.problem
    assert [notice.kind for notice in approved.channels.told] == ["send_refused"]


@pytest.mark.parametrize(
    "trouble",
    [
        RateLimited(timedelta(seconds=90)),
        Unauthorized("dead token"),
        Unavailable("connection refused"),
    ],
)
async def test_what_surely_did_nothing_is_tried_again_later(
    approved: Service, trouble: Exception
) -> None:
    approved.connector.trouble.append(trouble)

    await approved.work("send")
    assert approved.connector.accepted == []
    approved.clock.advance(timedelta(minutes=5))
    await approved.work("send")

    assert len(approved.connector.accepted) == 1
    assert (await approved.only()).state is State.ANSWERED


async def test_what_never_works_comes_back_to_a_person(approved: Service) -> None:
    approved.connector.trouble.extend([Unavailable("connection refused")] * 50)

    for _ in range(15):
        await approved.work("send")
        approved.clock.advance(timedelta(minutes=6))

    one = await approved.only()
    assert one.state is State.WAITING
    assert "could not be sent" in one.problem
    assert approved.connector.accepted == []
