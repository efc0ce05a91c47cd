"""Stories of a day, in real browsers: by keyboard alone, several people, the first run."""

from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from responder.console import totp
from responder.domain.advice import Advice, Trial
from responder.domain.model import State
from responder.store import remarks
from responder.store.users import Role
from responder.testing import FakeClock
from tests.browser.crowd import crowd
from tests.browser.morning import PHONE, morning
from tests.browser.visitor import Visitor
from tests.console.house import House
from tests.console.shops import TAOBAO

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


async def test_two_agents_on_one_conversation_and_only_one_answers(
    house: House, browser: Browser, clock: FakeClock
) -> None:
    await house.hire("ann")
    await house.hire("bob")
    one = await house.buyer_writes()
    await house.draft()
    async with AsyncExitStack() as stack:
        ann = await stack.enter_async_context(Visitor.comes(browser, house))
        bob = await stack.enter_async_context(Visitor.comes(browser, house))
        await ann.log_in(f"/c/{one}")
        await bob.log_in(f"/c/{one}", "bob")
        await ann.sees(".lookers", "bob looks at it too")
        await bob.page.locator("#text").fill("I am on it, dear Jane.")
        await bob.sees("#saved", "saved")
        await ann.sees("#holder", "bob is in it")
        await ann.picture("two-agents")

        await ann.press("a")
        await ann.sees("#trouble", "bob is answering this buyer")
        await bob.press("Control+Enter")

        await bob.sees("#undo", "Approved for Jane")
        assert await house.outgoing_text(one) == "I am on it, dear Jane."
        await ann.sees("#reply", "by bob")


