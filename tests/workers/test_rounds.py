"""A sick account holds up nobody else's orders, and its places are free again afterwards."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random

import pytest

from responder.store.queue import Claim
from responder.workers.loop import Bell, Crew
from responder.workers.rounds import Rounds, by_account
from tests.workers.conftest import Service

SIZE = 4
MANY = 40


@pytest.fixture
async def crew() -> AsyncIterator[Crew]:
    async with asyncio.TaskGroup() as tasks:
        made = Crew(tasks, SIZE, Bell())
        yield made
        for task in made._busy:
            task.cancel()


async def plan(service: Service, account: str, count: int) -> None:
    items = {f"{account}/{number:02d}": service.clock.now() for number in range(count)}
    await service.queues.occasion.schedule(service.database.partitions.all[0], items)


async def test_looks_that_hang_for_one_account_leave_the_others_their_turn(
    service: Service, crew: Crew
) -> None:
    rounds = Rounds(
        service.queues.occasion, crew=crew, clock=service.clock, dice=Random(7), owners=by_account
    )
    looked: list[str] = []

    async def look(claim: Claim, _: float) -> None:
        if claim.item.startswith("sick"):
            await asyncio.Event().wait()
        looked.append(claim.item)
        await service.queues.occasion.done(claim)

    await plan(service, "sick", MANY)
    await rounds.run_once(look)
    await plan(service, "well", 3)
    for _ in range(MANY):
        await rounds.run_once(look)
        await asyncio.sleep(0.01)
        service.clock.advance(timedelta(seconds=1))

    assert sorted(looked) == ["well/00", "well/01", "well/02"]


async def test_everything_has_its_turn_in_the_end(service: Service, crew: Crew) -> None:
    rounds = Rounds(
        service.queues.occasion, crew=crew, clock=service.clock, dice=Random(7), owners=by_account
    )

    async def look(claim: Claim, _: float) -> None:
        assert claim.tries == 1, "who waits for a turn is not tried"
        await service.queues.occasion.done(claim)

    await plan(service, "shop", MANY)
    for _ in range(MANY):
        await rounds.run_once(look)
        await crew.idle()
        service.clock.advance(timedelta(seconds=2))

    assert await service.queues.occasion.depth() == 0
