"""What becomes of one look at a refund thread. Pure: the looking is the connector's."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.base import (
    ConnectorError,
    InboundMessage,
    RateLimited,
    Rejected,
    SetAside,
    Unauthorized,
    Unavailable,
)
from connectors.taobao.inbox import from_refund, refund_thread, set_aside
from connectors.taobao.position import RARE, Unread
from connectors.taobao.refund import Refund, ThreadPage, phase_of
from connectors.taobao.tmc import Event
from connectors.top.values import text

PATIENCE = timedelta(minutes=15)  # for a message that was announced and is not to be seen
ENDURANCE = timedelta(hours=1)  # for a thread that the platform cannot show
TOLERANCE = timedelta(seconds=1)  # TOP's times are whole seconds, rounded who knows how
SOONEST, LATEST = timedelta(seconds=2), timedelta(minutes=1)  # between two looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One page of a thread with the refund's facts."""

    page: ThreadPage
    facts: Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one look gave: messages, things for a person, receipts, and what to look at next."""

    messages: tuple[InboundMessage, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    receipts: tuple[str, ...] = ()
    then: Unread | None = None
    stop: ConnectorError | None = None  # no other thread can be read either
    counted: int = 0  # what the platform named, and what we know to be missing


def task(event: Event, now: datetime) -> Unread | SetAside | None:
    """What an event asks for: a thread to be read, a person, or nothing."""
    if not event.wakes:
        return None
    refund_id = "" if event.content is None else text(event.content, "refund_id")
    if not refund_id or event.content is None:
        return SetAside(
            id=f"tmc-{event.id or event.topic}",
            reason="a TMC message about a refund whose content cannot be read",
            ref=f"tmc {event.id}",
            at=event.published or now,
        )
    return Unread(
        refund_id=refund_id,
        phase=phase_of(event.content),
        heard=now,
        receipts=(event.id,) if event.id else (),
        announced=() if event.announced is None else (event.announced,),
    )


def settled(unit: Unread, read: Read | ConnectorError, now: datetime) -> Outcome:
    """Decide over one look. ``RateLimited`` and ``Unauthorized`` concern the whole account."""
    match read:
        case Read():
            return _shown(unit, read, now)
        case Rejected():
            return _aside(unit, f"the refund cannot be read: {read}", now)
        case Unavailable() if now - unit.heard >= ENDURANCE and not unit.reported:
            # Still not confirmed and still tried: a person knows, and a long outage loses nothing.
            told = _aside(unit, f"the refund cannot be read for an hour: {read}", now)
            again = replace(_later(unit, now), reported=True)
            return replace(told, receipts=(), then=again)
        case Unavailable():
            return Outcome(then=_later(unit, now))
        case RateLimited() | Unauthorized():
            return Outcome(then=unit, stop=read)
        case _:
            raise read


def _shown(unit: Unread, read: Read, now: datetime) -> Outcome:
    thread = refund_thread(unit.refund_id, unit.phase or read.facts.phase)
    outcome = Outcome(
        messages=tuple(from_refund(message, read.facts, thread) for message in read.page.messages),
        set_aside=tuple(
            set_aside(broken, f"refund {unit.refund_id}", now) for broken in read.page.broken
        ),
        counted=read.page.named,
    )
    missing = _still_missing(unit, read.page)
    rest = replace(unit, announced=missing, again_at=None, reported=False)
    if read.page.goes_on(unit.page):
        return replace(outcome, then=replace(rest, page=unit.page + 1))
    if not rest.announced:
        return replace(outcome, receipts=unit.receipts)
    if now - unit.heard < PATIENCE:
        return replace(outcome, then=_later(replace(rest, page=1), now))
    unseen = SetAside(
        id=f"unseen-{unit.refund_id}-{rest.announced[0]:%Y%m%d%H%M%S}",
        reason="a message was announced and has not appeared in its refund thread",
        ref=f"refund {unit.refund_id}",
        at=now,
    )
    return replace(
        outcome,
        set_aside=(*outcome.set_aside, unseen),
        receipts=unit.receipts,
        counted=outcome.counted + 1,
    )


def _still_missing(unit: Unread, page: ThreadPage) -> tuple[datetime, ...]:
    """The announced moments of which the page holds no message (protocols C23).

    A newer one says nothing: a colleague's answer can show before the question does.
    """
    times = [message.written for message in page.messages]
    return tuple(
        announced
        for announced in unit.announced
        if not any(abs(written - announced) <= TOLERANCE for written in times)
    )


def unreadable(refund_id: str, reason: str, now: datetime) -> SetAside:
    """A refund for a person; always under the same id."""
    return SetAside(id=f"missing-{refund_id}", reason=reason, ref=f"refund {refund_id}", at=now)


def without_facts(refund_id: str, reason: str, now: datetime) -> SetAside:
    """A refund whose messages came without its facts: a person looks when it is due."""
    return SetAside(id=f"facts-{refund_id}", reason=reason, ref=f"refund {refund_id}", at=now)


def _aside(unit: Unread, reason: str, now: datetime) -> Outcome:
    missing = unreadable(unit.refund_id, reason, now)
    return Outcome(set_aside=(missing,), receipts=unit.receipts, counted=1)


def _later(unit: Unread, now: datetime) -> Unread:
    """Look again, the later the longer it has lasted: a growing pause without a counter."""
    pause = min(max(SOONEST, now - unit.heard), RARE if unit.reported else LATEST)
    return replace(unit, again_at=now + pause)
