"""One browser for all tests: as good as new for each, and one that dies takes none with it."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from signal import SIGKILL, SIGSTOP
from tempfile import TemporaryDirectory

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error

from tests.browser.chromium import Chromium
from tests.browser.processes import runs, send

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(loop_scope="session")
async def own(chromium: Chromium, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chromium]:
    """One to be ill-treated: not waited for long, and what it leaves on the disk is cleared away.

    Not in ``tmp_path``, which may be too long for the name of Chromium's socket.
    """
    with TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as directory:
        monkeypatch.setenv("TMPDIR", directory)
        made = Chromium(chromium.program, wait=2)
        yield made
        await made.stop()


async def test_what_a_test_left_open_is_closed(chromium: Chromium, browser: Browser) -> None:
    for _ in range(2):
        await (await browser.new_context()).new_page()

    await chromium.forget(browser)

    assert browser.contexts == []
    assert await chromium.browser() is browser


async def test_after_a_browser_that_died_there_is_another(
    chromium: Chromium, browser: Browser
) -> None:
    session = await browser.new_browser_cdp_session()
    with suppress(Error):
        await session.send("Browser.crash")

    another = await chromium.browser()

    assert another is not browser
    await shows_a_page(another)


async def test_after_a_browser_that_hangs_there_is_another_though_nothing_was_open(
    own: Chromium,
) -> None:
    hung = await own.browser()
    [process] = own.launched
    send(os.kill, own.launched, SIGSTOP)

    await own.forget(hung)

    assert not runs(process)
    await shows_a_page(await own.browser())


async def test_after_a_driver_that_died_there_is_another(own: Chromium) -> None:
    orphan = await own.browser()
    send(os.kill, own.drivers, SIGKILL)

    await own.forget(orphan)

    await shows_a_page(await own.browser())


async def test_neither_a_browser_nor_a_driver_that_hangs_outlives_the_end(own: Chromium) -> None:
    await own.browser()
    [browser], [driver] = own.launched, own.drivers
    send(os.kill, [browser, driver], SIGSTOP)

    async with asyncio.timeout(10):
        await own.stop()

    assert not runs(browser)
    assert not runs(driver)


async def test_an_orphan_that_hangs_does_not_outlive_the_end(own: Chromium) -> None:
    await own.browser()
    [browser] = own.launched
    send(os.kill, own.launched, SIGSTOP)
    send(os.kill, own.drivers, SIGKILL)

    await own.stop()

    assert not runs(browser)


async def test_a_driver_that_a_test_started_leaves_no_task_to_its_end(own: Chromium) -> None:
    lent = await own.browser()
    await own.stop()
    before = asyncio.all_tasks()
    await own.browser()
    assert asyncio.all_tasks() > before

    await own.forget(lent)

    assert asyncio.all_tasks() == before
    await shows_a_page(await own.browser())


async def shows_a_page(browser: Browser) -> None:
    page = await browser.new_page()
    await page.set_content("<p>Here I am")
    assert await page.inner_text("p") == "Here I am"
