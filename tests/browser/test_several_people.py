"""Several people in real browsers: who answers, who takes over, who is given what."""

from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from responder.store import remarks
from responder.store.users import Role
from responder.testing import FakeClock
from tests.browser.crowd import crowd
from tests.browser.morning import morning
from tests.browser.visitor import Visitor
from tests.console.house import House
from tests.console.shops import TAOBAO

pytestmark = pytest.mark.browser


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
