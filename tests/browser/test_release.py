"""While a button is pressed nothing is drawn anew; some releases no page is told of."""

import pytest
from playwright.async_api import expect

from tests.browser.visitor import Visitor
from tests.console.house import House

pytestmark = pytest.mark.browser


async def test_a_release_that_no_page_is_told_of_keeps_no_news_back(
    house: House, ann: Visitor
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.log_in(f"/c/{one}")
    await ann.page.hover("#thread-head")
    await ann.page.mouse.down()  # and the menu that opens takes the release

    await house.buyer_writes("Wait, another address!")

    await expect(ann.page.locator("#arrived")).to_be_visible()
    await ann.sees("#arrived", "another address")
