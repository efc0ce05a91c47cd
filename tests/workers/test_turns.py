"""A sick account takes nobody else's turn: not by failing, not by hanging, not by its number."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from statistics import median

import pytest
from fakeredis import FakeAsyncRedis, FakeServer
from redis.asyncio import Redis

from connectors.base import RateLimited, Receipt, Reply, Unavailable
from connectors.fake import FakeConnector
from responder.clock import SystemClock
from responder.domain.breaker import AT_ONCE, Breaker, Gate
from responder.domain.model import AccountId, State
from responder.metrics import Metrics
from responder.store.breakers import Told, change_breaker
from responder.store.database import Database, open_database
from responder.store.desk import Desk
from responder.store.events import EventFeed
from responder.store.keys import Partitions
from responder.store.queues import Queues
from responder.workers.accounts import Account
from responder.workers.loop import Bell, Crew, repeat
from responder.workers.sender import Sender
from responder.workers.turns import Turns
from tests.store.shop import DAY, START, Shop
from tests.workers.conftest import ACCOUNT, Service
from tests.workers.many_replies import approve_all, gate

SICK, WELL = AccountId("sick"), AccountId("well")
CREW = 64
TAKES = 0.05  # seconds that a send of the healthy account takes
ROUNDS = 30


class Slow(FakeConnector):
    """A marketplace that takes its time, or never answers."""

    def __init__(self, takes: float | None) -> None:
        super().__init__(SystemClock().now)
        self._takes = takes
        self.under_way = self.most_at_once = 0
        self.took = asyncio.Event()

    async def send(self, reply: Reply) -> Receipt:
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            await (asyncio.Event().wait() if self._takes is None else asyncio.sleep(self._takes))
        finally:
            self.under_way -= 1
        self.took.set()
        return await super().send(reply)


@dataclass
class Office:
    """One sender for two accounts, in real time."""

    database: Database
    sick: Slow
    well: Slow
    bell: Bell = field(default_factory=Bell)
    shops: dict[AccountId, Shop] = field(default_factory=dict)

    async def queued(self, account: AccountId, number: int) -> None:
        if account not in self.shops:
            self.shops[account] = shop = Shop(self.database, self.database.clock, account=account)
            shop.desk = Desk(self.database, lease=timedelta(minutes=5), undo=timedelta(0))
        await self.shops[account].approved(thread=f"t{number}")

    async def seconds_to_send(self, number: int) -> float:
        """From an approval of the healthy account to the marketplace's yes."""
        loop = asyncio.get_running_loop()
        self.well.took.clear()
        await self.queued(WELL, number)
        began = loop.time()
        self.bell.ring()
        async with asyncio.timeout(20):
            await self.well.took.wait()
        return loop.time() - began


@asynccontextmanager
async def office(redis: Redis) -> AsyncIterator[Office]:
    clock = SystemClock()
    database = await open_database(redis, clock)
    here = Office(database, Slow(None), Slow(TAKES))
    accounts = {
        name: Account(
            id=name,
            marketplace="amazon",
            connector=connector,
            policy=DAY,
            poll_seconds=30,
            language="en",
        )
        for name, connector in ((SICK, here.sick), (WELL, here.well))
    }
    async with asyncio.TaskGroup() as tasks:
        crew = Crew(tasks, CREW, here.bell)
        sender = Sender(
            database,
            Queues(database),
            accounts,
            crew=crew,
            clock=clock,
            metrics=Metrics(),
            dice=Random(7),
        )
        loop = tasks.create_task(repeat(sender, here.bell, clock))
        try:
            yield here
        finally:
            here.bell.stop()
            # The client can lose a cancellation altogether, and a turn under way starts more sends:
            # each would hang for its minute.
            while left := {one for one in (loop, *crew._busy) if not one.done()}:
                for task in left:
                    task.cancel()
                await asyncio.wait(left, timeout=1)


