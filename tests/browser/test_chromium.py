"""One browser for all tests: as good as new for each, and one that dies takes none with it."""

from contextlib import suppress

import pytest
from playwright.async_api import Browser, Error

from tests.browser.chromium import Chromium

pytestmark = pytest.mark.browser


async def test_what_a_test_left_open_is_closed(chromium: Chromium, browser: Browser) -> None:
    for _ in range(2):
        await (await browser.new_context()).new_page()

    await chromium.forget()

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
    page = await another.new_page()
    await page.set_content("<p>Here I am")
    assert await page.inner_text("p") == "Here I am"
