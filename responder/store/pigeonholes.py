"""Pigeonholes in the store: what one shop was handed of a queue that it shares with others."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from itertools import chain

from responder.store.database import Database
from responder.store.keys import letters_left, pigeonhole
from responder.store.times import ms

_KEPT = timedelta(days=1)  # the marketplace keeps no event for longer


class StoredPigeonholes:
    """As ``connectors.pigeonholes.Pigeonholes`` promises, for all daemons of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def leave(self, hole: str, letters: Mapping[str, str]) -> None:
        """Put ``letters`` (by id) into ``hole``."""
        if letters:
            now = self._database.clock.now()
            times: tuple[int, ...] = (ms(now), _KEPT // timedelta(milliseconds=1), ms(now - _KEPT))
            arguments: list[str | int] = [*times, *chain.from_iterable(letters.items())]
            await self._database.scripts.run("leave_letters", _keys(hole), arguments)

    async def look(self, hole: str) -> Mapping[str, str]:
        """What lies in ``hole``."""
        return await self._database.hash(pigeonhole(hole))

    async def take_out(self, hole: str, ids: Collection[str]) -> None:
        """Those are dealt with."""
        if ids:
            await self._database.scripts.run("take_letters", _keys(hole), tuple(ids))


def _keys(hole: str) -> tuple[str, str]:
    return (pigeonhole(hole), letters_left(hole))
