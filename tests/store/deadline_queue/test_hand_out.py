"""Items are handed out when their time comes, each to one worker."""

from datetime import timedelta

import pytest

from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.queue import AFTER_YOU, DeadlineQueue
from responder.store.queues import Queues
from responder.testing import FakeClock
from tests.store.deadline_queue.conftest import LEASE

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


async def test_an_item_is_not_handed_out_before_its_time(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    await queue.schedule(partition, {"one": clock.now() + SECOND})

    early = await queue.claim(10)
    clock.advance(SECOND)
    in_time = await queue.claim(10)

    assert early == []
    assert [claim.item for claim in in_time] == ["one"]


async def test_an_item_is_in_one_hand_at_a_time(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    await queue.schedule(partition, {"one": clock.now()})

    first, second = await queue.claim(10), await queue.claim(10)

    assert len(first) == 1
    assert second == []


async def test_a_worker_that_found_nothing_due_asks_the_store_only_once(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock, database: Database
) -> None:
    await queue.schedule(partition, {"one": clock.now() + 60 * SECOND})
    assert await queue.claim(10) == []
    other = DeadlineQueue(database, queue.name, LEASE)
    await other.schedule(partition, {"two": clock.now() + SECOND})

    seen, fresh = await queue.next_at(), await queue.next_at()

    assert seen == clock.now() + 60 * SECOND, "whoever planned the earlier one rings"
    assert fresh == clock.now() + SECOND


@pytest.mark.parametrize("in_order", [False, True])
async def test_who_came_too_late_lets_the_other_be_first_until_he_is_gone(
    database: Database, partition: Partition, clock: FakeClock, in_order: bool
) -> None:
    first, second = (DeadlineQueue(database, "draft", LEASE) for _ in range(2))
    await first.schedule(partition, {"one": clock.now(), "two": clock.now() + HOUR})
    both_see = await second.heads()
    [held] = await first.claim(1)

    assert await second.claim(1, both_see) == [], "it came too late"

    assert await second.next_at() == clock.now() + LEASE + AFTER_YOU
    await first.done(held)
    assert await second.next_at() == clock.now() + HOUR + AFTER_YOU
    assert await first.next_at() == clock.now() + HOUR

    clock.advance(HOUR + AFTER_YOU)
    if in_order:
        assert await second.claim_in_order(1, lambda _: timedelta(0)), "the other one has gone"
    else:
        assert await second.claim(1), "the other one has gone"
    assert await second.next_at() == clock.now() + LEASE


async def test_no_more_is_handed_out_than_asked_for(
    queue: DeadlineQueue, database: Database, clock: FakeClock
) -> None:
    for part in database.partitions.all[:4]:
        await queue.schedule(
            part, {f"{part.number}-a": clock.now(), f"{part.number}-b": clock.now()}
        )

    claims = await queue.claim(3)

    assert len(claims) == 3
    assert await queue.depth() == 8


async def test_what_was_taken_by_name_is_held_like_any_other(
    queues: Queues, database: Database, clock: FakeClock
) -> None:
    await queues.poll.schedule(database.partitions.all[0], {"a": clock.now()})
    [held] = await queues.poll.claim_in_order(1, lambda _: timedelta(0))
    clock.advance(timedelta(minutes=2))

    [again] = await queues.poll.claim(1)

    assert (held.tries, again.tries) == (1, 2)
    assert not await queues.poll.done(held)
    assert await queues.poll.done(again)
