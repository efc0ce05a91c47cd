"""A real browser in front of a console over a real store.

One Chromium serves all tests of a run. What it is driven through belongs to the loop in which it
was made, so tests and fixtures of this folder share the loop of the session: an asynchronous
fixture here is a ``pytest_asyncio.fixture(loop_scope="session")``. What a test leaves behind, in
the browser or in the loop, is ended before the next one begins.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from redis.asyncio import Redis

from responder.drafting import Drafting, load
from responder.settings import shipped_config
from responder.store.database import Database, open_database
from responder.testing import FakeClock
from tests.browser.chromium import Chromium
from tests.browser.leftovers import end
from tests.browser.visitor import Visitor
from tests.console.house import House, open_house
from tests.console.shops import services

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of this folder run in the loop of the session."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Chromium]:
    found = shutil.which("chromium")
    if found is None and "CI" in os.environ:
        pytest.fail("CI must drive a real Chromium: `make test-deps` installs it")
    elif found is None:
        pytest.skip("there is no Chromium here: `make test-deps` installs it")
    made = Chromium(found)
    yield made
    await made.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chromium: Chromium) -> AsyncIterator[Browser]:
    """As good as new: nothing is open in it, and what a test opens is closed after it."""
    opened = await chromium.browser()
    before = asyncio.all_tasks()
    yield opened
    await chromium.forget(opened)
    await end(asyncio.all_tasks() - before - {asyncio.current_task()})


@pytest_asyncio.fixture(loop_scope="session")
async def redis(browser: Browser, real_store: Path) -> AsyncIterator[Redis]:
    """A real store only: what a browser shows does not depend on it."""
    async with Redis(unix_socket_path=str(real_store), decode_responses=True) as client:
        await client.flushall()
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def database(redis: Redis, clock: FakeClock) -> Database:
    return await open_database(redis, clock)


@pytest.fixture(scope="session")
def drafting() -> Drafting:
    config = shipped_config()
    return load(config / "templates", config / "rules", config / "intents")


@pytest_asyncio.fixture(loop_scope="session")
async def house(database: Database, clock: FakeClock, drafting: Drafting) -> AsyncIterator[House]:
    """Its clock stands still until a test moves it; the browser counts on by itself."""
    async with open_house(services(database, clock, drafting, []), clock) as opened:
        await opened.hire("ann")
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def ann(house: House, browser: Browser) -> AsyncIterator[Visitor]:
    """An agent in front of the login page, on a wide screen."""
    async with Visitor.comes(browser, house) as visitor:
        yield visitor
