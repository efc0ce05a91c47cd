"""Working time: when a reply clock runs, and when it rests.

A moment is working time when the clock on the wall says so: its local time lies
in the week's hours, its local date is no holiday, and no closure covers it. So
an hour that the wall shows twice counts twice, and one that it skips not at all.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Protocol
from zoneinfo import ZoneInfo

from responder.domain.spans import (
    EPOCH,
    MICROSECOND,
    Span,
    bounds,
    joined,
    length,
    micros,
    moment,
    offsets,
    without,
    year_of,
)
from responder.domain.week import NoWorkingTime, Week

FURTHEST = 100  # years that a search goes; after that there is no answer

_DAY = timedelta(days=1)


class Calendar(Protocol):
    """Counts time, forwards and backwards."""

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The first moment by which ``duration`` has been worked since ``start``.

        A negative ``duration`` goes back: the last moment with that much left
        until ``start``. No duration leads to ``start`` itself. ``NoWorkingTime``
        when a hundred years do not hold so much.
        """
        ...

    def between(self, start: datetime, end: datetime) -> timedelta:
        """What is worked from ``start`` to ``end``; negative when ``end`` comes first."""
        ...

    def next_gap(self, at: datetime) -> tuple[datetime, datetime] | None:
        """When nobody works next: from when (``at`` itself if that is so now) until when.

        None where work never ends.
        """
        ...

    def is_free_day(self, at: datetime) -> bool:
        """Whether the local date of ``at`` has no hours: a holiday, or a day off in the week."""
        ...


@dataclass(frozen=True, slots=True)
class Always:
    """The clock never rests: nights, weekends and holidays count."""

    def add(self, start: datetime, duration: timedelta) -> datetime:
        return start + duration

    def between(self, start: datetime, end: datetime) -> timedelta:
        return end - start

    def next_gap(self, at: datetime) -> tuple[datetime, datetime] | None:  # noqa: ARG002
        return None

    def is_free_day(self, at: datetime) -> bool:  # noqa: ARG002 - it never rests
        return False


ALWAYS = Always()


