"""Two daemons whose clocks are an hour apart: one takes over what the other is about to send."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.base import Receipt, Reply
from connectors.fake import FakeConnector
from responder.domain.model import State
from responder.store.database import Database
from responder.testing import FakeClock
from responder.workers.attempts import ELSEWHERE
from responder.workers.loop import Bell, Crew
from responder.workers.sender import Sender
from tests.workers.beside import sender
from tests.workers.conftest import ACCOUNT, Service

HOUR = timedelta(hours=1)


class Slow(FakeConnector):
    """Takes what is sent first when it ``may``."""

    def __init__(self, service: Service) -> None:
        super().__init__(service.clock.now)
        self.asked, self.may = asyncio.Event(), asyncio.Event()

    async def send(self, reply: Reply) -> Receipt:
        if not self.asked.is_set():
            self.asked.set()
            await self.may.wait()
        return await super().send(reply)


def of_a_machine(service: Service, slow: Slow, clock: FakeClock, crew: Crew) -> Sender:
    """The sender of a daemon whose machine has that ``clock``."""
    database = Database(
        service.database.redis, service.database.partitions, service.database.scripts, clock
    )
    accounts = {ACCOUNT: replace(service.accounts[ACCOUNT], connector=slow)}
    return sender(service, database=database, accounts=accounts, crew=crew, clock=clock)


@pytest.mark.parametrize("takes", [timedelta(seconds=1), timedelta(seconds=59)])
async def test_what_is_about_to_leave_is_not_sent_by_whoever_is_an_hour_ahead(
    service: Service, takes: timedelta
) -> None:
    service.connector.writes("Where is it?")
    await service.work("poll", "draft")
    await service.approve("On its way.")
    right, ahead = service.clock, FakeClock(service.clock.now() + HOUR)
    slow = Slow(service)

    async with asyncio.TaskGroup() as tasks:
        crews = Crew(tasks, 4, Bell()), Crew(tasks, 4, Bell())
        first, second = (
            of_a_machine(service, slow, clock, crew)
            for clock, crew in zip((right, ahead), crews, strict=True)
        )
        await first.run_once()
        await slow.asked.wait()
        passed = timedelta(0)
        while passed < takes:
            await second.run_once()
            await crews[1].idle()
            passed += timedelta(seconds=1)
            right.advance(timedelta(seconds=1))
            ahead.advance(timedelta(seconds=1))
        slow.may.set()
        await crews[0].idle()
        for _ in range(3):
            ahead.advance(ELSEWHERE)
            await second.run_once()
            await crews[1].idle()

    assert len(slow.accepted) == 1
    assert (await service.only()).state is State.ANSWERED
