"""What the store has handed out and nobody has heard of is in nobody's hands."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from redis.exceptions import TimeoutError as StoreTimeout

from responder.store.database import Database
from responder.store.queue import DeadlineQueue
from responder.store.scripts import Argument, RedisClient, Scripts
from responder.testing import FakeClock

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
