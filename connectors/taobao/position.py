"""Where in the inbox we are: the chat position, refund threads still to read, a sweep.

It is written as the opaque cursor, and moves with the messages: whoever holds
the cursor knows what is still owed, whichever process reads on.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Self

from connectors.base import Cursor
from connectors.top.values import Row, moment, number, plain, row, rows, text, truth

FIRST_SWEEP = timedelta(days=7)  # what a newly connected shop may still owe
GAP = timedelta(hours=20)  # TMC forgets after 24 hours: after such a silence, look at all refunds
OVERLAP = timedelta(hours=1)
RARE = timedelta(minutes=15)  # between two looks at a thread of which a person knows
CLOCKS_APART = timedelta(minutes=10)  # TOP refuses requests that are further off


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A page of a refund thread to be read, and the TMC messages that asked for it."""

    refund_id: str
    phase: str
    heard: datetime  # when we first knew
    page: int = 1
    receipts: tuple[str, ...] = ()
    announced: tuple[datetime, ...] = ()  # messages of these times must be there, or come soon
    again_at: datetime | None = None
    reported: bool = False  # a person knows that it cannot be read

    @property
    def place(self) -> tuple[str, str, int]:
        return (self.refund_id, self.phase, self.page)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Refunds modified within a closed span, page by page, from the last page to the first.

    The list is sorted newest first and rows leave it when they change, so only
    this direction loses none (protocols B3). ``page`` 0: the last is not known yet.
    """

    start: datetime
    end: datetime
    page: int = 0

    def after(self, total: int, page_size: int) -> Self | None:
        """The next step once this page is read, with ``total`` rows in all; None at the end.

        A total that fills its last page is not believed: it may be one too few (protocols C26).
        """
        pages = total // page_size + 1
        step = pages if self.page == 0 and pages > 1 else self.page - 1
        return replace(self, page=step) if step > 0 else None

    def settled(self, now: datetime) -> Self:
        """A long span up to what is past by TOP's clock too: no change joins it while it is read.

        One that did would push others onto pages that were read before.
        """
        is_long = self.end - self.start > 2 * CLOCKS_APART
        return replace(self, end=min(self.end, now - CLOCKS_APART)) if is_long else self

    def rest(self, now: datetime) -> Self | None:
        """What changed since the end of a sweep of several pages; None where that is just now."""
        if self.page == 0 or now - self.end < CLOCKS_APART:
            return None
        return replace(self, start=self.end, end=now, page=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    chat: str = ""
    alive: datetime | None = None  # up to this hour, nothing is left to TMC alone
    turn: int = 0  # grows when TMC gave something: a new cursor for every new page
    unread: tuple[Unread, ...] = ()
    sweep: Sweep | None = None


def written(position: Position) -> Cursor:
    return Cursor(json.dumps(position, default=_plain, separators=(",", ":")))


def understood(cursor: Cursor | None) -> Position:
    """The position in ``cursor``; the beginning when it cannot be read.

    To begin again costs requests and loses nothing: message ids make a second
    reading harmless.
    """
    try:
        told = plain(json.loads(cursor or ""))
        return _position(told) if isinstance(told, dict) else Position()
    except (ValueError, RecursionError):
        return Position()


def woken(position: Position, now: datetime) -> Position:
    """``position`` with a sweep to come where TMC may have forgotten something."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    start = now - FIRST_SWEEP if position.alive is None else position.alive - OVERLAP
    if position.alive is not None and now - position.alive <= GAP:
        return replace(position, alive=hour)
    if position.sweep is not None:
        return position  # it ends before what TMC has forgotten since: the next one follows
    return replace(position, alive=hour, sweep=Sweep(start=start, end=now))


def merged(units: Iterable[Unread]) -> list[Unread]:
    """One entry for each page, with every receipt: a thread is read once however often it rang."""
    places: dict[tuple[str, str, int], Unread] = {}
    for unit in units:
        earlier = places.get(unit.place)
        places[unit.place] = unit if earlier is None else _joined(earlier, unit)
    return list(places.values())


def split(units: Sequence[Unread], now: datetime) -> tuple[list[Unread], list[Unread]]:
    """Those to be read now, and those whose time has not come.

    One that waits for longer than any does was put off by a clock that was ahead.
    """
    waiting = [one for one in units if one.again_at and now < one.again_at <= now + RARE]
    return [one for one in units if one not in waiting], waiting


def _joined(earlier: Unread, later: Unread) -> Unread:
    rung_again = set(later.receipts) <= set(earlier.receipts)  # redelivery is no news
    return replace(
        earlier,
        heard=earlier.heard if rung_again else max(earlier.heard, later.heard),
        receipts=tuple(dict.fromkeys(earlier.receipts + later.receipts)),
        announced=tuple(sorted({*earlier.announced, *later.announced})),
        again_at=earlier.again_at if rung_again else later.again_at,
    )


def _plain(value: Any) -> object:
    """A moment, or what lies in a position by its fields."""
    if isinstance(value, datetime):
        return value.isoformat()
    return {one.name: getattr(value, one.name) for one in fields(value)}


def _position(told: Row) -> Position:
    return Position(
        chat=text(told, "chat"),
        alive=moment(told, "alive"),
        turn=number(told, "turn"),
        unread=tuple(_unread(item) for item in rows(told, "unread", "unread")),
        sweep=_sweep(row(told, "sweep")),
    )


def _unread(told: Row) -> Unread:
    receipts = told["receipts"] if isinstance(told.get("receipts"), list) else []
    return Unread(
        refund_id=text(told, "refund_id"),
        phase=text(told, "phase"),
        heard=_needed(told, "heard"),
        page=number(told, "page"),
        receipts=tuple(str(receipt) for receipt in receipts),
        announced=_moments(told, "announced"),
        again_at=moment(told, "again_at"),
        reported=truth(told, "reported"),
    )


def _moments(told: Row, key: str) -> tuple[datetime, ...]:
    """A list of times; older cursors hold one, or none."""
    value = told.get(key)
    named = [{key: one} for one in value] if isinstance(value, list) else [told]
    found = (moment(one, key) for one in named)
    return tuple(one for one in found if one is not None)


def _sweep(told: Row) -> Sweep | None:
    if not told:
        return None
    return Sweep(start=_needed(told, "start"), end=_needed(told, "end"), page=number(told, "page"))


def _needed(told: Row, key: str) -> datetime:
    found = moment(told, key)
    if found is None:
        raise ValueError(f"{key} is no time")
    return found