@dataclass(frozen=True, slots=True)
class _Year:
    """The working time of one year by UTC: disjoint spans in order, and how much lies before each.

    ``before`` has one place more than ``spans``: the total.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]

    @property
    def total(self) -> int:
        return self.before[-1]

    def worked(self, at: int) -> int:
        """What is worked from the year's beginning until ``at``."""
        place = bisect_right(self.starts, at) - 1
        if place < 0:
            return 0
        return self.before[place] + min(at, self.ends[place]) - self.starts[place]

    def first(self, worked: int) -> int:
        """The first moment by which so much (0 < ``worked`` <= total) has been worked."""
        place = bisect_left(self.before, worked) - 1
        return self.starts[place] + worked - self.before[place]

    def last(self, worked: int) -> int:
        """The last moment by which only so much (0 <= ``worked`` < total) has been worked."""
        place = bisect_right(self.before, worked) - 1
        return self.starts[place] + worked - self.before[place]


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Weekly hours in a time zone, less holidays (local dates) and closures (from, until).

    ``extra`` are local dates that have the hours of another weekday (Monday is 0), a
    holiday or not: a Sunday that is worked as if it were a Monday.

    A question costs a binary search in its year. The spans of a year are worked
    out when it is first asked about, and kept. ``NoWorkingTime`` when a year with
    holidays or closures has no working time left.
    """

    week: Week
    zone: ZoneInfo
    holidays: tuple[date, ...] = ()
    closures: tuple[tuple[datetime, datetime], ...] = ()
    extra: tuple[tuple[date, int], ...] = ()
    _years: dict[int, _Year] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "holidays", tuple(sorted(set(self.holidays))))
        object.__setattr__(self, "closures", tuple(sorted(self.closures)))
        if any(until <= since for since, until in self.closures):
            raise ValueError("a closure ends after it begins")
        for year in sorted(self._suspicious_years()):
            if not self._year(year).total:
                raise NoWorkingTime(f"the calendar has no working time in {year}")

    def add(self, start: datetime, duration: timedelta) -> datetime:
        if not duration:
            return start
        at, wanted = micros(start), duration // MICROSECOND
        year = year_of(at)
        worked = self._year(year).worked(at) + wanted
        for _ in range(FURTHEST):
            known = self._year(year)
            if wanted > 0 and worked > known.total:
                worked -= known.total
                year += 1
            elif worked < 0:
                year -= 1
                worked += self._year(year).total
            else:
                return moment(known.first(worked) if wanted > 0 else known.last(worked))
        raise NoWorkingTime(f"the calendar has too little working time: {FURTHEST} years went by")

    def between(self, start: datetime, end: datetime) -> timedelta:
        if end < start:
            return -self.between(end, start)
        since, until = micros(start), micros(end)
        first, last = year_of(since), year_of(until)
        whole = sum(self._year(year).total for year in range(first, last))
        worked = whole - self._year(first).worked(since) + self._year(last).worked(until)
        return worked * MICROSECOND

    def next_gap(self, at: datetime) -> tuple[datetime, datetime] | None:
        begins = self._closes(micros(at))
        if begins is None:
            return None
        closes = moment(begins)
        return closes, self.add(closes, MICROSECOND) - MICROSECOND

    def is_free_day(self, at: datetime) -> bool:
        day = at.astimezone(self.zone).date()
        worked = dict(self.extra)
        if day in self.holidays and day not in worked:
            return True
        return not self.week.days[worked.get(day, day.weekday())]

    def _closes(self, at: int) -> int | None:
        """When the span that holds ``at`` ends; ``at`` where none does, None where none ends."""
        first = year_of(at)
        for year in range(first, first + FURTHEST):
            known = self._year(year)
            place = bisect_right(known.starts, at) - 1
            if place < 0 or known.ends[place] <= at:
                return at
            at = known.ends[place]
            if at < bounds(year)[1]:
                return at
        return None

    def _suspicious_years(self) -> set[int]:
        """Years that could be without working time: as many days off as the year has weeks."""
        days_off = Counter(day.year for day in self.holidays)
        for since, until in self.closures:
            for year in range(since.year, min(until.year, since.year + FURTHEST) + 1):
                days_off[year] += (until - since).days + 1
        return {year for year, count in days_off.items() if count >= 52}

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            spans = joined(without(self._hours(year), self._closed(year)))
            lengths = (until - since for since, until in spans)
            known = self._years[year] = _Year(
                starts=tuple(since for since, _ in spans),
                ends=tuple(until for _, until in spans),
                before=tuple(accumulate(lengths, initial=0)),
            )
        return known

    def _hours(self, year: int) -> Iterator[Span]:
        """The week's hours of a year by UTC, holidays left out."""
        holidays, extra = set(self.holidays), dict(self.extra)
        week = [
            [(length(opens), length(closes)) for opens, closes in self.week.on(weekday)]
            for weekday in range(7)
        ]
        for since, until, offset in offsets(self.zone, year):
            day = (moment(since) + offset * MICROSECOND).date()
            midnight = length(day - EPOCH.date()) - offset
            while midnight < until:
                if day in extra or day not in holidays:
                    for opens, closes in week[extra.get(day, day.weekday())]:
                        begins, ends = max(midnight + opens, since), min(midnight + closes, until)
                        if begins < ends:
                            yield begins, ends
                midnight += length(_DAY)
                day += _DAY

    def _closed(self, year: int) -> list[Span]:
        """The closures that touch a year, in order and disjoint."""
        begins, ends = bounds(year)
        spans = ((micros(since), micros(until)) for since, until in self.closures)
        return joined(iter([(s, u) for s, u in spans if s < ends and u > begins]))
