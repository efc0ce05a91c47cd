"""A real browser in front of a console over a real store."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright
from redis.asyncio import Redis

from responder.drafting import Drafting, load
from responder.settings import shipped_config
from responder.store.database import Database
from responder.testing import FakeClock
from tests.browser.visitor import Visitor
from tests.console.house import House, open_house
from tests.console.shops import services

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
async def redis(real_store: Path) -> AsyncIterator[Redis]:
    """A real store only: what a browser shows does not depend on it."""
    async with Redis(unix_socket_path=str(real_store), decode_responses=True) as client:
        await client.flushall()
        yield client


@pytest.fixture(scope="session")
def drafting() -> Drafting:
    config = shipped_config()
    return load(config / "templates", config / "rules", config / "intents")


@pytest.fixture
async def house(database: Database, clock: FakeClock, drafting: Drafting) -> AsyncIterator[House]:
    """Its clock stands still until a test moves it; the browser counts on by itself."""
    async with open_house(services(database, clock, drafting, []), clock) as opened:
        await opened.hire("ann")
        yield opened


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    found = shutil.which("chromium")
    if found is None and "CI" in os.environ:
        pytest.fail("CI must drive a real Chromium: `make test-deps` installs it")
    elif found is None:
        pytest.skip("there is no Chromium here: `make test-deps` installs it")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield opened
        await opened.close()


@pytest.fixture
async def ann(house: House, browser: Browser) -> AsyncIterator[Visitor]:
    """An agent in front of the login page, on a wide screen."""
    async with Visitor.comes(browser, house) as visitor:
        yield visitor
