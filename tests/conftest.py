"""Fixtures that every test may use. Real servers are started here and stopped here."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from fakeredis import FakeAsyncRedis
from hypothesis import settings
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from responder import log
from responder.clock import SystemClock
from responder.store.connect import OF_OTHERS
from responder.store.database import Database, open_database
from responder.store.embedded import EmbeddedStore
from responder.store.queues import Queues
from responder.testing import FakeClock
from tests.scratch import scratch

if "CI" not in os.environ:  # there the library takes its own profile: repeatable, no deadline
    settings.register_profile("here", deadline=None)  # a machine may be busy with something else
    settings.load_profile("here")


@pytest.fixture(scope="session", autouse=True)
def logged_as_by_the_daemon() -> None:
    """Unconfigured, it would draw each traceback with all its variables: half a second for one."""
    log.configure(json=True)


@pytest.fixture
def clock() -> FakeClock:
    """Time stands still until a test lets it pass."""
    return FakeClock()


@pytest.fixture(scope="session")
def real_store() -> Iterator[Path]:
    """The socket of a real server of this test run; its data are forgotten at the end."""
    directory = Path(tempfile.mkdtemp(prefix="store-", dir=scratch()))
    try:
        with asyncio.Runner() as runner:
            store = EmbeddedStore(directory, SystemClock(), fsync="always")
            runner.run(store.start())
            yield store.socket
            runner.run(store.stop())
    finally:
        shutil.rmtree(directory)


@pytest.fixture(params=["fake", "real"])
async def redis(request: pytest.FixtureRequest, real_store: Path) -> AsyncIterator[Redis]:
    """An empty store. Every test that asks for it runs twice: on fakeredis and on a real server."""
    if request.param == "fake":
        client: Redis = FakeAsyncRedis(decode_responses=True, max_connections=OF_OTHERS)
    else:
        client = Redis(
            unix_socket_path=str(real_store),
            decode_responses=True,
            retry=Retry(NoBackoff(), 0),
            max_connections=OF_OTHERS,
        )
        await client.flushall()
    async with client:
        yield client


@pytest.fixture
async def database(redis: Redis, clock: FakeClock) -> Database:
    return await open_database(redis, clock)


@pytest.fixture
def queues(database: Database) -> Queues:
    return Queues(database)


WORLDS, PROCESSOR_SECONDS = "worlds", "processor_seconds"  # what simulations tell of themselves


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how fast worlds were lived through, whichever processes did it."""
    told: dict[str, float] = {WORLDS: 0.0, PROCESSOR_SECONDS: 0.0}
    for report in terminalreporter.stats.get("passed", ()):
        for name, value in report.user_properties:
            if name in told:
                told[name] += float(value)
    if told[PROCESSOR_SECONDS]:
        pace = told[WORLDS] / told[PROCESSOR_SECONDS] * 60
        terminalreporter.write_line(
            f"simulation: {told[WORLDS]:.0f} worlds, {told[PROCESSOR_SECONDS]:.0f} s of processor "
            f"time, {pace:.1f} a minute and core"
        )
