"""What a clock that was ahead has planned does not wait until it is that late.

A machine's clock is hours ahead that takes local time for UTC until it asks somebody. Drafts,
looks at deadlines, alerts and replies that it planned for "now", or had in hand when it died, stand
at that time in the store, and no restart would help. (Polls: see ``set_back.py``.)
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Final

import structlog

from responder.clock import CLOCKS_APART, Clock
from responder.domain.breaker import Breaker
from responder.domain.census import EVERY as CENSUS_EVERY
from responder.domain.model import AccountId
from responder.domain.outreach import OLDEST
from responder.store.breakers import Told, change_breaker
from responder.store.clock_mark import leave_mark, read_mark
from responder.store.database import Database
from responder.store.queue import Claim, DeadlineQueue
from responder.store.queues import Queues
from responder.workers.turns import LONGEST_WAIT, PROBE

log = structlog.get_logger()

EVERY: Final = timedelta(minutes=1)
SOON: Final = timedelta(seconds=10)  # while leases may be those of a clock that was ahead


class Clocks:
    """Every daemon leaves what its clock says; who finds a later time has all looked at again.

    Looking too early does no harm, so it is not asked what of it the clock that was ahead planned.
    ``rings``: wakes the workers of this process, who sleep until what they thought was next.
    """

    name = "clocks"

    def __init__(
        self,
        database: Database,
        queues: Queues,
        accounts: Collection[AccountId],
        *,
        clock: Clock,
        rings: Callable[[], None],
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock
        self._rings = rings
        self._looked_at: datetime | None = None
        self._held: dict[DeadlineQueue, dict[Claim, datetime]] = {}  # since when we have seen it
        soon = timedelta(0)
        self._longest = {  # that anything waits for which may not be looked at early, or costs much
            queues.draft: soon,
            queues.watch: soon,
            queues.alert: soon,
            queues.channel: soon,
            queues.outbox: LONGEST_WAIT,
            queues.greet: soon,
            queues.improve: soon,
            queues.outreach: soon,
            queues.poll: timedelta(days=1),  # a marketplace may have asked for a pause
            queues.orders: soon,  # while its cursor still shows that the clock was ahead
            queues.census: CENSUS_EVERY * 1.2,
            queues.occasion: OLDEST,
        }

    async def next_at(self) -> datetime | None:
        now = self._clock.now()
        return now if self._looked_at is None else min(self._looked_at, now) + self._every

    @property
    def _every(self) -> timedelta:
        return SOON if any(self._held.values()) else EVERY

    async def run_once(self) -> bool:
        """Look, once a minute, and at once where our own clock was set back."""
        now, before = self._clock.now(), self._looked_at
        if before is not None and timedelta(0) <= now - before < self._every:
            return False
        await self._end_leases(now)
        known = [at for at in (before, await read_mark(self._database)) if at is not None]
        latest = max(known, default=now)
        if latest > now + CLOCKS_APART:
            await self._look_at_all(latest, now)
        await leave_mark(self._database, now)
        self._looked_at = now
        return False

    async def _look_at_all(self, latest: datetime, now: datetime) -> None:
        for account in list(self._accounts):
            await change_breaker(self._database, account, self._tried_again)
        items = [await queue.bring_forward(longest) for queue, longest in self._longest.items()]
        for queue in self._longest:
            since = self._held.get(queue, {})
            self._held[queue] = {claim: since.get(claim, now) for claim in await queue.held()}
        log.warning("clock.set_back", said=latest.isoformat(), items=sum(items))
        self._rings()

    async def _end_leases(self, now: datetime) -> None:
        """Of those that we have seen held for as long as a lease, whatever their clock said."""
        for queue, seen in self._held.items():
            held = await queue.held() if seen else set()
            left = {claim: min(since, now) for claim, since in seen.items() if claim in held}
            over = [claim for claim, since in left.items() if now - since >= queue.lease]
            for claim in over:
                del left[claim]
                await queue.postpone(claim, now)
            self._held[queue] = left
            if over:
                self._rings()

    def _tried_again(self, breaker: Breaker) -> tuple[Breaker, Told]:
        """An account that is left alone is tried now: it says itself if that is too early."""
        now = self._clock.now()
        if max(filter(None, (now, breaker.until, breaker.probe_until))) <= now + PROBE:
            return breaker, Told()
        until = min(breaker.until, now) if breaker.until else None
        return Breaker(failures=breaker.failures, until=until), Told()
