"""A slow, obvious calendar: looks at the clock on the wall, minute after minute.

Written from the words of ``responder/domain/calendar.py``, not from its code. It is
right for hours, closures and offsets of whole minutes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from responder.domain.week import Hours

MINUTE = timedelta(minutes=1)


@dataclass
class SlowCalendar:
    """``days``: the hours of Monday to Sunday. Remembers what it has seen of each minute."""

    days: Sequence[Sequence[Hours]]
    zone: ZoneInfo
    holidays: frozenset[date] = frozenset()
    closures: Sequence[tuple[datetime, datetime]] = ()
    extra: Mapping[date, int] = field(default_factory=dict)  # worked as on another weekday
    seen: dict[datetime, bool] = field(default_factory=dict)

    def works(self, minute: datetime) -> bool:
        """Whether the minute that begins at ``minute`` (UTC) is working time."""
        if minute not in self.seen:
            self.seen[minute] = self._works(minute)
        return self.seen[minute]

    def _works(self, minute: datetime) -> bool:
        wall = minute.astimezone(self.zone)
        if wall.date() in self.holidays and wall.date() not in self.extra:
            return False
        if any(since <= minute < until for since, until in self.closures):
            return False
        now = timedelta(hours=wall.hour, minutes=wall.minute)
        weekday = self.extra.get(wall.date(), wall.weekday())
        today, yesterday = self.days[weekday], self.days[weekday - 1]
        for hours in today:
            overnight = hours.closes < hours.opens
            if hours.opens <= now and (overnight or now < hours.closes):
                return True
        return any(hours.closes < hours.opens and now < hours.closes for hours in yesterday)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        if duration < timedelta(0):
            return self._back(start, -duration)
        at = start
        while duration:
            minute = at.replace(second=0, microsecond=0)
            rest = minute + MINUTE - at
            if self.works(minute):
                if duration <= rest:
                    return at + duration
                duration -= rest
            at += rest
        return at

    def _back(self, start: datetime, duration: timedelta) -> datetime:
        at = start
        while duration:
            minute = at.replace(second=0, microsecond=0)
            if minute == at:
                minute -= MINUTE
            rest = at - minute
            if self.works(minute):
                if duration <= rest:
                    return at - duration
                duration -= rest
            at = minute
        return at

    def between(self, start: datetime, end: datetime) -> timedelta:
        if end < start:
            return -self.between(end, start)
        worked, at = timedelta(0), start
        while at < end:
            minute = at.replace(second=0, microsecond=0)
            until = min(minute + MINUTE, end)
            if self.works(minute):
                worked += until - at
            at = until
        return worked
