"""From nothing to agents with second factors, in a real browser."""

from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from responder.console import totp
from responder.domain.advice import Advice, Trial
from responder.store.users import Role
from responder.testing import FakeClock
from tests.browser.visitor import Visitor
from tests.console.house import House

pytestmark = pytest.mark.browser


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
