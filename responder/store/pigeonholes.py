"""Pigeonholes in the store: what one shop was handed of a queue that it shares with others."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from itertools import chain

from responder.store.database import Database
from responder.store.keys import pigeonhole

_KEPT = timedelta(days=1)  # the marketplace keeps no event for longer


class StoredPigeonholes:
    """As ``connectors.pigeonholes.Pigeonholes`` promises, for all daemons of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def leave(self, hole: str, letters: Mapping[str, str]) -> None:
        """Put ``letters`` (by id) into ``hole``."""
        if letters:
            kept = _KEPT // timedelta(milliseconds=1)
            arguments: list[str | int] = [kept, *chain.from_iterable(letters.items())]
            await self._database.scripts.run("leave_letters", (pigeonhole(hole),), arguments)

    async def look(self, hole: str) -> Mapping[str, str]:
        """What lies in ``hole``."""
        return await self._database.hash(pigeonhole(hole))

    async def take_out(self, hole: str, ids: Collection[str]) -> None:
        """Those are dealt with."""
        if ids:
            await self._database.redis.hdel(pigeonhole(hole), *ids)
