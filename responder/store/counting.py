"""The counts of what is open, kept up to date from the event stream."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from responder.domain.model import ConversationId
from responder.store.database import Database
from responder.store.events import EventFeed
from responder.store.overview import CHUNK, Overview, Tally, look, tally_of
from responder.store.times import ms

SHARE = 0.05  # at most this part of the time goes into counting
WHOLE = timedelta(minutes=10)  # then everything is counted afresh: a stream may lose events


class Counting:
    """Counts what is open once, and from then on only what has changed.

    Nothing is done unless somebody asks, and never for more than a twentieth of
    the time. Each state change leaves an event: the conversations that events
    name are looked at again, as are those whose claim or snooze has run out.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._feed = EventFeed(database)
        self._lock = asyncio.Lock()
        self._tally: Tally | None = None
        self._position = ""  # of the stream: what came before it is counted
        self._whole_at: datetime | None = None
        self._last: Overview | None = None
        self._good_until = datetime.min.replace(tzinfo=UTC)

    async def overview(self) -> Overview:
        """Figures that are a second old at most, or as old as the share of the time allows."""
        async with self._lock:
            now = self._database.clock.now()
            last = self._last
            if last is not None and last.at <= now < self._good_until:  # the clock may be set back
                return last
            tally = await self._counted(now)
            self._last = fresh = tally.overview(now)
            took = self._database.clock.now() - now  # hours, where the machine slept meanwhile
            self._good_until = now + min(max(took / SHARE, timedelta(seconds=1)), WHOLE)
            return fresh

    async def _counted(self, now: datetime) -> Tally:
        tally, whole_at = self._tally, self._whole_at
        if tally is None or whole_at is None or not timedelta() <= now - whole_at < WHOLE:
            self._position = await self._feed.end()  # before it is counted: nothing falls between
            self._tally, self._whole_at = await tally_of(self._database, ms(now)), now
            return self._tally
        events = await self._feed.since(self._position)
        changed = {event.conversation for event in events if event.conversation}
        await self._look(changed.union(tally.run_out(ms(now))), tally, ms(now))
        self._position = events[-1].position if events else self._position
        return tally

    async def _look(self, changed: Iterable[ConversationId], tally: Tally, at: int) -> None:
        parts = defaultdict(list)
        for one in changed:
            parts[self._database.partitions.of_conversation(one)].append(one)
        for partition, some in parts.items():
            for start in range(0, len(some), CHUNK):
                await look(self._database, partition, some[start : start + CHUNK], tally, at)
