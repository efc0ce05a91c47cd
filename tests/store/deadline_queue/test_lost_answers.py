"""What the store has handed out and nobody has heard of is in nobody's hands."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from redis.exceptions import TimeoutError as StoreTimeout

from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.queue import DeadlineQueue
from responder.store.scripts import Argument, RedisClient, Scripts
from responder.testing import FakeClock
from tests.store.deadline_queue.conftest import LEASE

SECOND = timedelta(seconds=1)


class LostAnswer(Scripts):
    """Scripts that run; the answer to the one after ``answered`` is lost."""

    def __init__(self, redis: RedisClient, answered: int) -> None:
        super().__init__(redis)
        self.answered = answered

    async def run(self, name: str, keys: Iterable[str], arguments: Iterable[Argument]) -> Any:
        answer = await super().run(name, keys, arguments)
        self.answered -= 1
        if self.answered == -1:
            raise StoreTimeout("Timeout reading from the store")
        return answer


@pytest.fixture
def deaf(database: Database) -> DeadlineQueue:
    """A queue whose first claim is not heard of."""
    return DeadlineQueue(replace(database, scripts=LostAnswer(database.redis, 1)), "draft", LEASE)


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize("answered", [0, 1])
async def test_what_was_handed_out_in_vain_comes_back_untried_long_before_its_lease(
    database: Database, clock: FakeClock, answered: int, *, in_order: bool
) -> None:
    """An approved reply would wait two minutes."""
    first, second, *_ = database.partitions.all
    scripts = LostAnswer(database.redis, answered + 2)
    queue = DeadlineQueue(replace(database, scripts=scripts), "outbox", 120 * SECOND)
    await queue.schedule(first, {"one": clock.now()})
    await queue.schedule(second, {"two": clock.now()})

    async def tries() -> dict[str, int]:
        ordered = queue.claim_in_order(10, lambda _: SECOND)
        claims = await (ordered if in_order else queue.claim(10))
        return {claim.item: claim.tries for claim in claims}

    with pytest.raises(StoreTimeout):
        await tries()
    clock.advance(SECOND)

    assert await tries() == {"one": 1, "two": 1}


async def test_what_others_hold_is_not_taken_from_them(
    deaf: DeadlineQueue, queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    await queue.schedule(partition, {"theirs": clock.now()})
    [theirs] = await queue.claim(1)
    await deaf.schedule(partition, {"ours": clock.now()})
    with pytest.raises(StoreTimeout):
        await deaf.claim(1)

    [ours] = await deaf.claim(10)

    assert ours.item == "ours"
    assert await queue.done(theirs)


async def test_what_another_got_after_the_lease_is_theirs(
    deaf: DeadlineQueue, queue: DeadlineQueue, partition: Partition, clock: FakeClock
) -> None:
    await deaf.schedule(partition, {"one": clock.now()})
    with pytest.raises(StoreTimeout):
        await deaf.claim(1)
    clock.advance(LEASE)
    [theirs] = await queue.claim(1)

    assert await deaf.claim(1) == []
    assert await queue.done(theirs)
