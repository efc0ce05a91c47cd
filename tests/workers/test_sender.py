"""A send is never repeated blindly."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from connectors.base import (
    Kind,
    RateLimited,
    Receipt,
    Rejected,
    Reply,
    Trace,
    Unauthorized,
    Unavailable,
)
from connectors.fake import FakeConnector
from responder.domain.breaker import AT_ONCE
from responder.domain.model import Author, State
from responder.store.outbox import attempt, outgoing
from responder.store.queue import by_partition
from responder.workers.alerter import Alerter
from responder.workers.loop import Bell, Crew
from responder.workers.sender import Sender
from responder.workers.turns import LEAVE_WITHIN
from tests.workers.conftest import ACCOUNT, Service


@pytest.fixture
async def approved(service: Service) -> Service:
    service.connector.writes("Where is my parcel?")
    await service.work()
    await service.approve("It is on its way.")
    return service


async def test_a_lost_answer_is_looked_up_and_found(approved: Service) -> None:
    approved.connector.lose_answers = 1

    await approved.work("send")
    assert (await approved.only()).state is State.APPROVED
    approved.clock.advance(timedelta(seconds=10))
    await approved.work("send")

    assert (await approved.only()).state is State.ANSWERED
    assert len(approved.connector.accepted) == 1


async def test_a_reply_that_surely_did_not_arrive_is_sent_again(approved: Service) -> None:
    approved.connector.trouble.append(Unavailable("cut", maybe_done=True))

    await approved.work("send")
    approved.clock.advance(timedelta(seconds=10))
    await approved.work("send")

    assert (await approved.only()).state is State.ANSWERED
    assert len(approved.connector.accepted) == 1


async def test_what_nobody_can_tell_goes_to_a_person_and_is_not_sent_again(
    approved: Service,
) -> None:
    approved.connector.lose_answers = 1
    approved.connector.traces.extend([Trace.UNKNOWN] * 10)

    for _ in range(10):
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


async def test_a_worker_that_was_held_up_lets_nothing_leave(approved: Service) -> None:
    async def stand_still() -> None:
        approved.durable.clear()
        approved.clock.advance(LEAVE_WITHIN + timedelta(seconds=1))

    approved.durable.append(stand_still)

    await approved.work("send")
    assert approved.connector.accepted == []

    approved.clock.advance(timedelta(minutes=2))
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


async def test_our_own_words_read_back_prove_an_uncertain_reply(approved: Service) -> None:
    approved.connector.lose_answers = 1
    approved.connector.traces.extend([Trace.UNKNOWN] * 10)
    for _ in range(10):
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
    approved.connector.traces.extend([Trace.UNKNOWN] * 10)
    for _ in range(10):
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


async def test_a_marketplace_that_cannot_tell_yet_is_asked_again(approved: Service) -> None:
    approved.connector.lose_answers = 1
    approved.connector.traces.extend([Trace.UNKNOWN, Trace.UNKNOWN, Trace.SENT])

    for _ in range(4):
        await approved.work("send", "alert")
        approved.clock.advance(timedelta(seconds=15))

    assert (await approved.only()).state is State.ANSWERED
    assert approved.channels.told == []


class SlowToTake(FakeConnector):
    """Takes a reply only when it may."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.may = asyncio.Event()
        self.begun = 0
        self.busy = asyncio.Event()  # as many as may be are under way

    async def send(self, reply: Reply) -> Receipt:
        self.begun += 1
        if self.begun == AT_ONCE:
            self.busy.set()
        await self.may.wait()
        return await super().send(reply)


async def test_few_attempts_of_one_account_are_under_way_so_that_few_are_in_doubt_after_a_death(
    service: Service,
) -> None:
    for number in range(AT_ONCE + 4):
        service.connector.writes("Where is my parcel?", thread=f"thread {number}")
    await service.work()
    for one in await service.all():
        assert one.draft is not None
        lease = await service.desk.claim(one.id, "ann")
        await service.desk.approve(
            one.id, "ann", lease.token, version=one.draft.version, text="It is on its way."
        )
    slow = SlowToTake(service.clock.now)
    account = replace(service.accounts[ACCOUNT], connector=slow)

    async with asyncio.TaskGroup() as tasks:
        crew = Crew(tasks, 64, Bell())
        sender = Sender(
            service.database,
            service.queues,
            {ACCOUNT: account},
            crew=crew,
            clock=service.clock,
            metrics=service.metrics,
            dice=Random(1),
        )
        await sender.run_once()
        await slow.busy.wait()
        replies = [await outgoing(service.database, one.id) for one in await service.all()]
        slow.may.set()
        await crew.idle()
        service.clock.advance(timedelta(seconds=10))
        await sender.run_once()
        await crew.idle()

    states = Counter(reply.state for reply in replies if reply is not None)
    assert states == {"sending": AT_ONCE, "queued": 4}
    assert len(slow.accepted) == AT_ONCE + 4
