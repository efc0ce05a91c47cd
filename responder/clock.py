"""The only door to time. Everything that needs it is given a ``Clock``."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

CLOCKS_APART: Final = timedelta(minutes=1)  # of two machines; within it they count as equal


class Clock(Protocol):
    """Aware UTC time, and waiting in it; ``steady`` counts seconds and is set by nobody."""

    def now(self) -> datetime: ...

    def steady(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the door

    def steady(self) -> float:
        return time.monotonic()  # noqa: TID251 - this is the door

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds, 0))  # noqa: TID251 - this is the door
