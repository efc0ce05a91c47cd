"""Items are handed out when their time comes, and come back when a worker dies."""

from datetime import timedelta

import pytest
from redis.asyncio import Redis

from responder.domain.model import Token
from responder.store.database import Database
from responder.store.keys import Partition, Partitions
from responder.store.queue import AFTER_YOU, Claim, DeadlineQueue, by_partition
from responder.store.queues import Queues
from responder.testing import FakeClock

LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def queue(database: Database) -> DeadlineQueue:
    return DeadlineQueue(database, "draft", LEASE)


@pytest.fixture
def partition(database: Database) -> Partition:
    return database.partitions.all[3]


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


async def test_what_is_due_first_is_handed_out_first_over_all_partitions(
    queue: DeadlineQueue, database: Database, clock: FakeClock
) -> None:
    for number in (5, 0, 15, 9):
        at = clock.now() + number * SECOND
        await queue.schedule(database.partitions.all[number], {f"item-{number}": at})
    clock.advance(timedelta(minutes=1))

    order = [(await queue.claim(1))[0].item for _ in range(4)]

    assert order == ["item-0", "item-5", "item-9", "item-15"]


async def test_what_is_due_first_is_handed_out_first_within_a_partition(
    queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    plans = {f"item-{number}": clock.now() + number * SECOND for number in (3, 1, 2)}
    await queue.schedule(partition, plans)
    clock.advance(timedelta(minutes=1))

    claims = await queue.claim(2)

    assert [claim.item for claim in claims] == ["item-1", "item-2"]


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


async def test_the_heads_name_the_earliest_of_each_partition_that_has_one(
    queue: DeadlineQueue, database: Database, clock: FakeClock
) -> None:
    first, second, *_ = database.partitions.all
    await queue.schedule(first, {"late": clock.now() + SECOND, "early": clock.now()})
    await queue.schedule(second, {"later": clock.now() + 2 * SECOND})

    heads = await queue.heads()

    assert heads == {first: clock.now(), second: clock.now() + 2 * SECOND}


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


def test_claims_are_grouped_by_partition() -> None:
    first, second, *_ = Partitions(16).all
    claims = [
        Claim(item, 1, Token("t"), part)
        for item, part in (("a", second), ("b", first), ("c", second))
    ]

    grouped = by_partition(claims)

    assert [(part, [claim.item for claim in group]) for part, group in grouped] == [
        (first, ["b"]),
        (second, ["a", "c"]),
    ]


async def test_the_earliest_come_first_over_all_partitions(
    queues: Queues, database: Database, clock: FakeClock
) -> None:
    parts = database.partitions.all
    for number, (item, minutes) in enumerate(
        [("a", 9), ("b", 3), ("c", 7), ("d", 1), ("e", 5), ("f", -1)]
    ):
        at = clock.now() - timedelta(minutes=minutes)
        await queues.poll.schedule(parts[number % 2], {item: at})

    first = await queues.poll.claim_in_order(3, lambda _: timedelta(0))
    rest = await queues.poll.claim_in_order(9, lambda _: timedelta(0))

    assert {claim.item for claim in first} == {"a", "c", "e"}
    assert {claim.item for claim in rest} == {"b", "d"}
    assert await queues.poll.claim_in_order(9, lambda _: timedelta(0)) == []


async def test_a_head_start_goes_before_and_a_longer_wait_before_that(
    queues: Queues, database: Database, clock: FakeClock
) -> None:
    ahead = {"late": timedelta(seconds=60)}
    for number, (item, waits) in enumerate([("long", 70), ("short", 5), ("late", 0)]):
        at = clock.now() - timedelta(seconds=waits)
        await queues.poll.schedule(database.partitions.all[number], {item: at})

    order = []
    for _ in range(3):
        claims = await queues.poll.claim_in_order(1, lambda item: ahead.get(item, timedelta(0)))
        order += [claim.item for claim in claims]

    assert order == ["long", "late", "short"]


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