@pytest.mark.alone
@pytest.mark.timeout(280)  # 500 approvals take their time on a busy machine
@pytest.mark.parametrize("redis", ["real"], indirect=True)
async def test_500_replies_to_a_marketplace_that_hangs_slow_nobody_else(redis: Redis) -> None:
    async with office(redis) as here:
        alone = [await here.seconds_to_send(number) for number in range(ROUNDS)]
        for number in range(500):
            await here.queued(SICK, number)
        here.bell.ring()
        beside = [await here.seconds_to_send(number) for number in range(ROUNDS, 2 * ROUNDS)]

        assert here.sick.most_at_once == AT_ONCE, "it has its share, and no more"
        ratio = median(beside) / median(alone)
        print(f"alone {median(alone) * 1000:.1f} ms, beside {median(beside) * 1000:.1f} ms")
        assert ratio <= 1.5, f"{ratio:.2f} times as slow beside a sick account"


def test_the_two_accounts_of_that_test_lie_in_one_partition_which_is_the_harder_case() -> None:
    partitions = Partitions(16)

    assert partitions.of_account(SICK) is partitions.of_account(WELL)


async def test_an_account_that_fails_is_left_alone_and_tried_again_by_one(
    service: Service,
) -> None:
    await approve_all(service, 6)
    service.connector.trouble.extend([Unavailable("connection refused")] * 7)

    await service.work("send", "alert")
    tried = 7 - len(service.connector.trouble)
    assert await gate(service) is Gate.OPEN
    service.clock.advance(timedelta(seconds=1))
    await service.work("send")
    assert 7 - len(service.connector.trouble) == tried, "nobody asks while it is left alone"

    service.clock.advance(timedelta(seconds=10))
    assert await gate(service) is Gate.HALF_OPEN
    await service.work("send")
    assert 7 - len(service.connector.trouble) == tried + 1, "one probe"
    assert await gate(service) is Gate.OPEN

    service.connector.trouble.clear()
    for _ in range(8):
        service.clock.advance(timedelta(minutes=1))
        await service.work("send", "alert")
    assert await gate(service) is Gate.CLOSED
    assert len(service.connector.accepted) == 6
    assert {one.state for one in await service.all()} == {State.ANSWERED}
    assert [notice.kind for notice in service.channels.told] == ["account_down"]
    events = [event.type for event in await EventFeed(service.database).since(START)]
    assert events.count("sends_paused") == events.count("sends_resumed") == 1


async def test_an_account_that_asks_for_a_pause_gets_it_for_all_its_replies(
    service: Service,
) -> None:
    await approve_all(service, 3)
    service.connector.trouble.append(RateLimited(timedelta(seconds=90)))

    await service.work("send")
    asked = len(service.connector.accepted)
    service.clock.advance(timedelta(seconds=80))
    await service.work("send", "alert")

    assert len(service.connector.accepted) == asked, "what waits does not ask once more"
    for _ in range(4):
        service.clock.advance(timedelta(seconds=30))
        await service.work("send", "alert")
    assert len(service.connector.accepted) == 3
    assert service.channels.told == [], "a pause is no trouble"


async def test_waiting_for_a_sick_account_uses_up_no_tries(service: Service) -> None:
    await approve_all(service, 1)
    until = service.clock.now() + timedelta(hours=3)
    await change_breaker(
        service.database, ACCOUNT, lambda _: (Breaker(failures=3, until=until), Told())
    )

    for _ in range(40):
        service.clock.advance(timedelta(minutes=4))
        await service.work("send")
    assert (await service.only()).state is State.APPROVED
    service.clock.advance(timedelta(hours=1))
    await service.work("send")

    assert (await service.only()).state is State.ANSWERED


async def test_what_the_store_cannot_note_about_an_account_does_not_undo_a_send(
    service: Service,
) -> None:
    broken = replace(service.database, redis=FakeAsyncRedis(server=_away()))

    turns = Turns(
        broken, service.queues.outbox, crew=service.crews[1], clock=service.clock, dice=Random(7)
    )
    async with turns.watched(ACCOUNT):
        pass
    with pytest.raises(Unavailable):
        async with turns.watched(ACCOUNT):
            raise Unavailable("gone")


def _away() -> FakeServer:
    server = FakeServer()
    server.connected = False
    return server
