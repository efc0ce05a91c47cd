"""How far the list of threads has been read, as an opaque cursor. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from connectors.base import Cursor, Span
from connectors.threaded.source import Head

FIRST_LOOK = timedelta(days=30)  # what a newly connected account may still owe
OVERLAP = timedelta(minutes=5)  # a list may show a thread that late
SKEW = timedelta(minutes=2)  # the marketplace's clock may be that far before ours
RARE = timedelta(minutes=15)  # the longest that a thread waits to be looked at again
KNOWN = 400  # latest messages that are remembered: what the overlap can hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A thread to be looked at again: it could not be read, or its latest message not be seen."""

    head: Head
    first: datetime  # when that first happened
    at: datetime  # not before
    told: bool = False  # a person knows
    tried: bool = False  # it was looked at, and put off


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """The threads that changed within a closed span, from the list's last page to its first.

    The list is sorted newest first, and a thread leaves the span when it changes: only this
    direction loses none. What changes before the span's end pushes others back to the page that
    was read before: that one is looked at once more. ``page`` 0: the last page is not known yet.
    """

    span: Span
    page: int = 0

    def started(self, total: int, size: int) -> Self:
        return self if self.page else replace(self, page=max(-(-total // size), 1))

    @property
    def after(self) -> Self | None:
        return replace(self, page=self.page - 1) if self.page > 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """``since``: all that changed before was read. ``known``: latest messages that were read."""

    since: datetime | None = None
    sweep: Sweep | None = None
    known: tuple[str, ...] = ()
    again: tuple[Again, ...] = ()

    def sweep_at(self, now: datetime) -> Sweep:
        """The sweep that is under way, or the next one.

        Where the last one ended in the future, its clock was ahead: who knows when it was.
        """
        is_known = self.since is not None and self.since <= now + SKEW
        start = self.since - OVERLAP if self.since and is_known else now - FIRST_LOOK
        return self.sweep or Sweep(span=Span(since=start, until=now + SKEW))

    def kept(self) -> Self:
        """As much of it as the cursor remembers: of threads to be looked at again, all."""
        return replace(self, known=self.known[-KNOWN:])


def to_the_minute(moment: datetime) -> datetime:
    """So that the cursor of a quiet account changes once a minute, not with each poll."""
    return moment.replace(second=0, microsecond=0)


def written(position: Position) -> Cursor:
    told = asdict(position.kept())
    return Cursor(json.dumps(told, default=datetime.isoformat, separators=(",", ":")))


def understood(cursor: Cursor | None) -> Position:
    """The position in ``cursor``; the beginning when it cannot be read.

    To begin again costs requests and loses nothing: message ids make a second
    reading harmless.
    """
    try:
        told = json.loads(cursor or "")
        return Position(
            since=_moment(told["since"]) if told["since"] else None,
            sweep=_sweep(told["sweep"]) if told["sweep"] else None,
            known=tuple(str(one) for one in told["known"]),
            again=tuple(_again(one) for one in told["again"]),
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Position()


def head_of(told: Mapping[str, Any]) -> Head:
    """A head as ``asdict`` wrote it."""
    facts = {str(name): str(value) for name, value in told["facts"].items()}
    return Head(thread=str(told["thread"]), latest=str(told["latest"]), facts=facts)


def _moment(told: str) -> datetime:
    moment = datetime.fromisoformat(told)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment


def _sweep(told: Mapping[str, Any]) -> Sweep:
    span = Span(since=_moment(told["span"]["since"]), until=_moment(told["span"]["until"]))
    return Sweep(span=span, page=max(int(told["page"]), 0))


def _again(told: Mapping[str, Any]) -> Again:
    return Again(
        head=head_of(told["head"]),
        first=_moment(told["first"]),
        at=_moment(told["at"]),
        told=bool(told["told"]),
        tried=bool(told.get("tried", True)),
    )


def mark(head: Head, span: Span) -> str:
    """By what it is known that a thread was read: its latest message.

    Where the list does not say which that is, each sweep reads the thread once.
    """
    return head.latest or f"{head.thread} {span.until.isoformat()}"


def due(again: Sequence[Again], now: datetime) -> tuple[list[Again], list[Again]]:
    """Those to be looked at now, and those whose time has not come.

    One that waits for longer than any does was put off by a clock that was ahead.
    """
    waiting = [one for one in again if now < one.at <= now + RARE]
    return [one for one in again if one not in waiting], waiting
