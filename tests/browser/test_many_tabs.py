"""Somebody keeps many tabs open: a browser has six lines to a server, and each tab may want one."""

import pytest
from playwright.async_api import expect

from tests.browser.visitor import Visitor
from tests.console.house import House

pytestmark = pytest.mark.browser

TABS = 7
# What a browser does with a tab when another one is looked at; one without a window does not.
LOOK = """hidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


async def test_the_tab_that_is_looked_at_works_however_many_are_open(
    house: House, ann: Visitor
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.log_in(f"/c/{one}")
    for _ in range(TABS):
        await ann.page.evaluate(LOOK, True)
        tab = await ann.page.context.new_page()
        await tab.goto(f"{ann.address}/c/{one}", wait_until="commit")
        await expect(tab.locator("#live")).to_have_attribute("data-state", "live")
        await tab.evaluate(LOOK, True)

    await house.buyer_writes("One more thing")
    await ann.page.evaluate(LOOK, False)

    await ann.sees("#arrived", "The buyer has written again.")
