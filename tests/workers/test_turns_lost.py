"""A store that fails while turns are given out takes nobody's place, and nobody waits for it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from redis.exceptions import TimeoutError as StoreTimeout

from responder.domain.breaker import AT_ONCE
from responder.domain.model import State
from tests.workers.beside import sender
from tests.workers.conftest import Service
from tests.workers.lossy import Lossy
from tests.workers.many_replies import approve_all


@pytest.fixture
def lossy(service: Service) -> Lossy:
    """The store of a sender that takes the place of the service's own."""
    scripts = Lossy(service.database.redis)
    database = replace(service.database, scripts=scripts)
    service.workers["send"] = sender(service, database=database)
    return scripts


@pytest.mark.parametrize("step", [timedelta(seconds=1), timedelta(minutes=1)])
async def test_replies_whose_turns_were_lost_with_the_store_leave_when_it_is_back(
    service: Service, lossy: Lossy, step: timedelta
) -> None:
    """Their places are free again, and nobody waits for a lease."""
    await approve_all(service, 2 * AT_ONCE)
    lossy.lost.append("put_back")

    with pytest.raises(StoreTimeout):
        await service.work("send")
    for _ in range(10):
        service.clock.advance(step)
        await service.work("send")

    assert len(service.connector.accepted) == 2 * AT_ONCE
    assert {one.state for one in await service.all()} == {State.ANSWERED}
