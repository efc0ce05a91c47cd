"""Forgets what is closed and old, a little at a time."""

from datetime import datetime, timedelta

import structlog

from responder.clock import Clock
from responder.domain.outreach import OLDEST
from responder.domain.states import CLOSED
from responder.store.accounts import forget_seen
from responder.store.database import Database
from responder.store.days import KEPT, forget_days
from responder.store.events import EventFeed
from responder.store.outreach import withdraw_old
from responder.store.purge import purge_closed

log = structlog.get_logger()

SEEN_FOR = timedelta(days=90)  # longer than any marketplace shows a message again
EVENTS_FOR = timedelta(days=7)


class Retention:
    """Runs once an hour."""

    name = "retention"

    def __init__(self, database: Database, *, clock: Clock, keep_closed: timedelta) -> None:
        self._database = database
        self._feed = EventFeed(database)
        self._clock = clock
        self._keep_closed = keep_closed

    async def next_at(self) -> datetime | None:
        return None  # the scheduler rings

    async def run_once(self) -> bool:
        now = self._clock.now()
        purged = await purge_closed(self._database, CLOSED, now - self._keep_closed)
        ids = await forget_seen(self._database, now - SEEN_FOR)
        await forget_days(self._database, (now - KEPT).date())
        await withdraw_old(self._database, now - OLDEST)
        events = await self._feed.trim(now - EVENTS_FOR)
        if purged or ids or events:
            log.info("retention.forgot", conversations=purged, message_ids=ids, events=events)
        return False
