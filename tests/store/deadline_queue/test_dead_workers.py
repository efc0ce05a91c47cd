"""Items come back when a worker dies."""

from datetime import timedelta

from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.queue import DeadlineQueue
from responder.store.queues import Queues
from responder.testing import FakeClock
from tests.store.deadline_queue.conftest import LEASE

SECOND = timedelta(seconds=1)


async def test_a_dead_worker_gives_its_items_back_by_doing_nothing(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    await queue.schedule(partition, {"one": clock.now()})
    [lost] = await queue.claim(10)

    clock.advance(LEASE - timedelta(milliseconds=1))
    still_held = await queue.claim(10)
    clock.advance(SECOND)
    [again] = await queue.claim(10)

    assert still_held == []
    assert (lost.tries, again.tries) == (1, 2)


async def test_an_idle_queue_says_when_a_dead_workers_items_come_back(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    await queue.schedule(partition, {"one": clock.now()})
    await queue.claim(10)

    at = await queue.next_at()

    assert at is not None
    assert clock.now() < at <= clock.now() + LEASE + SECOND


async def test_what_the_dead_held_is_handed_out_at_once_and_still_counts_as_tried(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    await queue.schedule(partition, {"held": clock.now(), "later": clock.now() + LEASE})
    [lost] = await queue.claim(10)

    assert await queue.reclaim() == 1

    [again] = await queue.claim(10)
    assert (again.item, again.tries) == ("held", 2)
    assert not await queue.done(lost), "the dead finish nothing"


async def test_what_the_dead_may_have_sent_is_left_to_settle_but_never_put_off(
    database: Database, partition: Partition, clock: FakeClock
) -> None:
    queues = Queues(database)
    for queue in (queues.outbox, queues.draft):
        await queue.schedule(partition, {"one": clock.now()})
        await queue.claim(1)

    assert await queues.reclaim(settle=SECOND) == 2

    assert [claim.item for claim in await queues.draft.claim(1)] == ["one"]
    assert await queues.outbox.claim(1) == []
    assert await queues.outbox.next_at() == clock.now() + SECOND
    assert await queues.reclaim(settle=LEASE) == 1, "the draft's; nobody holds the reply"
    assert await queues.outbox.next_at() == clock.now() + SECOND
