"""An event loop in which time is a number: it jumps to the next timer when nothing is ready."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

Result = TypeVar("Result")

BEGINNING = datetime(2026, 11, 2, tzinfo=UTC)
_RESOLUTION = 1e-6  # seconds; timers nearer than this are due together


class Stalled(RuntimeError):
    """Everybody waits, and no timer is set: nothing would ever happen again."""


class _Waiting:
    """Stands where a loop asks its sockets: instead of waiting, time moves on."""

    def __init__(self, loop: "VirtualLoop") -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[object]:
        if timeout is None:
            raise Stalled
        self._loop.move(timeout)
        return []


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs tasks in the order in which they became ready; no sockets, threads or real time."""

    def __init__(self) -> None:
        super().__init__()
        self._moment = 0.0
        self._clock_resolution = _RESOLUTION
        self._selector = _Waiting(self)

    def time(self) -> float:
        return self._moment

    def move(self, seconds: float) -> None:
        self._moment += max(seconds, 0)

    def _process_events(self, events: list[object]) -> None:
        """There are none: nothing is read from outside."""

    def _write_to_self(self) -> None:
        """Nobody sleeps who would have to be woken."""


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run ``work`` to its end in virtual time; what it leaves behind is cancelled."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        left = sorted(asyncio.all_tasks(loop), key=asyncio.Task.get_name)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left))
        loop.close()


class TrueTime:
    """The world's own time, which no machine of it knows for sure."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop

    def now(self) -> datetime:
        return BEGINNING + timedelta(seconds=self.loop.time())

    async def sleep(self, seconds: float) -> None:
        waiting: asyncio.Future[None] = self.loop.create_future()
        handle = self.loop.call_later(max(seconds, 0), _wake, waiting)
        try:
            await waiting
        finally:
            handle.cancel()


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


class MachineClock(TrueTime):
    """The wall clock of one machine: ``off`` the true time by so much. Sleeping is not touched."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.off = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.off
