"""An agent answers on a phone."""

import pytest
from playwright.async_api import Browser

from responder.testing import FakeClock
from tests.browser.morning import PHONE, morning
from tests.browser.visitor import Visitor
from tests.console.house import House

pytestmark = pytest.mark.browser


async def test_answering_on_a_phone(house: House, browser: Browser, clock: FakeClock) -> None:
    first, second, *_ = await morning(house, clock)
    async with Visitor.comes(
        browser, house, viewport=PHONE, has_touch=True, locale="zh-CN", color_scheme="dark"
    ) as ann:
        await ann.log_in()
        await ann.page.tap(f"#row-{first} a")
        await ann.page.tap("[data-do=ask-note]")
        await ann.page.fill("#ask-words", "问了仓库")
        await ann.picture("phone-note")
        await ann.page.tap("#ask-note .primary")
        await ann.sees(".message-note", "问了仓库")
        await ann.page.tap("[data-do=approve]")

        await ann.opens(second)
        await ann.sees("#undo", "已批准")
        await ann.picture("phone-undo")
        width = await ann.page.evaluate("document.documentElement.scrollWidth")
        assert width == PHONE["width"]
