"""One Chromium for all tests of a run: to start it takes longer than many a test."""

import asyncio
from contextlib import AsyncExitStack

from playwright.async_api import Browser, Error, Playwright, async_playwright

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT = 20  # seconds: longer than it takes to close what a test left open


class Chromium:
    """Opened when first asked for, and anew where it has died or does not answer any more."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._running = AsyncExitStack()
        self._driver: Playwright | None = None
        self._browser: Browser | None = None

    async def browser(self) -> Browser:
        if self._driver is None:
            self._driver = await self._running.enter_async_context(async_playwright())
        if self._browser is None or not self._browser.is_connected():
            self._browser = await self._driver.chromium.launch(
                executable_path=self._program, args=ARGUMENTS
            )
        return self._browser

    async def forget(self) -> None:
        """Close whatever is open: cookies, stored data and pages are those of one test."""
        contexts = self._browser.contexts if self._browser else []
        try:
            async with asyncio.timeout(WAIT):
                for context in contexts:
                    await context.close()
        except (Error, TimeoutError):
            await self.stop()

    async def stop(self) -> None:
        """End it by ending its driver, which waits for no browser that hangs."""
        self._driver = self._browser = None
        await self._running.aclose()
