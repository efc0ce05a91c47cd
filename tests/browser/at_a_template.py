"""A supervisor before a template that can be edited."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser

from responder.store.users import Role
from tests.browser.visitor import Visitor
from tests.console.house import House


@asynccontextmanager
async def at_a_template(house: House, browser: Browser) -> AsyncIterator[tuple[Visitor, str]]:
    """Sue, at a template's page, and what is written there."""
    await house.hire("sue", Role.SUPERVISOR)
    async with Visitor.comes(browser, house) as sue:
        await sue.log_in(name="sue")
        await sue.page.goto(f"{sue.address}/templates?language=en&name=order_status.tracked")
        yield sue, await sue.page.input_value("#file")
