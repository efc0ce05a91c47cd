"""What was handed out in an answer that got lost is nobody's work: it goes back at once."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from redis.exceptions import TimeoutError as StoreTimeout

from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.queue import Claim, DeadlineQueue
from responder.testing import FakeClock
from tests.store.deadline_queue.conftest import LEASE
from tests.workers.lossy import Lossy

Way = Callable[[DeadlineQueue], Awaitable[list[Claim]]]
WAYS = [
    pytest.param("claim", lambda queue: queue.claim(10), id="claim"),
    pytest.param(
        "take", lambda queue: queue.claim_in_order(10, lambda _: timedelta(0)), id="in order"
    ),
]


@pytest.fixture
def scripts(database: Database) -> Lossy:
    return Lossy(database.redis)


@pytest.fixture
def lossy(database: Database, scripts: Lossy) -> DeadlineQueue:
    return DeadlineQueue(replace(database, scripts=scripts), "draft", LEASE)


@pytest.mark.parametrize(("script", "ask"), WAYS)
async def test_what_was_handed_out_unheard_is_handed_out_again_as_if_for_the_first_time(
    lossy: DeadlineQueue, scripts: Lossy, partition: Partition, clock: FakeClock,
    script: str, ask: Way,
) -> None:  # fmt: skip
    await lossy.schedule(partition, {"one": clock.now(), "two": clock.now()})
    scripts.unheard.append(script)

    with pytest.raises(StoreTimeout):
        await ask(lossy)

    claims = await ask(lossy)
    assert sorted((claim.item, claim.tries) for claim in claims) == [("one", 1), ("two", 1)]


@pytest.mark.parametrize(("script", "ask"), WAYS)
async def test_what_was_handed_out_before_the_store_failed_goes_back_with_the_rest(
    lossy: DeadlineQueue, scripts: Lossy, database: Database, clock: FakeClock,
    script: str, ask: Way,
) -> None:  # fmt: skip
    for number, partition in enumerate(database.partitions.all[:3]):
        await lossy.schedule(partition, {f"of {number}": clock.now()})
    scripts.heard[script] = 1

    with pytest.raises(StoreTimeout):
        await ask(lossy)

    assert len(await ask(lossy)) == 3


async def test_what_others_hold_is_not_taken_from_them(
    lossy: DeadlineQueue, scripts: Lossy, queue: DeadlineQueue, partition: Partition,
    clock: FakeClock,
) -> None:  # fmt: skip
    await queue.schedule(partition, {"theirs": clock.now()})
    [theirs] = await queue.claim(1)
    await queue.schedule(partition, {"ours": clock.now()})
    scripts.unheard.append("claim")
    with pytest.raises(StoreTimeout):
        await lossy.claim(1)

    [ours] = await lossy.claim(10)

    assert ours.item == "ours"
    assert await queue.done(theirs)


async def test_what_another_got_after_the_lease_is_theirs(
    lossy: DeadlineQueue, scripts: Lossy, queue: DeadlineQueue, partition: Partition,
    clock: FakeClock,
) -> None:  # fmt: skip
    await queue.schedule(partition, {"one": clock.now()})
    scripts.unheard.append("claim")
    with pytest.raises(StoreTimeout):
        await lossy.claim(1)
    clock.advance(LEASE)
    theirs: list[Claim] = await queue.claim(1)

    assert await lossy.claim(1) == []
    assert await queue.done(theirs[0])
