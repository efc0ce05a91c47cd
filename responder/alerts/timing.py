"""When a channel speaks, of what, and what has become of what it told. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from responder.alerts.rules import Channel
from responder.domain.model import Risk, State
from responder.store.channels import Standing
from responder.store.notices import THRESHOLDS, Notice
from responder.store.told import Item, Sent, Told

BELATED = timedelta(minutes=1)  # a threshold passed for longer was passed while nobody could look
GATHER_AT_MOST = timedelta(seconds=4)  # of belated alerts: more of them are on their way
GATHER_AFTER = timedelta(seconds=1)  # the last one of them

LOOK_AFTER = timedelta(minutes=1)  # of the last look, when something has ended …
LOOK_EVERY = timedelta(minutes=5)  # … and when nothing was heard of an end: a hint may be lost
EACH_LOOK = timedelta(milliseconds=10)  # more for each conversation: a look costs what it reads
FORGET_AFTER = timedelta(days=1)  # what never ends by itself

STILL_SPEAKING = frozenset({"channel_failed"})  # a silent channel is never kept quiet about


@dataclass(frozen=True, slots=True)
class Speech:
    """What a channel says now, or when it speaks next.

    ``planned``: when what may be told is told, where its own rules have it wait.
    """

    items: tuple[Item, ...] = ()
    next_at: datetime | None = None
    planned: datetime | None = None


def speech(
    channel: Channel, items: Collection[Item], last_told: datetime | None, now: datetime
) -> Speech:
    """What ``channel`` says at ``now`` of all that waits for it.

    A lone alert goes at once, what comes within ``merge`` of a message waits for the
    next one, belated alerts are gathered for a few seconds, and what is not loud
    waits for the end of quiet hours.
    """
    held = {item.id: _quiet_until(channel, item, now) for item in items}
    free = [item for item in items if held[item.id] is None]
    ends = [end for end in held.values() if end is not None]
    if not free:
        return Speech(next_at=min(ends, default=None))
    ready = _gathered(free)
    if last_told is not None:
        ready = max(ready, last_told + channel.merge)
    if ready <= now:
        return Speech(tuple(sorted(free, key=_urgency)))
    return Speech(next_at=min([ready, *ends]), planned=ready)


def is_void(item: Item, one: Standing | None, told: Notice | None) -> bool:
    """Whether there is nothing to tell any more.

    ``one``: how its conversation stands, None where there is none; ``told``: the
    channel's last alert about the same. A threshold is void when an answer is not owed
    any more, is due later than it says and is at no risk by then (or at none that was not told
    before that deadline), or a later one before the same deadline was told; a reply in doubt when
    somebody has found out what became of it.
    """
    notice = item.notice
    if notice.conversation is not None and notice.kind in THRESHOLDS:
        if one is None or not one.owed:
            return True
        if _is_due_later(notice, one) and one.risk is Risk.NONE:
            return True
    if notice.kind == "send_uncertain" and (one is None or one.state != State.UNCERTAIN):
        return True
    if told is None or item.unheard:
        return False
    said = as_it_stands(item, one).notice
    if said is not notice and told.due_at == said.due_at and _risk(told) >= _risk(said):
        return True
    # The same alert may have been told as another promise had it: that was not told of this one.
    return told.due_at == notice.due_at and (told.id == notice.id or told.at >= notice.at)


def as_it_stands(item: Item, one: Standing | None) -> Item:
    """A threshold of a promise that was replaced before it was told, as the new one has it.

    Another promise takes over what counts as told: nobody would write it down again.
    """
    if item.notice.kind not in THRESHOLDS or one is None or not _is_due_later(item.notice, one):
        return item
    return replace(item, notice=replace(item.notice, kind=one.risk.label, due_at=one.due_at))


def _risk(threshold: Notice) -> Risk:
    return Risk.labelled(threshold.kind)


def _is_due_later(notice: Notice, one: Standing) -> bool:
    return bool(one.due_at and notice.due_at and one.due_at > notice.due_at)


def meant_to_wait(
    channel: Channel, item: Item, planned: datetime | None, told_at: datetime
) -> timedelta:
    """How long an item waited because the channel's own rules want it, until ``told_at``."""
    quiet = _quiet_until(channel, item, item.arrived)
    until = max((end for end in (planned, quiet) if end is not None), default=item.arrived)
    return max(min(until, told_at) - item.arrived, timedelta(0))


def _quiet_until(channel: Channel, item: Item, at: datetime) -> datetime | None:
    if channel.quiet is None or item.notice.kind in STILL_SPEAKING:
        return None
    return channel.quiet.holds(item.notice.kind, at)


