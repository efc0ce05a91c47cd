"""What keeps a worker at work, and what ends it."""

import asyncio
from datetime import datetime

import pytest

from responder.clock import SystemClock
from responder.workers.loop import Bell, repeat


class Stubborn:
    """Its first round turns being cancelled into something of its own."""

    name = "stubborn"

    def __init__(self, *, fails: bool) -> None:
        self._fails = fails
        self._cancelled = False
        self.at_work = asyncio.Event()

    async def run_once(self) -> bool:
        try:
            self.at_work.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError as cancelled:
            if self._cancelled:
                raise
            self._cancelled = True
            if self._fails:
                raise ConnectionError("the line broke") from cancelled
        return False

    async def next_at(self) -> datetime | None:
        return None


@pytest.mark.parametrize("fails", [True, False])
async def test_a_cancelled_worker_ends_though_its_round_made_something_else_of_it(
    fails: bool,
) -> None:
    worker = Stubborn(fails=fails)
    loop = asyncio.create_task(repeat(worker, Bell(), SystemClock()))
    await worker.at_work.wait()

    loop.cancel()

    ended, _ = await asyncio.wait([loop], timeout=5)
    assert ended, "a daemon whose console cannot listen would never end"
    assert loop.cancelled()
