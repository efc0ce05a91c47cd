"""Items that are postponed, or left when the store failed, come back later."""

from datetime import timedelta

from responder.store.keys import Partition
from responder.store.queue import DeadlineQueue
from responder.testing import FakeClock

SECOND = timedelta(seconds=1)


async def test_a_postponed_item_comes_back_later_and_its_tries_are_counted_on(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    await queue.schedule(partition, {"one": clock.now()})
    [first] = await queue.claim(10)

    assert await queue.postpone(first, clock.now() + SECOND)

    assert await queue.claim(10) == []
    clock.advance(SECOND)
    [second] = await queue.claim(10)
    assert second.tries == 2


async def test_a_postponed_item_may_begin_its_tries_afresh(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    await queue.schedule(partition, {"one": clock.now()})
    [first] = await queue.claim(10)

    assert await queue.postpone(first, clock.now(), afresh=True)

    [second] = await queue.claim(10)
    assert second.tries == 1


async def test_a_postponed_item_is_out_of_the_workers_hand(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    await queue.schedule(partition, {"one": clock.now()})
    [claim] = await queue.claim(10)
    await queue.postpone(claim, clock.now() + SECOND)

    assert not await queue.done(claim)
    assert await queue.depth() == 1


async def test_what_a_worker_left_when_the_store_failed_comes_back_long_before_its_lease(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    await queue.schedule(partition, {"one": clock.now()})
    [claim] = await queue.claim(10)

    queue.leave(claim)

    assert await queue.claim(10) == [], "not at once: it may be what upsets the store"
    assert await queue.next_at() == clock.now() + SECOND
    clock.advance(SECOND)
    [again] = await queue.claim(10)
    assert (again.item, again.tries) == ("one", 2)


async def test_what_is_left_again_and_again_waits_longer_but_never_beyond_its_lease(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    await queue.schedule(partition, {"one": clock.now()})
    waits = []
    for _ in range(8):
        [claim] = await queue.claim(10)
        queue.leave(claim)
        assert await queue.claim(10) == []
        at = await queue.next_at()
        assert at is not None
        waits.append((at - clock.now()) / SECOND)
        clock.advance(at - clock.now())

    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]


async def test_what_is_left_in_the_middle_has_time_to_settle(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    await queue.schedule(partition, {"one": clock.now()})
    [claim] = await queue.claim(10)

    queue.leave(claim, 5 * SECOND)

    assert await queue.claim(10) == []
    assert await queue.next_at() == clock.now() + 5 * SECOND
