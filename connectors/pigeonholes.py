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


class OwnPigeonholes:
    """Pigeonholes in memory, for shops that one process alone serves."""

    def __init__(self) -> None:
        self._holes: dict[str, dict[str, str]] = {}

    async def leave(self, hole: str, letters: Mapping[str, str]) -> None:
        self._holes.setdefault(hole, {}).update(letters)

    async def look(self, hole: str) -> Mapping[str, str]:
        return dict(self._holes.get(hole, {}))

    async def take_out(self, hole: str, ids: Collection[str]) -> None:
        for one in ids:
            self._holes.get(hole, {}).pop(one, None)
