"""An agent's day in a real browser, by keyboard: a morning of twenty, finding, looking back."""

import pytest
from playwright.async_api import expect

from responder.domain.model import State
from responder.testing import FakeClock
from tests.browser.crowd import crowd
from tests.browser.morning import morning
from tests.browser.visitor import Visitor
from tests.console.house import House

pytestmark = pytest.mark.browser


async def test_a_morning_of_twenty_conversations_by_keyboard_alone(
    house: House, ann: Visitor
) -> None:
    await house.hire("bob")
    ids = await crowd(house, 20)
    await ann.page.goto(ann.address)
    await expect(ann.page.locator("#name")).to_be_focused()  # a person sees the caret
    await ann.page.keyboard.type("ann")
    await ann.press("Tab")
    await ann.page.keyboard.type("correct horse")
    await ann.press("Enter")
    await ann.live()

    for place in range(14):  # most drafts are right
        await ann.opens(ids[place])
        await ann.press("a")
    await ann.opens(ids[14])
    await ann.press("e")
    await ann.press("Control+a")
    await ann.page.keyboard.type("It is on its way, dear buyer.")
    await ann.press("Control+Enter")
    await ann.opens(ids[15])
    await ann.press("n")
    await ann.opens(ids[16])
    await ann.press("m")
    await ann.page.keyboard.press("Enter")  # the first choice: a quarter of an hour
    await ann.opens(ids[17])
    await ann.press("t")
    await ann.page.locator("#ask-assignee").select_option("bob")
    await ann.press("Tab")
    await ann.page.keyboard.type("Promised a call back today.")
    await ann.press("Control+Enter")
    await ann.sees("#messages .message-note", "Promised a call back")
    await _say_much(ann, ids[18])
    await ann.press("j")
    await ann.opens(ids[19])
    await ann.press("a")
    await ann.sees("#undo", "Approved for Buyer 19")

    found = [await house.read(one) for one in ids]
    assert [one.state for one in found].count(State.APPROVED) == 16
    assert found[15].state == "no_reply_needed"
    assert found[16].snoozed_until is not None
    assert found[17].assignee == "bob"
    assert (found[18].tags, found[18].escalated) == (("vip", "late"), "May I give a refund?")
    assert await house.outgoing_text(ids[14]) == "It is on its way, dear buyer."


async def _say_much(ann: Visitor, one: str) -> None:
    """Tags, a note, a question to the supervisor."""
    await ann.press("j")
    await ann.opens(one)
    await ann.press("g")
    await ann.page.keyboard.type("vip, late")
    await ann.press("Control+Enter")
    await ann.sees("#facts .tag", "vip")
    await ann.press("i")
    await ann.page.keyboard.type("Third time this month.")
    await ann.picture("note-dialog")
    await ann.press("Control+Enter")
    await ann.sees(".message-note", "Third time")
    await ann.press("u")
    await ann.page.keyboard.type("May I give a refund?")
    await ann.press("Control+Enter")
    await ann.sees("#facts", "May I give a refund?")
    await ann.picture("keyboard-morning")


async def test_everything_is_found_by_a_few_letters(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    _, _, broken, *_ = await morning(house, clock)
    await ann.log_in(f"/c/{broken}")

    await ann.press("Control+k")
    await ann.page.keyboard.type("esca")
    await ann.picture("palette")
    await ann.press("Enter")
    await expect(ann.page.locator("#ask-escalate")).to_be_visible()
    await ann.press("Escape")
    await ann.press("Control+k")
    await ann.page.keyboard.type("schmidt")
    await ann.press("Enter")

    await expect(ann.page.locator("li.row")).to_have_count(1)
    await ann.press("Control+k")
    await ann.page.keyboard.type("unassigned")
    await ann.press("Enter")
    await ann.sees("#list h1", "Unassigned")


async def test_a_buyers_earlier_conversations_are_a_click_away(house: House, ann: Visitor) -> None:
    earlier = await house.buyer_writes("Is it waterproof?", thread="before", buyer_id="j")
    one = await house.buyer_writes("It leaks.", thread="now", buyer_id="j")
    await ann.log_in(f"/c/{one}")

    await ann.page.click(".earlier-ones a")

    await ann.opens(earlier)
