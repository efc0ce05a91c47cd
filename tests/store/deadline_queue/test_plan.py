"""What is planned, planned anew and finished, and by whom."""

from datetime import timedelta

from redis.asyncio import Redis

from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.queue import DeadlineQueue
from responder.store.queues import Queues
from responder.testing import FakeClock
from tests.store.deadline_queue.conftest import LEASE


async def test_a_lost_lease_cannot_finish_or_postpone_the_item(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    await queue.schedule(partition, {"one": clock.now()})
    [lost] = await queue.claim(10)
    clock.advance(LEASE)
    [held] = await queue.claim(10)

    assert not await queue.done(lost)
    assert not await queue.postpone(lost, clock.now() + timedelta(days=1))

    assert await queue.next_at() == clock.now() + LEASE
    assert await queue.done(held)


async def test_planning_anew_takes_the_item_out_of_a_workers_hand(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    await queue.schedule(partition, {"one": clock.now()})
    [stale] = await queue.claim(10)

    await queue.schedule(partition, {"one": clock.now()})

    assert not await queue.done(stale)
    [fresh] = await queue.claim(10)
    assert fresh.tries == 1


async def test_planning_only_what_is_new_leaves_the_others_alone(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    await queue.schedule(partition, {"old": clock.now()})
    [held] = await queue.claim(10)

    planned = await queue.schedule(
        partition, {"old": clock.now(), "new": clock.now()}, only_new=True
    )

    assert planned == 1
    assert [claim.item for claim in await queue.claim(10)] == ["new"]
    assert await queue.done(held)


async def test_nothing_to_plan_is_no_trouble(queue: DeadlineQueue, partition: Partition) -> None:
    assert await queue.schedule(partition, {}) == 0
    assert await queue.next_at() is None


async def test_a_finished_item_leaves_nothing_behind(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock, redis: Redis
) -> None:
    before = set(await redis.keys("*"))
    await queue.schedule(partition, {"one": clock.now()})
    [claim] = await queue.claim(10)

    assert await queue.done(claim)

    assert set(await redis.keys("*")) == before


async def test_every_queue_counts_what_is_planned_due_or_not(
    queues: Queues, database: Database, clock: FakeClock
) -> None:
    for partition in database.partitions.all[:3]:
        await queues.watch.schedule(partition, {"one": clock.now() + timedelta(days=1)})

    depths = await queues.depths()

    empty = ("poll", "draft", "outbox", "greet", "alert", "census", "improve")
    assert depths == dict.fromkeys(empty, 0) | {"watch": 3}
