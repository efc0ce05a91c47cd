"""Tells the outside that the watch is kept, and falls silent when it is not."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from responder.alerts.hearts import Heart, ping, silent_because
from responder.clock import Clock
from responder.store.channels import failing
from responder.store.database import Database
from responder.store.heads import heads_of
from responder.store.queues import Queues
from responder.workers.loop import Bell

log = structlog.get_logger()


class Heartbeat:
    """Each beat asks the store: one that does not answer raises, and there is no beat.

    So does one that takes nothing more: new messages are not watched then, and no alert is told.
    """

    name = "heartbeat"

    def __init__(
        self,
        database: Database,
        queues: Queues,
        hearts: Sequence[Heart],
        *,
        clock: Clock,
        watcher: Bell,
        ping: Callable[[str], Awaitable[bool]] = ping,
    ) -> None:
        self._database = database
        self._queues = queues
        self._hearts = hearts
        self._clock = clock
        self._watcher = watcher
        self._ping = ping
        self._next = {heart.name: clock.now() for heart in hearts}
        self._silent: dict[str, str] = {}  # hearts that do not beat, and why

    async def next_at(self) -> datetime | None:
        return min(self._next.values(), default=None)

    async def run_once(self) -> bool:
        for heart in self._hearts:
            now = self._clock.now()
            # What lies further ahead was planned before our clock was set back.
            if not now < self._next[heart.name] <= now + heart.every:
                reason = await self._silent_because(heart, now)
                if not reason and not await self._ping(heart.url):
                    reason = "the address does not answer"
                self._note(heart, reason)
                self._next[heart.name] = now + (heart.every if not reason else _sooner(heart))
        return False

    async def _silent_because(self, heart: Heart, now: datetime) -> str:
        await self._database.try_to_write()
        queues = self._queues
        watch, alert, channel = await heads_of(queues.watch, queues.alert, queues.channel)
        return silent_because(
            now,
            ticked_at=self._watcher.ticked_at,
            next_look=min(watch.values(), default=None),
            next_word=min((*alert.values(), *channel.values()), default=None),
            failing=len(await failing(self._database, heart.channels)),
            channels=len(heart.channels),
        )

    def _note(self, heart: Heart, reason: str) -> None:
        """Say it once when it stops, and once when it goes on."""
        if reason and self._silent.get(heart.name) != reason:
            log.warning("heartbeat.silent", name=heart.name, reason=reason)
        elif not reason and heart.name in self._silent:
            log.info("heartbeat.goes_on", name=heart.name)
        if reason:
            self._silent[heart.name] = reason
        else:
            self._silent.pop(heart.name, None)


def _sooner(heart: Heart) -> timedelta:
    """After a beat that failed, the next try does not wait for its turn."""
    return min(heart.every, timedelta(seconds=10))
