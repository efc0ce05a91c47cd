"""Few replies of one account are under way at once, so that few are in doubt after a death."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.base import Receipt, Reply
from connectors.fake import FakeConnector
from responder.domain.breaker import AT_ONCE
from responder.store.outbox import outgoing
from responder.workers.loop import Bell, Crew
from tests.workers.beside import sender
from tests.workers.conftest import ACCOUNT, Service
from tests.workers.many_replies import approve_all


class SlowToTake(FakeConnector):
    """Takes a reply only when it may."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.may = asyncio.Event()
        self.begun = 0
        self.busy = asyncio.Event()  # as many as may be are under way

    async def send(self, reply: Reply) -> Receipt:
        self.begun += 1
        if self.begun == AT_ONCE:
            self.busy.set()
        await self.may.wait()
        return await super().send(reply)


async def test_few_attempts_of_one_account_are_under_way_so_that_few_are_in_doubt_after_a_death(
    service: Service,
) -> None:
    await approve_all(service, AT_ONCE + 4)
    slow = SlowToTake(service.clock.now)
    account = replace(service.accounts[ACCOUNT], connector=slow)

    async with asyncio.TaskGroup() as tasks:
        crew = Crew(tasks, 64, Bell())
        slowly = sender(service, accounts={ACCOUNT: account}, crew=crew)
        await slowly.run_once()
        await slow.busy.wait()
        replies = [await outgoing(service.database, one.id) for one in await service.all()]
        slow.may.set()
        await crew.idle()
        service.clock.advance(timedelta(seconds=10))
        await slowly.run_once()
        await crew.idle()

    states = Counter(reply.state for reply in replies if reply is not None)
    assert states == {"sending": AT_ONCE, "queued": 4}
    assert len(slow.accepted) == AT_ONCE + 4
