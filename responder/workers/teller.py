"""Has one channel say what waits for it, and sees to what it has said."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

import structlog

from responder.alerts.channels import Channels, Handed, Outcome
from responder.alerts.message import Message, told_by
from responder.alerts.rules import Channel
from responder.alerts.set_back import as_of_now, was_ahead
from responder.alerts.timing import as_it_stands, first_look, is_void, meant_to_wait, speech
from responder.clock import Clock
from responder.domain.backoff import backoff
from responder.metrics import Metrics
from responder.store.away import STORE_AWAY
from responder.store.channels import (
    Settlement,
    ToldOf,
    begin_telling,
    conversations_open,
    read_channel,
    read_told,
    read_whole_channel,
    settle,
    told_before,
)
from responder.store.database import Database
from responder.store.queue import Claim
from responder.store.queues import Queues
from responder.store.times import ms
from responder.store.told import (
    ChannelState,
    Item,
    Sent,
    Telling,
    Trouble,
    dump_sent,
    dump_trouble,
    subject,
)
from responder.store.unheard import unheard_since
from responder.workers.listener import RAISE_AFTER, Listener

log = structlog.get_logger()

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=1)
AFTER_TROUBLE = timedelta(seconds=30)  # of our own


@dataclass(frozen=True, slots=True)
class _Turn:
    """A channel that is ours for a while, as it stood when it was looked at."""

    claim: Claim
    channel: Channel
    state: ChannelState
    tell_by: datetime


class Teller:
    """One look at a channel: it tells, or reviews what it told, or only plans the next look."""

    def __init__(
        self,
        database: Database,
        queues: Queues,
        *,
        channels: Channels,
        clock: Clock,
        metrics: Metrics,
        dice: Random,
    ) -> None:
        self._database = database
        self._queue = queues.channel
        self._channels = channels
        self._clock = clock
        self._metrics = metrics
        self._dice = dice
        self._listener = Listener(database, channels, clock)
        self._looks_at: dict[str, datetime | None] = {}  # at what was told, as of the last look

    async def look(self, claim: Claim, tell_by: datetime) -> None:
        """Do what is due for the channel that is claimed. Never raises."""
        try:
            await self._look(claim, tell_by)
        except STORE_AWAY as error:
            log.warning("channel.not_noted", channel=claim.item, error=error.__class__.__name__)
        except Exception as error:  # logged, and looked at again
            log.error("channel.look_failed", channel=claim.item, exc_info=error)
            await self._queue.postpone(claim, self._clock.now() + AFTER_TROUBLE)

    async def _look(self, claim: Claim, tell_by: datetime) -> None:
        state, told = await self._read(claim.item)
        now = self._clock.now()
        channel = self._channels.rules.get(claim.item)
        if channel is None:
            await self._listener.dissolve(claim, state)
            return
        if was_ahead(channel, state, now, LONGEST_WAIT):
            noted = told or await read_told(self._database, channel.id)
            await settle(self._database, claim, state, as_of_now(state, noted, now))
            return
        turn = _Turn(claim, channel, state, tell_by)
        blocked = state.not_before is not None and state.not_before > now
        if state.telling is not None and not blocked:
            await self._tell_again(turn, state.telling)
        elif state.look_at is not None and state.look_at <= now:
            await self._listener.review(claim, channel, state, told)
        elif state.telling is not None:
            await self._wait(turn, state.not_before)
        else:
            said = speech(channel, state.waiting.values(), state.last_told, now)
            if said.items and not blocked:
                await self._tell(turn, said.items)
            else:
                speaks_at = state.not_before if said.items else said.next_at
                await self._wait(turn, speaks_at, said.planned)

    async def _read(self, channel: str) -> tuple[ChannelState, ToldOf | None]:
        """A channel as it stands, and what it told where that is likely to be wanted."""
        expected = self._looks_at.get(channel)
        told = None
        if expected is not None and expected <= self._clock.now():
            state, told = await read_whole_channel(self._database, channel)
        else:
            state = await read_channel(self._database, channel)
        self._looks_at[channel] = state.look_at
        return state, told

    async def _wait(
        self, turn: _Turn, speaks_at: datetime | None, planned: datetime | None = None
    ) -> None:
        """Only plan the next look."""
        state, now = turn.state, self._clock.now()
        not_before = state.not_before or now
        if speaks_at is not None:
            speaks_at = max(speaks_at, not_before)
        what = Settlement(
            next_at=_earliest(speaks_at, state.look_at),
            not_before=not_before,
            state={"planned": str(ms(planned))} if planned else {},
        )
        await settle(self._database, turn.claim, state, what)

    async def _tell(self, turn: _Turn, items: Sequence[Item]) -> None:
        now = self._clock.now()
        valid, void = await self._sorted(turn.channel, items)
        if not valid:
            await self._nothing_to_tell(turn, void)
            return
        message = Message(id=f"{turn.channel.id}-{uuid4().hex[:16]}", at=now, items=valid)
        names = tuple(item.id for item in valid)
        telling = Telling(message=message.id, at=now, items=names)
        if await begin_telling(self._database, turn.claim, telling):
            await self._hand_over(turn, message, void)

    async def _tell_again(self, turn: _Turn, telling: Telling) -> None:
        """Say again what may have arrived: nobody knows, and nothing may be lost."""
        waiting = turn.state.waiting
        items = [waiting[name] for name in telling.items if name in waiting]
        valid, void = await self._sorted(turn.channel, items)
        if not valid:
            await self._nothing_to_tell(turn, void)
            return
        message = Message(id=telling.message, at=telling.at, items=valid, repeat=True)
        await self._hand_over(turn, message, void)

    async def _nothing_to_tell(self, turn: _Turn, void: Collection[str]) -> None:
        """All of it was over before it was told."""
        now, state = self._clock.now(), turn.state
        what = Settlement(
            next_at=now if state.waiting.keys() - set(void) else state.look_at,
            not_before=state.not_before or now,
            state={"telling": None},
            waiting=dict.fromkeys(void),
        )
        await settle(self._database, turn.claim, state, what)

    async def _sorted(
        self, channel: Channel, items: Sequence[Item]
    ) -> tuple[tuple[Item, ...], list[str]]:
        """What is still to be told, and the ids of what was over or told of before."""
        about = [item.notice.conversation for item in items if item.notice.conversation]
        standing = await conversations_open(self._database, about)
        known = await told_before(self._database, channel.id, items)
        valid, void = [], []
        for item in items:
            conversation = item.notice.conversation
            one = standing.get(conversation) if conversation else None
            if is_void(item, one, known.get(subject(item.notice))):
                void.append(item.id)
            else:
                valid.append(as_it_stands(item, one))
        return tuple(valid), void

    async def _hand_over(self, turn: _Turn, message: Message, void: Sequence[str]) -> None:
        # Asked before it is told: nothing but the note of it may fail afterwards.
        channel = turn.channel
        notices = [item.notice for item in message.alerts if channel.escalate_after]
        since = await unheard_since(self._database, channel.id, channel.name, notices)
        if self._clock.now() > turn.tell_by:
            return  # held up for so long that another may be at it
        outcome = await self._channels.hand_over(channel, message)
        self._metrics.alert_messages.labels(channel.id, outcome.handed.value).inc()
        if outcome.handed is Handed.TAKEN:
            await self._taken(turn, message, void, since)
        else:
            await self._not_taken(turn, message, outcome)

    async def _taken(
        self, turn: _Turn, message: Message, void: Sequence[str], since: Mapping[str, datetime]
    ) -> None:
        now, channel, state = self._clock.now(), turn.channel, turn.state
        self._measure(turn, message, now)
        if state.trouble is not None:
            await self._listener.works_again(channel, state.trouble)
            self._metrics.alert_channel_failing.labels(channel.id).set(0)
        done = [*void, *(item.id for item in message.items)]
        left = state.waiting.keys() - set(done)
        speaks_at, look_at = message.at + channel.merge, state.look_at
        if message.alerts:
            look_at = _earliest(look_at, first_look(channel, message.alerts, now))
        what = Settlement(
            next_at=_earliest(speaks_at if left else None, look_at),
            not_before=speaks_at,
            state={
                "telling": None,
                "trouble": None,
                "last_told": str(ms(message.at)),
                "planned": str(ms(speaks_at)),
                "look_at": str(ms(look_at)) if look_at else None,
            },
            waiting=dict.fromkeys(done),
            told=told_by(message, now, since),
            messages={message.id: self._sent(turn, message, now)} if message.alerts else {},
            event="alert_told",
            message=message.id,
            count=len(message.items),
        )
        await settle(self._database, turn.claim, state, what)

    def _sent(self, turn: _Turn, message: Message, now: datetime) -> str:
        conversations = {item.notice.conversation for item in message.alerts}
        accounts = {item.notice.account for item in message.alerts}
        return dump_sent(
            Sent(
                at=now,
                count=len(message.alerts),
                title=self._channels.title(turn.channel, message),
                about=(conversations.pop() or "") if len(conversations) == 1 else "",
                account=accounts.pop() if len(accounts) == 1 else "",
            )
        )

    def _measure(self, turn: _Turn, message: Message, now: datetime) -> None:
        for item in message.alerts:
            if not item.unheard:
                held = meant_to_wait(turn.channel, item, turn.state.planned, message.at)
                lag = (now - item.notice.at - held).total_seconds()
                self._metrics.alert_lag.observe(max(lag, 0))
                self._metrics.alert_held.observe(held.total_seconds())

    async def _not_taken(self, turn: _Turn, message: Message, outcome: Outcome) -> None:
        now, channel, before = self._clock.now(), turn.channel, turn.state.trouble
        trouble = Trouble(
            since=before.since if before else now,
            tries=before.tries + 1 if before else 1,
            reason=outcome.reason,
            raised=before.raised if before else (),
        )
        log.warning(
            "alert.not_delivered", channel=channel.id, reason=outcome.reason, tries=trouble.tries
        )
        self._metrics.alert_channel_failing.labels(channel.id).set(1)
        if trouble.tries >= RAISE_AFTER:
            trouble = await self._listener.raise_another(channel, turn.state, trouble)
        wait = backoff(trouble.tries, self._dice, first=FIRST_WAIT, most=LONGEST_WAIT)
        known = outcome.handed is Handed.REFUSED and not message.repeat
        what = Settlement(
            next_at=_earliest(now + wait, turn.state.look_at),
            not_before=now + wait,
            state={"trouble": dump_trouble(trouble)} | ({"telling": None} if known else {}),
            event="" if before else "alert_channel_failed",
            message=message.id,
            count=len(message.items),
        )
        await settle(self._database, turn.claim, turn.state, what)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((at for at in moments if at is not None), default=None)
