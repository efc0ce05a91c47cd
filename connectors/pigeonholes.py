"""Where one shop leaves what it was handed for another: events of a queue that several share."""

from collections.abc import Collection, Mapping
from typing import Protocol


class Pigeonholes(Protocol):
    """A hole for each shop. A letter lies in its hole until it is taken out, a day at most.

    Nothing is owed by it: whoever leaves a letter confirms nothing to the marketplace.
    """

    async def leave(self, hole: str, letters: Mapping[str, str]) -> None:
        """Put ``letters`` (by id) into ``hole``; the same id replaces an earlier one."""

    async def look(self, hole: str) -> Mapping[str, str]:
        """What lies in ``hole``."""

    async def take_out(self, hole: str, ids: Collection[str]) -> None:
        """Those are dealt with."""