def _gathered(free: Sequence[Item]) -> datetime:
    """From when these may be told: at once, unless all of them are belated."""
    arrivals = [item.arrived for item in free]
    if any(item.arrived - item.notice.at <= BELATED for item in free):
        return min(arrivals)
    return min(min(arrivals) + GATHER_AT_MOST, max(arrivals) + GATHER_AFTER)


def _urgency(item: Item) -> tuple[float, datetime, str]:
    due = item.notice.due_at
    return (due.timestamp() if due else float("inf"), item.notice.at, item.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What has become of what a channel told."""

    forget: tuple[str, ...] = ()  # subjects
    over: Mapping[str, int] = field(default_factory=dict)  # message -> how many are over now
    ended: tuple[str, ...] = ()  # messages of which nothing is open any more
    unheard: Mapping[str, tuple[Told, ...]] = field(default_factory=dict)  # to be escalated
    early: tuple[Told, ...] = ()  # to be escalated before the rest of their message
    next_at: datetime | None = None
    not_before: datetime | None = None  # though something should end


def review(
    channel: Channel,
    told: Mapping[str, Told],
    messages: Mapping[str, Sent],
    *,
    over: Collection[str],
    heard: Collection[str],
    now: datetime,
) -> Review:
    """Look at everything that ``channel`` told and that is not settled.

    ``over``: subjects that are answered or closed; ``heard``: notices that somebody
    acknowledged. A message is over when all that it told of is.
    """
    left = {name: one for name, one in told.items() if name not in over}
    stale = {name for name, one in left.items() if _stale(one, now)}
    counts: dict[str, int] = {}
    for name in told.keys() & set(over):
        counts[told[name].message] = counts.get(told[name].message, 0) + 1
    left = {name: one for name, one in left.items() if name not in stale}
    alive = {one.message for one in left.values()}
    due = {
        name
        for name, message in messages.items()
        if name in alive and _escalates(channel, message) and _escalation(channel, message) <= now
    }
    unheard: dict[str, tuple[Told, ...]] = dict.fromkeys(due, ())
    for one in left.values():
        if one.message in due and one.notice.id not in heard:
            unheard[one.message] = (*unheard[one.message], one)
    return Review(
        forget=tuple(sorted([*(told.keys() & set(over)), *stale])),
        over=counts,
        ended=tuple(name for name in messages if name not in alive),
        unheard=unheard,
        early=tuple(
            one
            for one in left.values()
            if one.message not in due
            and one.notice.id not in heard
            and (at := _escalation_of(channel, one, messages)) is not None
            and at <= now
        ),
        next_at=_next_look(channel, left, messages, due, now),
        not_before=now + min(LOOK_AFTER + len(left) * EACH_LOOK, LOOK_EVERY),
    )


def first_look(channel: Channel, items: Sequence[Item], now: datetime) -> datetime:
    """When to look after a message of these was told."""
    at = now + (LOOK_EVERY if any(item.ends for item in items) else FORGET_AFTER)
    return min(at, now + channel.escalate_after) if channel.escalate_after else at


def _next_look(
    channel: Channel,
    left: Mapping[str, Told],
    messages: Mapping[str, Sent],
    escalated: Collection[str],
    now: datetime,
) -> datetime | None:
    if not left:
        return None
    pause = LOOK_EVERY if any(one.ends for one in left.values()) else FORGET_AFTER
    alive = {one.message for one in left.values()}
    escalations: Iterable[datetime] = (
        _escalation(channel, message)
        for name, message in messages.items()
        if name in alive and name not in escalated and _escalates(channel, message)
    )
    of_earlier = (_escalation_of(channel, one, messages) for one in left.values())
    return min([now + pause, *escalations, *(at for at in of_earlier if at and at > now)])


def _stale(one: Told, now: datetime) -> bool:
    return not one.ends and one.at + FORGET_AFTER <= now


def _escalates(channel: Channel, message: Sent) -> bool:
    return bool(channel.escalate_after and not message.escalated and not message.heard_by)


def _escalation_of(channel: Channel, one: Told, messages: Mapping[str, Sent]) -> datetime | None:
    """When an alert is passed on that took the place of one which nobody acknowledged."""
    message = messages.get(one.message)
    if one.since is None or message is None or not _escalates(channel, message):
        return None
    return one.since + (channel.escalate_after or timedelta(0))


def _escalation(channel: Channel, message: Sent) -> datetime:
    assert channel.escalate_after is not None
    return message.at + channel.escalate_after
