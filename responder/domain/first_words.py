"""First words: what is said by itself to a buyer who has to wait. Never an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from responder.domain.calendar import ALWAYS, Calendar


class Hour(StrEnum):
    """When a buyer waits: while somebody works, outside the hours, or on a day off."""

    OPEN = "open"
    NIGHT = "night"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstWords:
    """Texts by hour and language; an hour without texts stays silent."""

    texts: Mapping[Hour, Mapping[str, str]]
    calendar: Calendar = ALWAYS  # when somebody works

    def said(self, now: datetime, language: str, default: str) -> str:
        """What is said at ``now`` in ``language``, or else in ``default``; "" for nothing."""
        known = self.texts.get(hour_of(self.calendar, now), {})
        wanted = (language, language.partition("-")[0], default)
        return next((known[one] for one in wanted if one in known), "")


def hour_of(calendar: Calendar, now: datetime) -> Hour:
    gap = calendar.next_gap(now)
    if gap is None or gap[0] > now:
        return Hour.OPEN
    return Hour.HOLIDAY if calendar.is_free_day(now) else Hour.NIGHT
