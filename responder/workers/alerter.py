"""Tells people what was written down for them, until their channels have taken it."""

from datetime import datetime, timedelta
from random import Random

import structlog

from responder.alerts.channels import Channels
from responder.clock import Clock
from responder.domain.backoff import backoff
from responder.metrics import Metrics
from responder.store.database import Database
from responder.store.notices import finish_notice, read_notice
from responder.store.queue import Claim, Queues
from responder.workers.loop import Crew
from responder.workers.poison import Poison

log = structlog.get_logger()

GIVE_UP_AFTER = 20
TELL_WITHIN = timedelta(seconds=30)  # of taking it: a worker held up for longer leaves it to others
LONGEST_WAIT = timedelta(minutes=5)


class Alerter:
    """An alert is forgotten only when every channel that wants it has taken it."""

    name = "alert"

    def __init__(
        self,
        database: Database,
        queues: Queues,
        *,
        channels: Channels,
        crew: Crew,
        clock: Clock,
        metrics: Metrics,
        dice: Random,
    ) -> None:
        self._database = database
        self._queue = queues.alert
        self._channels = channels
        self._crew = crew
        self._clock = clock
        self._metrics = metrics
        self._dice = dice
        self._poison = Poison(database, self._queue, clock=clock, dice=dice)

    async def next_at(self) -> datetime | None:
        return await self._queue.next_at() if self._crew.free else None

    async def run_once(self) -> bool:
        taken_at = self._clock.now()
        claims = await self._queue.claim(self._crew.free) if self._crew.free else []
        for claim in claims:
            self._crew.start(self._tell(claim, taken_at + TELL_WITHIN))
        return bool(claims)

    async def _tell(self, claim: Claim, tell_by: datetime) -> None:
        try:
            await self._deliver(claim, tell_by)
        except Exception as error:  # noqa: BLE001 - logged, and tried again or given up
            await self._poison.put_off(claim, error, GIVE_UP_AFTER)

    async def _deliver(self, claim: Claim, tell_by: datetime) -> None:
        notice = await read_notice(self._database, claim)
        if notice is None:
            await self._queue.done(claim)
            return
        if self._clock.now() > tell_by:
            return
        lag = (self._clock.now() - notice.at).total_seconds()
        failed = await self._channels.tell(notice)
        if not failed:
            self._metrics.alert_lag.observe(max(lag, 0))
            await finish_notice(self._database, claim)
            return
        log.warning("alert.not_delivered", alert=notice.id, kind=notice.kind, channels=failed)
        if claim.tries >= GIVE_UP_AFTER:
            await self._poison.give_up(claim, f"no channel took the alert ({notice.kind})")
            return
        wait = backoff(claim.tries, self._dice, first=timedelta(seconds=1), most=LONGEST_WAIT)
        await self._queue.postpone(claim, self._clock.now() + wait)
