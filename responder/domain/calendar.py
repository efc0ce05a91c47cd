"""Working time: when a reply clock runs, and when it rests.

A moment is working time when the clock on the wall says so: its local time lies
in the week's hours, its local date is no holiday, and no closure covers it. So
an hour that the wall shows twice counts twice, and one that it skips not at all.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Protocol
from zoneinfo import ZoneInfo

from responder.domain.week import NoWorkingTime, Week

FURTHEST = 100  # years that a search goes; after that there is no answer
GRID = 3 * 3600  # seconds; no zone has changed its offset twice in that time

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000  # in microseconds
_DAY = timedelta(days=1)
_Span = tuple[int, int]  # from, until; microseconds since 1970


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
        at, wanted = _micros(start), duration // _MICROSECOND
        year = _year_of(at)
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
                return _moment(known.first(worked) if wanted > 0 else known.last(worked))
        raise NoWorkingTime(f"the calendar has too little working time: {FURTHEST} years went by")

    def between(self, start: datetime, end: datetime) -> timedelta:
        if end < start:
            return -self.between(end, start)
        since, until = _micros(start), _micros(end)
        first, last = _year_of(since), _year_of(until)
        whole = sum(self._year(year).total for year in range(first, last))
        worked = whole - self._year(first).worked(since) + self._year(last).worked(until)
        return worked * _MICROSECOND

    def next_gap(self, at: datetime) -> tuple[datetime, datetime] | None:
        begins = self._closes(_micros(at))
        if begins is None:
            return None
        closes = _moment(begins)
        return closes, self.add(closes, _MICROSECOND) - _MICROSECOND

    def is_free_day(self, at: datetime) -> bool:
        day = at.astimezone(self.zone).date()
        worked = dict(self.extra)
        if day in self.holidays and day not in worked:
            return True
        return not self.week.days[worked.get(day, day.weekday())]

    def _closes(self, at: int) -> int | None:
        """When the span that holds ``at`` ends; ``at`` where none does, None where none ends."""
        first = _year_of(at)
        for year in range(first, first + FURTHEST):
            known = self._year(year)
            place = bisect_right(known.starts, at) - 1
            if place < 0 or known.ends[place] <= at:
                return at
            at = known.ends[place]
            if at < _bounds(year)[1]:
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
            spans = _joined(_without(self._hours(year), self._closed(year)))
            lengths = (until - since for since, until in spans)
            known = self._years[year] = _Year(
                starts=tuple(since for since, _ in spans),
                ends=tuple(until for _, until in spans),
                before=tuple(accumulate(lengths, initial=0)),
            )
        return known

    def _hours(self, year: int) -> Iterator[_Span]:
        """The week's hours of a year by UTC, holidays left out."""
        holidays, extra = set(self.holidays), dict(self.extra)
        week = [
            [(_length(opens), _length(closes)) for opens, closes in self.week.on(weekday)]
            for weekday in range(7)
        ]
        for since, until, offset in _offsets(self.zone, year):
            day = (_moment(since) + offset * _MICROSECOND).date()
            midnight = _length(day - _EPOCH.date()) - offset
            while midnight < until:
                if day in extra or day not in holidays:
                    for opens, closes in week[extra.get(day, day.weekday())]:
                        begins, ends = max(midnight + opens, since), min(midnight + closes, until)
                        if begins < ends:
                            yield begins, ends
                midnight += _length(_DAY)
                day += _DAY

    def _closed(self, year: int) -> list[_Span]:
        """The closures that touch a year, in order and disjoint."""
        begins, ends = _bounds(year)
        spans = ((_micros(since), _micros(until)) for since, until in self.closures)
        return _joined(iter([(s, u) for s, u in spans if s < ends and u > begins]))


def _offsets(zone: ZoneInfo, year: int) -> Iterator[tuple[int, int, int]]:
    """The pieces of a year by UTC in which the zone keeps one offset: from, until, offset."""
    begins, ends = (bound // _SECOND for bound in _bounds(year))
    marks = [*range(begins, ends, GRID), ends]
    since, offset = begins, _offset(zone, begins)
    for before, after in pairwise(marks):
        if _offset(zone, after) == offset:
            continue
        same, other = before, after
        while other - same > 1:
            middle = (same + other) // 2
            if _offset(zone, middle) == offset:
                same = middle
            else:
                other = middle
        yield since * _SECOND, other * _SECOND, offset
        since, offset = other, _offset(zone, other)
    yield since * _SECOND, ends * _SECOND, offset


def _offset(zone: ZoneInfo, second: int) -> int:
    offset = datetime.fromtimestamp(second, zone).utcoffset()
    assert offset is not None
    return _length(offset)


def _without(spans: Iterator[_Span], closed: list[_Span]) -> Iterator[_Span]:
    """``spans`` less what is ``closed``; both in order and disjoint."""
    ends = [until for _, until in closed]
    for since, until in spans:
        begins = since
        for shuts, opens in closed[bisect_right(ends, since) :]:
            if shuts >= until:
                break
            if begins < shuts:
                yield begins, shuts
            begins = opens
        if begins < until:
            yield begins, until


def _joined(spans: Iterator[_Span]) -> list[_Span]:
    """Spans that touch or overlap become one; they come in order."""
    joined: list[_Span] = []
    for since, until in spans:
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((since, until))
    return joined


def _bounds(year: int) -> _Span:
    return _micros(datetime(year, 1, 1, tzinfo=UTC)), _micros(datetime(year + 1, 1, 1, tzinfo=UTC))


def _year_of(at: int) -> int:
    return _moment(at).year


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _length(duration: timedelta) -> int:
    return duration // _MICROSECOND


def _moment(at: int) -> datetime:
    return _EPOCH + at * _MICROSECOND
