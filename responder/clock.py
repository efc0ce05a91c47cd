"""The only door to time. Everything that needs it is given a ``Clock``."""

import asyncio
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Aware UTC time, and waiting in it."""

    def now(self) -> datetime: ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the door

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds, 0))  # noqa: TID251 - this is the door
