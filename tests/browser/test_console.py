"""An agent's morning, in a real browser."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from responder.testing import FakeClock
from tests.browser.morning import FACTS, PHONE, SHOWN, morning
from tests.browser.visitor import Visitor
from tests.console.house import House
from tests.console.shops import ORDER, TAOBAO

pytestmark = pytest.mark.browser


async def test_the_first_due_is_on_top_and_clocks_run(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    expected = await morning(house, clock)
    await ann.page.goto(ann.address)
    await ann.picture("login")
    await ann.log_in()

    assert await ann.rows() == expected
    left = ann.page.locator(".row .left").first
    before = await left.text_content()
    await expect(left).not_to_have_text(before or "")
    await ann.sees(".clock .left", "1:5")
    await ann.press("j")
    await ann.opens(expected[1])
    await ann.sees("#buyer", "Jane Porter")
    assert f"/c/{expected[1]}" in ann.page.url
    await ann.picture("desk")


async def test_a_wrong_password_is_said_in_words(house: House, ann: Visitor) -> None:
    await ann.page.goto(ann.address)
    await ann.page.fill("#name", "ann")
    await ann.page.fill("#password", "guess")
    await ann.press("Enter")

    await ann.sees("[role=alert]", "wrong")
    await ann.picture("login-wrong")


async def test_one_key_approves_and_opens_the_next_until_it_is_sent(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    first, second, *_ = await morning(house, clock)
    await ann.log_in()

    await ann.press("a")

    await ann.sees("#undo", "Approved for 南方姑娘")
    await ann.opens(second)
    await ann.picture("undo")
    assert first in await ann.rows(), "it is still open, until it is sent"
    clock.advance(timedelta(seconds=6))
    await house.send()
    await expect(ann.page.locator(f"#row-{first}")).to_have_count(0)
    await ann.page.goto(f"{ann.address}/c/{first}")
    await ann.sees("#reply", "Answered")
    await ann.sees(".message-seller", "approved by ann")
    await ann.picture("sent")


async def test_what_a_rule_forbids_is_marked_while_it_is_typed_and_not_sent(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.log_in()
    await ann.press("e")

    await ann.page.locator("#text").fill("😀 Write to me at jane@shop.example")

    await ann.sees("#findings", "Must be changed")
    await expect(ann.page.locator("#marks .mark-block")).to_have_text(["😀", "jane@shop.example"])
    await ann.picture("findings")
    await ann.press("Control+Enter")
    await ann.sees("#trouble", "breaks a rule")
    assert (await house.read(one)).state == "waiting"
    assert (await house.read(one)).holder == "ann"


async def test_edits_survive_a_reload_and_are_what_is_sent(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.log_in(f"/c/{one}")
    await ann.page.locator("#text").fill("It arrives tomorrow, dear Jane.")
    await ann.sees("#saved", "saved")

    await ann.page.reload()

    await expect(ann.page.locator("#text")).to_have_value("It arrives tomorrow, dear Jane.")
    await ann.sees("#saved", "restored")
    await ann.press("a")
    await ann.sees("#undo", "Approved for Jane")
    assert await house.outgoing_text(one) == "It arrives tomorrow, dear Jane."


async def test_a_newer_message_disarms_approval_until_it_was_read(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    one = await house.buyer_writes(order_ids=(ORDER,))
    await house.draft(facts=FACTS, order=SHOWN)
    await ann.log_in(f"/c/{one}")

    await house.buyer_writes("Wait! Please send it to my office instead.")
    await ann.sees("#arrived", "send it to my office")
    await ann.press("a")

    await ann.sees("#says", "Something new has come")
    await ann.picture("newer-message")
    assert (await house.read(one)).state == "waiting"
    await house.draft()
    await ann.press("Enter")
    await ann.sees(".message-buyer.fresh", "send it to my office")
    await ann.hides("#arrived")
    await expect(ann.page.locator("#draft")).to_have_attribute("data-ready", "yes")
    await ann.press("a")
    await ann.sees("#undo", "Approved for Jane")
    assert (await house.read(one)).state == "approved"


async def test_no_reply_needed_stops_the_clock_and_opens_the_next(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    first, second, *_ = await morning(house, clock)
    await ann.log_in(f"/c/{first}")

    await ann.press("n")

    await ann.opens(second)
    await ann.sees("#says", "No reply needed")
    assert (await house.read(house.conversation("li", TAOBAO))).state == "no_reply_needed"


async def test_an_alternative_fills_the_box_and_sends_nothing(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    broken = (await morning(house, clock))[2]
    await ann.log_in(f"/c/{broken}")
    option = await ann.page.locator("[data-option='1'] .text").text_content()

    await ann.press("1")

    await expect(ann.page.locator("#text")).to_have_value(option or "-")
    await ann.sees("#says", "Nothing is sent")
    await ann.picture("alternatives")
    await ann.press("a")
    await ann.sees("#undo", "Approved")
    await ann.sees(f"#row-{broken}", "Approved")


async def test_agents_see_each_other_and_do_not_answer_twice(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.log_in(f"/c/{one}")

    await house.claim(one, "bob")

    await ann.sees("#holder", "bob is in it")
    await ann.sees(".row .holder", "bob is in it")
    await ann.press("a")
    await ann.sees("#trouble", "bob is answering this buyer")
    await ann.picture("somebody-else")
    assert (await house.read(one)).state == "waiting"


async def test_an_uncertain_reply_is_settled_by_a_person(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.log_in(f"/c/{one}")
    await ann.press("a")
    await ann.sees("#undo", "Approved")
    clock.advance(timedelta(seconds=6))
    await house.lose_answer()
    await ann.sees("#reply", "Nobody can tell")
    await ann.hides("#undo")
    await ann.picture("uncertain")

    await ann.page.click("[data-do=was-sent]")

    await ann.sees("#reply", "Answered")
    assert (await house.read(one)).state == "answered"


async def test_single_keys_can_be_switched_off(house: House, ann: Visitor) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.log_in(f"/c/{one}")

    await ann.press("?")
    await expect(ann.page.locator("#help")).to_be_visible()
    await ann.picture("keys")
    await ann.page.uncheck("#keys-on")
    await ann.press("Escape")
    await ann.press("a")
    await ann.press("n")

    assert (await house.read(one)).state == "waiting"
    await ann.press("Control+Enter")
    await ann.sees("#undo", "Approved")


async def test_it_speaks_chinese(house: House, browser: Browser, clock: FakeClock) -> None:
    await morning(house, clock)
    async with Visitor.comes(browser, house, locale="zh-CN") as ann:
        await ann.log_in()

        await ann.sees("#views", "未分配")
        await ann.sees("[data-do=approve]", "批准并下一个")
        await ann.press("e")
        await ann.page.locator("#text").fill("加我微信 weixin123")
        await ann.sees("#findings", "必须修改")
        await ann.picture("chinese")
        await ann.page.locator("#text").blur()
        await ann.page.click("button[value=en]")
        await ann.sees("#views", "Unassigned")


async def test_it_is_dark_where_people_like_it_dark(
    house: House, browser: Browser, clock: FakeClock
) -> None:
    _, second, *_ = await morning(house, clock)
    async with Visitor.comes(browser, house, color_scheme="dark") as ann:
        await ann.log_in(f"/c/{second}")

        ground = await ann.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == "rgb(20, 23, 26)"
        await ann.picture("dark")


async def test_on_a_phone_first_the_list_then_the_thread(
    house: House, browser: Browser, clock: FakeClock
) -> None:
    first, second, *_ = await morning(house, clock)
    async with Visitor.comes(browser, house, viewport=PHONE, has_touch=True) as ann:
        await ann.log_in()
        await ann.hides(".thread")
        await ann.picture("phone-list")
        for link in await ann.page.locator(".views a").all():
            await expect(link).to_be_in_viewport(ratio=1)  # what does not fit goes on below

        await ann.page.tap(f"#row-{second} a")

        await expect(ann.page.locator(".thread")).to_be_visible()
        await ann.hides("#list")
        width = await ann.page.evaluate("document.documentElement.scrollWidth")
        assert width == PHONE["width"], "nothing is wider than the screen"
        await ann.picture("phone-thread")
        await ann.page.tap(".back")
        await expect(ann.page.locator("#list")).to_be_visible()
        assert first in await ann.rows()
