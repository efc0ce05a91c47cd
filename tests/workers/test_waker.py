import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest

from connectors.base import Unavailable
from connectors.fake import FakeConnector
from responder.domain.model import AccountId
from responder.store.database import Database
from responder.store.queues import Queues
from responder.testing import FakeClock
from responder.workers.accounts import Account
from responder.workers.loop import Bell
from responder.workers.waker import FIRST_WAIT, Waker
from tests.workers.conftest import DAY

SHOP = AccountId("shop")


@dataclass
class Told:
    """What a marketplace tells, in turn; then nothing."""

    answers: list[bool | Exception] = field(default_factory=list)
    asked: int = 0

    async def __call__(self) -> bool:
        self.asked += 1
        if not self.answers:
            await asyncio.Event().wait()
        said = self.answers.pop(0)
        if isinstance(said, Exception):
            raise said
        return said


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def waker(database: Database, clock: FakeClock, told: Told) -> AsyncIterator[Waker]:
    connector = FakeConnector(clock.now)
    connector.news = told  # type: ignore[attr-defined]
    account = Account(
        id=SHOP, marketplace="amazon", connector=connector, policy=DAY, poll_seconds=30,
        language="en",
    )  # fmt: skip
    queues = Queues(database)
    await queues.poll.schedule(
        database.partitions.of_account(SHOP), {SHOP: clock.now() + timedelta(seconds=30)}
    )
    async with asyncio.TaskGroup() as tasks:
        made = Waker(
            database, queues, {SHOP: account}, tasks=tasks, bell=Bell(), polls=Bell(),
            clock=clock, dice=Random(1),
        )  # fmt: skip
        yield made
        made.stop()


async def listen(waker: Waker) -> None:
    await waker.run_once()
    for _ in range(50):
        await asyncio.sleep(0.002)


async def test_news_bring_a_poll_forward(
    waker: Waker, told: Told, database: Database, clock: FakeClock
) -> None:
    told.answers = [True]

    await listen(waker)

    [claim] = await Queues(database).poll.claim(5)
    assert claim.item == SHOP


async def test_without_news_nothing_is_brought_forward(
    waker: Waker, told: Told, database: Database
) -> None:
    await listen(waker)

    assert told.asked == 1
    assert await Queues(database).poll.claim(5) == []


async def test_who_holds_a_poll_keeps_it(database: Database, clock: FakeClock) -> None:
    queue, partition = Queues(database).poll, database.partitions.of_account(SHOP)
    await queue.schedule(partition, {SHOP: clock.now()})
    [claim] = await queue.claim(1)

    assert not await queue.hasten(partition, SHOP)
    assert not await queue.hasten(partition, "nobody")

    assert await queue.postpone(claim, clock.now() + timedelta(seconds=30), afresh=True)
    assert await queue.hasten(partition, SHOP)
    assert len(await queue.claim(1)) == 1


async def test_a_poll_that_failed_waits_its_time(database: Database, clock: FakeClock) -> None:
    queue, partition = Queues(database).poll, database.partitions.of_account(SHOP)
    await queue.schedule(partition, {SHOP: clock.now()})
    [claim] = await queue.claim(1)
    await queue.postpone(claim, clock.now() + timedelta(minutes=30))

    assert not await queue.hasten(partition, SHOP)
    assert await queue.claim(1) == []


async def test_it_listens_again_when_the_clock_is_set_back(
    waker: Waker, told: Told, clock: FakeClock
) -> None:
    told.answers = [Unavailable("the line is dead"), True]
    await listen(waker)
    clock.advance(timedelta(hours=-1))

    await listen(waker)

    assert told.asked == 2


async def test_a_marketplace_that_never_tells_is_asked_once(waker: Waker, told: Told) -> None:
    told.answers = [False, True]

    await listen(waker)
    await listen(waker)

    assert told.asked == 1


async def test_a_line_that_breaks_is_tried_again_later(
    waker: Waker, told: Told, clock: FakeClock
) -> None:
    told.answers = [Unavailable("gone")]
    await listen(waker)
    await listen(waker)
    assert told.asked == 1
    assert await waker.next_at() is not None

    clock.advance(FIRST_WAIT * 2)
    await listen(waker)

    assert told.asked == 2
