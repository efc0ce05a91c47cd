"""One Chromium for all tests of a run: to start it takes longer than many a test."""

import asyncio
import os
from contextlib import AsyncExitStack, suppress

from playwright.async_api import Browser, Error, Playwright, async_playwright

from tests.browser.processes import children, have_ended, send

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

    def __init__(self, program: str, wait: float = WAIT) -> None:
        self.program = program
        self.launched: set[int] = set()  # leaders of process groups
        self.drivers: set[int] = set()  # processes, in the group of the tests themselves
        self._wait = wait
        self._running = AsyncExitStack()
        self._driver: Playwright | None = None
        self._browser: Browser | None = None

    async def browser(self) -> Browser:
        if self._driver is None:
            others = children([os.getpid()])
            self._driver = await self._running.enter_async_context(async_playwright())
            self.drivers = children([os.getpid()]) - others
        if self._browser is None or not self._browser.is_connected():
            self._browser = await self._driver.chromium.launch(
                executable_path=self.program, args=ARGUMENTS
            )
            self.launched = children(self.drivers)
        return self._browser

    async def forget(self, lent: Browser) -> None:
        """Close whatever is open: cookies, stored data and pages are those of one test.

        Where ``lent`` does not answer any more, all is stopped, with what a test has started in
        its place: the tasks of a driver end with those of the test that started it.
        """
        try:
            async with asyncio.timeout(self._wait):
                for context in lent.contexts:
                    await context.close()
                # Asked anything, for one that hangs counts as connected, and may have nothing open.
                await (await lent.new_browser_cdp_session()).detach()
        except (Error, TimeoutError):
            await self.stop()

    async def stop(self) -> None:
        """Kill Chromium, so that its driver has nothing to wait for, then end the driver.

        A driver that has not ended after ``wait`` seconds is killed as well.
        """
        self._driver = self._browser = None
        killed = self.launched | children(self.drivers)
        send(os.killpg, killed)
        late = asyncio.get_running_loop().call_later(self._wait, send, os.kill, self.drivers)
        await self._running.aclose()
        late.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._wait):
                await have_ended([*killed, *self.drivers])
        self.launched, self.drivers = set(), set()
