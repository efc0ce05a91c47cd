"""An approval is taken back, and its words are there again."""

import re

import pytest
from playwright.async_api import expect

from responder.domain.model import ConversationId
from responder.testing import FakeClock
from tests.browser.morning import morning
from tests.browser.visitor import Visitor
from tests.console.house import House
from tests.console.shops import TAOBAO

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("from_the_bar", [True, False])
async def test_words_that_are_taken_back_are_in_the_box_again(
    house: House, ann: Visitor, clock: FakeClock, from_the_bar: bool
) -> None:
    first, second, *_ = await morning(house, clock)
    await ann.log_in()
    await ann.press("e")
    await ann.page.keyboard.type(" Words of mine.")
    await ann.press("Control+Enter")
    await ann.opens(second)
    if not from_the_bar:
        await ann.page.goto(f"{ann.address}/c/{first}")
        await ann.live()

    await (ann.press("z") if from_the_bar else ann.page.click("[data-do=undo-this]"))

    await ann.opens(first)
    await ann.sees(".came-back", "taken back")
    await expect(ann.page.locator("#text")).to_have_value(re.compile("Words of mine[.]$"))
    await ann.press("a")
    await ann.opens(second)
    leaves = await house.outgoing_text(ConversationId(first))
    assert leaves.endswith("Words of mine."), "the draft alone would have left"


async def test_an_approval_is_taken_back_with_a_key(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    first, second, *_ = await morning(house, clock)
    await ann.log_in()
    await ann.press("a")
    await ann.opens(second)

    await ann.press("z")

    await ann.opens(first)
    await ann.sees(".came-back", "taken back")
    await ann.sees(f"#row-{first} .chip", "Came back")
    await expect(ann.page.locator(f"#row-{first} .chip-alarm")).to_have_count(0)
    await ann.press("e")
    await ann.page.keyboard.type(" Thank you!")
    assert (await ann.page.input_value("#text")).endswith(" Thank you!"), "one writes on at the end"
    await ann.hides("#undo")
    assert (await house.read(house.conversation("li", TAOBAO))).state == "waiting"
