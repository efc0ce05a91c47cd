"""When a reply is sent a second time, and when it is not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.base import RateLimited, Reply, Trace, Unavailable
from responder.domain.model import State
from responder.errors import WritesLost
from responder.store.outbox import outgoing
from responder.workers.attempts import VISIBLE_AFTER
from responder.workers.delivery import LOOK_AGAIN, MOST_ATTEMPTS, SETTLE
from tests.workers.beside import sender
from tests.workers.conftest import Service
from tests.workers.lossy import Lossy

LOST = Unavailable("cut", maybe_done=True)


async def later(service: Service, time: timedelta) -> None:
    service.clock.advance(time)
    await service.work("send")


async def test_a_look_that_was_asked_too_early_is_not_believed_however_late_it_is_answered(
    approved: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was stored while the answer, that it is not there, was on its way."""
    approved.connector.lose_answers = 1
    await approved.work("send")

    async def slowly(_: Reply, __: object) -> Trace:
        approved.clock.advance(VISIBLE_AFTER)
        return Trace.ABSENT

    with monkeypatch.context() as patch:
        patch.setattr(approved.connector, "trace", slowly)
        await later(approved, SETTLE)
    await later(approved, LOOK_AGAIN)

    assert (await approved.only()).state is State.ANSWERED
    assert len(approved.connector.accepted) == 1


async def test_what_is_lost_time_after_time_is_left_to_a_person(approved: Service) -> None:
    approved.connector.trouble.extend([LOST] * 50)

    for _ in range(20):
        await approved.work("send", "alert")
        approved.clock.advance(VISIBLE_AFTER)

    assert (await approved.only()).state is State.UNCERTAIN
    assert len(approved.connector.trouble) == 50 - MOST_ATTEMPTS
    assert [notice.kind for notice in approved.channels.told] == ["send_uncertain"]


async def test_looks_that_come_too_early_are_no_tries(approved: Service) -> None:
    """Else a few lost answers and a budget that is spent would give the reply back."""
    lost, limited = MOST_ATTEMPTS - 1, RateLimited(timedelta(seconds=1))
    approved.connector.trouble.extend([LOST] * lost + [limited] * 2)

    for _ in range(lost * 10):
        await later(approved, SETTLE)

    assert (await approved.only()).state is State.ANSWERED
    assert len(approved.connector.accepted) == 1


async def test_a_second_attempt_is_on_disk_before_it_leaves(approved: Service) -> None:
    approved.connector.trouble.append(LOST)
    await approved.work("send")

    async def forgets() -> None:
        raise WritesLost("the store has lost its last second")

    approved.durable[:] = [forgets]
    await later(approved, VISIBLE_AFTER)
    on_its_way = await outgoing(approved.database, (await approved.only()).id)
    nothing_left = not approved.connector.accepted
    approved.durable.clear()
    for _ in range(4):
        await later(approved, VISIBLE_AFTER)

    assert on_its_way is not None
    assert (on_its_way.attempts, nothing_left) == (2, True)
    assert len(approved.connector.accepted) == 1


async def test_an_attempt_whose_answer_the_store_lost_is_made_again_within_a_minute(
    approved: Service,
) -> None:
    """It waits as for what we let leave, and not as for what another daemon may be sending."""
    scripts = Lossy(approved.database.redis)
    database = replace(approved.database, scripts=scripts)
    approved.workers["send"] = sender(approved, database=database)
    scripts.unheard.append("attempt")

    await approved.work("send")
    for _ in range(4):
        await later(approved, LOOK_AGAIN)

    assert (await approved.only()).state is State.ANSWERED
    assert len(approved.connector.accepted) == 1


async def test_an_attempt_that_the_store_lost_while_the_daemon_stood_still_does_not_leave(
    approved: Service,
) -> None:
    """What is written next goes to a server that was started anew, and loses nothing."""
    one = (await approved.only()).id
    keys = approved.database.partitions.of_conversation(one).conversation(one)

    async def was_lost() -> None:
        redis = approved.database.redis
        await redis.hset(keys.reply, mapping={"state": "queued", "attempts": 0})
        await redis.hdel(keys.reply, "attempted_at", "first_attempt_at")

    approved.durable[:] = [was_lost]
    await approved.work("send")
    left = list(approved.connector.accepted)
    approved.durable.clear()
    for _ in range(4):
        await later(approved, VISIBLE_AFTER)

    assert left == []
    assert (await approved.only()).state is State.ANSWERED
    assert len(approved.connector.accepted) == 1
