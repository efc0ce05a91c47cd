"""After an outage: who is read first, how long a page may take, and what the metrics say."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random

import pytest

from connectors.base import Batch, Cursor, Unavailable
from connectors.fake import FakeConnector
from responder.domain.model import AccountId
from responder.domain.sla import SlaPolicy
from responder.metrics import Metrics
from responder.store.accounts import read_account
from responder.store.database import Database
from responder.store.overview import count_open
from responder.store.queues import Queues
from responder.testing import FakeClock
from responder.workers import page as page_module
from responder.workers import poller as poller_module
from responder.workers.accounts import Account
from responder.workers.loop import Bell, Crew
from responder.workers.poller import PAGES_WHILE_OTHERS_WAIT, Poller
from tests.workers.conftest import ACCOUNT, Service

DAY = SlaPolicy("day", timedelta(days=1))
HOUR = timedelta(hours=1)
PAGE = 10

Fetched = list[tuple[str, int]]  # whose page, and where it began


class Reader(FakeConnector):
    """Notes each page that is read of it."""

    def __init__(self, name: str, clock: FakeClock, fetched: Fetched) -> None:
        super().__init__(clock.now, page=PAGE)
        self._name = name
        self._fetched = fetched

    async def fetch(self, cursor: Cursor | None) -> Batch:
        self._fetched.append((self._name, int(cursor or 0)))
        return await super().fetch(cursor)


@asynccontextmanager
async def reading(
    database: Database, clock: FakeClock, ages: dict[str, timedelta], count: int
) -> AsyncIterator[tuple[Callable[[], object], Fetched]]:
    """Accounts with ``count`` messages each, of these ages; one is read at a time."""
    fetched: Fetched = []
    accounts = {}
    for name, age in ages.items():
        connector = Reader(name, clock, fetched)
        for number in range(count):
            at = clock.now() - age + timedelta(seconds=number)
            connector.writes("Hello?", thread=f"{name}-{number}", at=at)
        accounts[AccountId(name)] = Account(
            id=AccountId(name),
            marketplace="amazon",
            connector=connector,
            policy=DAY,
            poll_seconds=30,
            language="en",
        )
    async with asyncio.TaskGroup() as tasks:
        crew = Crew(tasks, 1, Bell())
        poller = Poller(
            database,
            Queues(database),
            accounts,
            crew=crew,
            clock=clock,
            metrics=Metrics(),
            dice=Random(7),
        )
        await poller.plan()

        async def turn() -> bool:
            await poller.run_once()
            return await crew.idle()

        yield turn, fetched


async def test_the_account_that_is_later_is_read_to_its_end_first(
    database: Database, clock: FakeClock
) -> None:
    ages = {"calm": HOUR, "late": 72 * HOUR, "soon": 12 * HOUR}
    async with reading(database, clock, ages, 200) as (turn, fetched):
        while await turn():  # type: ignore[misc]
            pass

    after_first_turns = [name for name, start in fetched if start >= PAGES_WHILE_OTHERS_WAIT * PAGE]
    assert list(dict.fromkeys(after_first_turns)) == ["late", "soon", "calm"]
    for name in ages:
        starts = [start for who, start in fetched if who == name and start < 200]
        assert starts == list(range(0, 200, PAGE)), "oldest first, each page once"


async def test_no_account_starves_beside_one_that_is_late(
    database: Database, clock: FakeClock
) -> None:
    async with reading(database, clock, {"late": 72 * HOUR, "calm": HOUR}, 2000) as (turn, fetched):
        for _ in range(20):
            await turn()  # type: ignore[misc]
            clock.advance(timedelta(seconds=10))

    calm = [place for place, (name, start) in enumerate(fetched) if name == "calm" and start]
    assert calm, "whoever waits for longer than the head start is next"


async def test_the_lag_is_that_of_the_messages_that_are_new(service: Service) -> None:
    service.connector.writes("old", at=service.clock.now() - HOUR)
    await service.work("poll")
    before = _lag(service)
    service.connector.inbox.insert(
        0, service.connector.writes("new", at=service.clock.now() - timedelta(seconds=7))
    )
    service.connector.inbox.pop()
    service.clock.advance(timedelta(seconds=30))
    key = service.database.partitions.of_account(ACCOUNT).account(ACCOUNT)
    await service.database.redis.hset(key, "cursor", "0")

    await service.work("poll")

    total, count = _lag(service)
    assert count - before[1] == 1
    assert total - before[0] == pytest.approx(37, abs=1)


def _lag(service: Service) -> tuple[float, float]:
    registry = service.metrics.registry
    total = registry.get_sample_value("responder_ingest_lag_seconds_sum")
    count = registry.get_sample_value("responder_ingest_lag_seconds_count")
    return total or 0.0, count or 0.0


class Hanging(FakeConnector):
    """Says nothing to the first ``silent`` requests."""

    silent = 0
    deaf = False  # an acknowledgement is never answered

    async def fetch(self, cursor: Cursor | None) -> Batch:
        if self.silent:
            self.silent -= 1
            await asyncio.Event().wait()
        return await super().fetch(cursor)

    async def acknowledge(self, batch: Batch) -> None:
        if self.deaf:
            await asyncio.Event().wait()
        await super().acknowledge(batch)


@pytest.fixture
def hanging(service: Service, monkeypatch: pytest.MonkeyPatch) -> Hanging:
    monkeypatch.setattr(page_module, "FETCH_TIMEOUT", 0.3)
    monkeypatch.setattr(page_module, "FIRST_TRY", 0.05)
    monkeypatch.setattr(poller_module, "ACKNOWLEDGE_TIMEOUT", 0.05)
    connector = Hanging(service.clock.now)
    connector.writes("Hello?")
    account = service.accounts[ACCOUNT]
    object.__setattr__(account, "connector", connector)
    return connector


async def test_a_dead_connection_is_given_up_early_and_tried_again(
    service: Service, hanging: Hanging
) -> None:
    hanging.silent = 1

    await service.work("poll")

    assert (await read_account(service.database, ACCOUNT)).stored == 1


async def test_an_inbox_that_never_answers_gives_its_account_back(
    service: Service, hanging: Hanging
) -> None:
    hanging.silent = 99

    await service.work("poll")

    book = await read_account(service.database, ACCOUNT)
    assert (book.failures, book.problem) == (1, "the inbox did not answer in time")
    assert all(crew.free for crew in service.crews)


async def test_an_acknowledgement_that_hangs_holds_up_no_poll(
    service: Service, hanging: Hanging
) -> None:
    hanging.deaf = True

    await service.work("poll")

    assert (await read_account(service.database, ACCOUNT)).stored == 1
    assert all(crew.free for crew in service.crews)


async def test_a_marketplace_whose_clock_is_ahead_stretches_no_deadline(service: Service) -> None:
    now = service.clock.now()
    service.connector.writes("Hello?", at=now + HOUR)

    await service.work("poll")

    assert (await service.only()).due_at == now + timedelta(days=1)


async def test_seconds_between_two_clocks_are_no_matter(service: Service) -> None:
    ahead = service.clock.now() + timedelta(seconds=20)
    service.connector.writes("Hello?", at=ahead)

    await service.work("poll")

    assert (await service.only()).due_at == ahead + timedelta(days=1)


async def test_after_three_days_away_a_shop_is_whole_again(service: Service) -> None:
    """Two thousand messages; the figures for twenty thousand are in the benchmark."""
    await service.work("poll")
    start = service.clock.now()
    for number in range(2000):
        at = start + number * timedelta(hours=72) / 2000
        service.connector.writes("Hello?", thread=f"thread-{number}", at=at)
    service.clock.advance(timedelta(hours=72))
    service.connector.trouble.extend([Unavailable("still out")] * 3)
    await service.work("poll")
    service.clock.advance(timedelta(minutes=5))

    await service.work("poll", "watch", "alert", "census")
    service.clock.advance(timedelta(minutes=2))
    await service.work("alert")

    book = await read_account(service.database, ACCOUNT)
    assert (book.stored, book.seen, book.gap) == (2000, 2000, 0)
    first = await service.all()
    assert all(one.due_at == (one.waiting_since or start) + timedelta(days=1) for one in first)
    late = [notice for notice in service.channels.told if notice.kind == "breached"]
    overdue = await count_open(service.database)
    assert len(late) == overdue.by_risk[ACCOUNT, "breached"] > 1300
    assert len({notice.id for notice in late}) == len(late), "each is told of once"
    assert len(service.channels.messages) < 12
