"""The earliest come first, within a partition and over all of them."""

from datetime import timedelta

from responder.domain.model import Token
from responder.store.database import Database
from responder.store.keys import Partition, Partitions
from responder.store.queue import Claim, DeadlineQueue, by_partition
from responder.store.queues import Queues
from responder.testing import FakeClock

SECOND = timedelta(seconds=1)


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


async def test_the_heads_name_the_earliest_of_each_partition_that_has_one(
    queue: DeadlineQueue, database: Database, clock: FakeClock
) -> None:
    first, second, *_ = database.partitions.all
    await queue.schedule(first, {"late": clock.now() + SECOND, "early": clock.now()})
    await queue.schedule(second, {"later": clock.now() + 2 * SECOND})

    heads = await queue.heads()

    assert heads == {first: clock.now(), second: clock.now() + 2 * SECOND}


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
