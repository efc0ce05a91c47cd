"""Pressed twice, a button or a key sends one reply: what comes in its place was not read yet."""

import pytest
from playwright.async_api import expect

from tests.browser.crowd import crowd
from tests.browser.visitor import Visitor
from tests.console.house import House

pytestmark = pytest.mark.browser

# Presses once more when another conversation has just taken the place of the one that was open.
AGAIN = """again => {
  const desk = document.getElementById("desk");
  const press = () => {
    const key = { key: "a", bubbles: true };
    if (again === "a") document.body.dispatchEvent(new KeyboardEvent("keydown", key));
    else desk.querySelector("[data-do=approve]").click();
    document.body.dataset.again = "pressed";
  };
  new MutationObserver((_, observer) => {
    observer.disconnect();
    setTimeout(press, 50);
  }).observe(desk, { childList: true });
}"""


@pytest.mark.parametrize("how", ["a", "a click"])
async def test_what_is_pressed_twice_sends_one_reply(house: House, ann: Visitor, how: str) -> None:
    first, second = await crowd(house, 2)
    await ann.log_in()
    await ann.page.evaluate(AGAIN, how)

    await (ann.press("a") if how == "a" else ann.page.click("[data-do=approve]"))
    await expect(ann.page.locator("body")).to_have_attribute("data-again", "pressed")
    await ann.opens(second)

    assert [(await house.read(one)).state for one in (first, second)] == ["approved", "waiting"]
    await ann.press("a")
    await expect(ann.page.locator(f"#row-{second} .chip")).to_contain_text("Approved")
