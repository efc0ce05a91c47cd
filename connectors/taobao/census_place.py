"""How far a census of a shop has come, as an opaque cursor."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from connectors.base import Cursor
from connectors.top.values import moment, number, plain, rows, text


class Stage(StrEnum):
    CHAT = "chat"
    REFUNDS = "refunds"
    AGAIN = "again"  # threads that the platform could not show the first time


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A refund thread, and since when it could not be read; None before the first try."""

    refund_id: str
    phase: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """``page`` 0: the last page of the refunds up to ``end`` is not known yet."""

    stage: Stage
    since_id: str = ""
    end: datetime | None = None
    page: int = 0
    again: tuple[Again, ...] = ()


def written(place: Place) -> Cursor:
    return Cursor(json.dumps(asdict(place), default=str, separators=(",", ":")))


def understood(cursor: Cursor | None) -> Place | None:
    """The place in ``cursor``; None, which is the beginning, when it cannot be read."""
    try:
        told = plain(json.loads(cursor or ""))
        if not isinstance(told, dict):
            return None
        return Place(
            stage=Stage(text(told, "stage")),
            since_id=text(told, "since_id"),
            end=moment(told, "end"),
            page=number(told, "page"),
            again=tuple(
                Again(
                    refund_id=text(item, "refund_id"),
                    phase=text(item, "phase"),
                    since=moment(item, "since"),
                )
                for item in rows(told, "again", "again")
            ),
        )
    except (ValueError, RecursionError):
        return None
