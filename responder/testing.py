"""Fakes for tests, ours and those of people who build on the service."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count


class FakeClock:
    """Time that stands still until it is told to move.

    ``sleep`` returns when ``advance`` has moved time past its end; nobody waits
    in real time.
    """

    def __init__(self, now: datetime = datetime(2026, 11, 2, 9, tzinfo=UTC)) -> None:
        self._now = now
        self._passed = 0.0
        self._order = count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    def steady(self) -> float:
        return self._passed

    def set_by(self, step: timedelta) -> None:
        """Have somebody set the clock ahead, or back: no time passes."""
        self._now += step

    def advance(self, step: timedelta) -> None:
        """Move time on; whoever slept until then wakes in order. Back is as ``set_by``."""
        self._now += step
        self._passed += max(step.total_seconds(), 0.0)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, waiting = heapq.heappop(self._sleepers)
            if not waiting.done():
                waiting.set_result(None)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return
        waiting = asyncio.get_running_loop().create_future()
        until = self._now + timedelta(seconds=seconds)
        heapq.heappush(self._sleepers, (until, next(self._order), waiting))
        await waiting


class HastyClock(FakeClock):
    """Time that moves on by itself when somebody waits: waits are over at once."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)  # noqa: TID251 - let others run, as a real wait does
        self.advance(timedelta(seconds=max(seconds, 0)))
