"""Brings what was written down for people to the channels that tell them, and has those speak."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from random import Random

import structlog

from responder.alerts.channels import Channels
from responder.alerts.rules import who_wants
from responder.clock import Clock
from responder.metrics import Metrics
from responder.store.channels import Delivery, conversations_open, look_soon, route
from responder.store.database import Database
from responder.store.heads import heads_of
from responder.store.notices import Notice, finish_notices, read_notices
from responder.store.queue import Claim
from responder.store.queues import Queues
from responder.store.told import Item
from responder.workers.loop import Crew
from responder.workers.poison import Poison
from responder.workers.teller import Teller

log = structlog.get_logger()

BATCH = 500
GIVE_UP_AFTER = 20
DURABLE = timedelta(seconds=2)  # after which no node loses what it has taken
HINT_EVERY = timedelta(seconds=10)  # that something has ended, however much does
TELL_WITHIN = timedelta(seconds=8)  # of taking it: a worker held up for longer leaves it to others


class Alerter:
    """An alert is forgotten only when every channel that wants it has it.

    A channel forgets it only when it was taken. Both are at least once; a channel
    marks what it may have told before.
    """

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
        self._alerts = queues.alert
        self._speakers = queues.channel
        self._channels = channels
        self._crew = crew
        self._clock = clock
        self._hint_at: datetime | None = None
        self._next_hint = clock.now()  # at the earliest
        self._metrics = metrics
        self._teller = Teller(
            database, queues, channels=channels, clock=clock, metrics=metrics, dice=dice
        )
        self._poison = Poison(
            database, self._alerts, clock=clock, dice=dice, give_up_after=GIVE_UP_AFTER
        )

    def something_ended(self) -> bool:
        """What a channel told may be over: it looks soon. Says whether that is news."""
        if self._hint_at is not None:
            return False
        self._hint_at = max(self._clock.now(), self._next_hint)
        return True

    async def next_at(self) -> datetime | None:
        moments = [await self._alerts.next_at(), self._hint_at]
        if self._crew.free:
            moments.append(await self._speakers.next_at())
        return min((at for at in moments if at is not None), default=None)

    async def run_once(self) -> bool:
        await self._hint()
        free = self._crew.free
        heads, speaking = await heads_of(self._alerts, self._speakers)
        alerts = await self._alerts.claim(BATCH, heads)
        await self._poison.all(alerts, self._hand_on)
        taken_at = self._clock.now()
        # What was just brought to a channel may be said at once: then that queue is read anew.
        seen = None if alerts else speaking
        speakers = await self._speakers.claim(free, seen, for_crew=True) if free else []
        for claim in speakers:
            self._crew.start(self._teller.look(claim, taken_at + TELL_WITHIN))
        return bool(alerts)

    async def _hint(self) -> None:
        now = self._clock.now()
        if self._hint_at is not None and self._hint_at <= now:
            await look_soon(self._database, self._channels.rules)
            self._hint_at, self._next_hint = None, now + HINT_EVERY

    async def _hand_on(self, claims: Sequence[Claim]) -> None:
        """Give alerts of one partition to their channels."""
        notices = [one for one in await read_notices(self._database, claims) if one is not None]
        about = [notice.conversation for notice in notices if notice.conversation]
        standing = await conversations_open(self._database, about)
        deliveries: list[Delivery] = []
        for notice in notices:
            one = standing.get(notice.conversation) if notice.conversation else None
            deliveries += self._deliveries(notice, one.assignee if one else "")
        new = await route(self._database, deliveries)
        known = {one.item.id for one, fresh in zip(deliveries, new, strict=True) if not fresh}
        self._channels.note([notice for notice in notices if notice.id not in known])
        unwanted = {notice.id for notice in notices} - {one.item.id for one in deliveries}
        for notice in notices:
            if notice.id in unwanted:
                lag = (self._clock.now() - notice.at).total_seconds()
                self._metrics.alert_lag.observe(max(lag, 0))  # the log has it
        await self._forget(claims, {notice.id for notice in notices} - known - unwanted)

    async def _forget(self, claims: Sequence[Claim], new: Collection[str]) -> None:
        """Forget alerts that are with their channels, as far as no store loses that any more.

        The channels may lie on another node, which loses its last second alone: there
        what is ``new`` is given to them once more, and forgotten when they have it still.
        """
        unsure = frozenset[str]() if self._database.one_node else new
        again = self._clock.now() + DURABLE
        plans = [(claim, again) for claim in claims if claim.item in unsure]
        if plans:
            await self._alerts.put_back(plans)
        sure = [claim for claim in claims if claim.item not in unsure]
        if sure:
            await finish_notices(self._database, sure)

    def _deliveries(self, notice: Notice, assignee: str) -> list[Delivery]:
        now = self._clock.now()
        item = Item(id=notice.id, notice=notice, arrived=now)
        return [
            Delivery(channel.id, item, now)
            for channel in who_wants(self._channels.rules, self._channels.teams, notice, assignee)
        ]