async def test_next_opens_the_most_urgent_that_nobody_is_in(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    first, second, third, *_ = await morning(house, clock)
    await house.claim(house.conversation("li", TAOBAO), "bob")
    await ann.log_in(f"/c/{third}")

    await ann.press("o")

    await ann.opens(second)
    assert (await house.read(house.conversation("Jane Porter"))).holder == "ann"
    assert first in await ann.rows()


async def test_in_guided_mode_a_reason_is_asked_for(
    house: House, ann: Visitor, clock: FakeClock
) -> None:
    object.__setattr__(house.services, "guided", True)
    first, second, *_ = await morning(house, clock)
    await ann.log_in(f"/c/{first}")

    await ann.press("o")
    await expect(ann.page.locator("#ask-skip")).to_be_visible()
    await ann.page.keyboard.type("I do not read Chinese")
    await ann.picture("guided-skip")
    await ann.press("Control+Enter")

    await ann.opens(second)
    assert (await house.texts(house.conversation("li", TAOBAO)))[-1] == "I do not read Chinese"


async def test_a_supervisor_takes_over_and_the_agent_is_told(
    house: House, browser: Browser, clock: FakeClock
) -> None:
    await house.hire("ann")
    await house.hire("sue", Role.SUPERVISOR)
    one = await house.buyer_writes(due_at=clock.now() + timedelta(minutes=40))
    await house.draft()
    await remarks.annotate(house.database, one, "x", "risk", {"risk": "critical"})
    async with AsyncExitStack() as stack:
        ann = await stack.enter_async_context(Visitor.comes(browser, house))
        sue = await stack.enter_async_context(Visitor.comes(browser, house))
        await ann.log_in(f"/c/{one}")
        await ann.page.locator("#text").fill("I promise you the moon.")
        await ann.sees("#saved", "saved")
        await sue.log_in("/", "sue")
        await sue.page.goto(f"{sue.address}/team")
        await sue.sees("#team-live", "ann is in it")
        await sue.picture("team")

        await sue.page.click("text=Take over")

        await sue.opens(one)
        await ann.sees("#trouble", "sue has taken this conversation over")
        await ann.picture("taken-over")
        await ann.press("Escape")
        await ann.press("a")
        await ann.sees("#trouble", "sue is answering this buyer")
        assert (await house.read(one)).state == "waiting"
        assert (await house.read(one)).assignee == "sue"


async def test_the_team_page_stays_live(house: House, browser: Browser, clock: FakeClock) -> None:
    await house.hire("sue", Role.SUPERVISOR)
    async with Visitor.comes(browser, house) as sue:
        await sue.page.goto(f"{sue.address}/login")
        await sue.page.fill("#name", "sue")
        await sue.page.fill("#password", "correct horse")
        await sue.press("Enter")
        await sue.live()
        await sue.page.goto(f"{sue.address}/team")
        await sue.sees(".figures li", "0 open")

        clock.advance(timedelta(seconds=2))
        await house.buyer_writes(due_at=clock.now() + timedelta(hours=5))

        await sue.sees(".figures li", "1 open")


async def test_the_first_run_leads_from_nothing_to_agents(house: House, browser: Browser) -> None:
    await house.services.users.remove("ann")
    object.__setattr__(house.services, "accounts", ())

    async def attempt(table: str) -> tuple[bool, list[Advice]]:
        said = {"said": "the inbox answers: 3 messages"}
        return "imap" in table, [Advice(says=Trial.WORKED, about=said)]

    object.__setattr__(house.services, "try_account", attempt)
    await house.services.users.invite("the-log-shows-this", "admin", Role.ADMIN)
    async with AsyncExitStack() as stack:
        boss = await stack.enter_async_context(Visitor.comes(browser, house))
        await boss.page.goto(boss.address)
        await boss.sees(".card", "Nobody can log in yet")
        await boss.page.goto(f"{boss.address}/invite/the-log-shows-this")
        await boss.page.fill("#password", "correct horse battery")
        await boss.press("Enter")

        await boss.sees(".steps", "Try the mock shops")
        await boss.picture("first-steps")
        await boss.page.click("[data-example]:has-text('Amazon')")
        await boss.page.click("text=Try the connection")
        await boss.sees("#tried", "it answers: the inbox answers")
        await boss.page.fill("#table", "")
        await expect(boss.page.locator("#tried")).to_have_text("")
        await boss.page.click("a.button")
        await boss.page.fill("[name=name]", "cleo")
        await boss.page.click("text=Make a link")
        await boss.sees("#says", "/invite/")
        await boss.picture("people")
        link = (await boss.page.locator("#says").text_content() or "").split()[-1]

        cleo = await stack.enter_async_context(Visitor.comes(browser, house))
        await cleo.page.goto(link)
        await cleo.sees("h1", "Welcome, cleo")
        await cleo.picture("invitation")
        await cleo.page.fill("#password", "another long one")
        await cleo.press("Enter")
        await cleo.live()
        await cleo.sees("#empty", "Nothing waits for an answer")


async def test_a_second_factor_from_setting_it_up_to_the_next_login(
    house: House, ann: Visitor, clock: FakeClock
) -> None:

    await ann.log_in()
    await ann.page.goto(f"{ann.address}/me")
    await ann.page.click("text=Set it up")
    await expect(ann.page.locator("#enrol")).to_be_visible()
    secret = (await ann.page.locator("#secret").text_content() or "").replace(" ", "")
    await ann.page.fill("[name=code]", totp.code(secret, totp.step_at(clock.now())))
    await ann.picture("my-login")
    await ann.page.click("text=Turn it on")
    await ann.sees("main", "After your password a code")

    clock.advance(timedelta(minutes=1))
    await ann.page.context.clear_cookies()
    await ann.page.goto(ann.address)
    await ann.page.fill("#name", "ann")
    await ann.page.fill("#password", "correct horse")
    await ann.press("Enter")
    await ann.page.fill("#code", totp.code(secret, totp.step_at(clock.now())))
    await ann.picture("login-code")
    await ann.press("Enter")
    await ann.live()


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


async def test_several_are_given_to_a_colleague_at_once(house: House, ann: Visitor) -> None:
    await house.hire("bob")
    ids = await crowd(house, 12)
    await ann.log_in()
    await ann.press("s")
    await ann.press("j")
    await ann.press("s")
    await ann.page.click(f"#row-{ids[4]} a", modifiers=["Shift"])
    await ann.sees("#chosen", "3 chosen")
    await ann.picture("bulk")

    await ann.press("t")
    await ann.page.locator("#ask-assignee").select_option("bob")
    await ann.press("Control+Enter")

    await ann.hides("#chosen")
    await ann.sees(f"#row-{ids[4]} .assignee", "bob")
    found = [(await house.read(one)).assignee for one in ids]
    assert [place for place, name in enumerate(found) if name == "bob"] == [0, 1, 4]


async def test_a_buyers_earlier_conversations_are_a_click_away(house: House, ann: Visitor) -> None:
    earlier = await house.buyer_writes("Is it waterproof?", thread="before", buyer_id="j")
    one = await house.buyer_writes("It leaks.", thread="now", buyer_id="j")
    await ann.log_in(f"/c/{one}")

    await ann.page.click(".earlier-ones a")

    await ann.opens(earlier)


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
