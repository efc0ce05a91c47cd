"""Somebody who looks at the console with a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.console.house import PASSWORD, House

SCREENS = Path(__file__).parents[2] / "build" / "screens"
GLANCE = 300  # milliseconds; before that nobody has read what has come: see desk.js
WIDE = {"width": 1280, "height": 800}
expect.set_options(timeout=20_000)  # a machine may be busy with something else
REFUSED = "Failed to load resource"  # the browser's word for an answer of 400 and more


@dataclass
class Visitor:
    """``trouble`` gathers what a page complains about: script errors, refusals by its policy."""

    page: Page
    address: str
    trouble: list[str] = field(default_factory=list)

    @classmethod
    @asynccontextmanager
    async def comes(cls, browser: Browser, house: House, **options: Any) -> AsyncIterator[Self]:
        """A browser with its own cookies; at the end nothing may have gone wrong in it."""
        context = await browser.new_context(**({"viewport": WIDE, "locale": "en-US"} | options))
        visitor = cls(await context.new_page(), str(house.client.make_url("/")).rstrip("/"))
        visitor.page.on("console", visitor._hear)
        visitor.page.on("pageerror", lambda error: visitor.trouble.append(str(error)))
        visitor.page.set_default_timeout(20_000)
        yield visitor
        await context.close()
        assert not visitor.trouble, visitor.trouble

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and REFUSED not in message.text:
            self.trouble.append(message.text)

    async def log_in(self, path: str = "/", name: str = "ann") -> None:
        """Log in by hand; returns when the page is live."""
        await self.page.goto(self.address + path)
        await self.page.fill("#name", name)
        await self.page.fill("#password", PASSWORD)
        await self.page.keyboard.press("Enter")
        await self.live()

    async def live(self) -> None:
        await expect(self.page.locator("#live")).to_have_attribute("data-state", "live")

    async def press(self, keys: str) -> None:
        await self.page.keyboard.press(keys)

    async def sees(self, selector: str, text: str) -> None:
        await expect(self.page.locator(selector).first).to_contain_text(text)

    async def sees_no(self, selector: str) -> None:
        await expect(self.page.locator(selector)).to_have_count(0)

    async def hides(self, selector: str) -> None:
        await expect(self.page.locator(selector).first).to_be_hidden()

    async def opens(self, conversation: str) -> None:
        """Wait until that conversation is on the desk, and was looked at."""
        await expect(self.page.locator(".thread")).to_have_attribute("data-id", conversation)
        await self.page.wait_for_timeout(GLANCE)

    async def rows(self) -> list[str]:
        """The ids of the list, in its order."""
        found = await self.page.locator("li.row:not(.gone)").evaluate_all(
            "rows => rows.map(row => row.dataset.id)"
        )
        return list(found)

    async def picture(self, name: str, *, whole: bool = False) -> None:
        SCREENS.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=SCREENS / f"{name}.png", full_page=whole)
