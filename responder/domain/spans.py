"""Spans of time in microseconds since 1970, and where a zone's wall clock stands in them."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000  # in microseconds
GRID = 3 * 3600  # seconds; no zone has changed its offset twice in that time
Span = tuple[int, int]  # from, until


def offsets(zone: ZoneInfo, year: int) -> Iterator[tuple[int, int, int]]:
    """The pieces of a year by UTC in which the zone keeps one offset: from, until, offset."""
    begins, ends = (bound // SECOND for bound in bounds(year))
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
        yield since * SECOND, other * SECOND, offset
        since, offset = other, _offset(zone, other)
    yield since * SECOND, ends * SECOND, offset


def _offset(zone: ZoneInfo, second: int) -> int:
    offset = datetime.fromtimestamp(second, zone).utcoffset()
    assert offset is not None
    return length(offset)


def without(spans: Iterator[Span], closed: list[Span]) -> Iterator[Span]:
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


def joined(spans: Iterator[Span]) -> list[Span]:
    """Spans that touch or overlap become one; they come in order."""
    found: list[Span] = []
    for since, until in spans:
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def bounds(year: int) -> Span:
    """A year by UTC."""
    return micros(datetime(year, 1, 1, tzinfo=UTC)), micros(datetime(year + 1, 1, 1, tzinfo=UTC))


def year_of(at: int) -> int:
    """The year by UTC that ``at`` lies in."""
    return moment(at).year


def micros(at: datetime) -> int:
    """A moment as microseconds since 1970."""
    return (at - EPOCH) // MICROSECOND


def length(duration: timedelta) -> int:
    """A duration in whole microseconds."""
    return duration // MICROSECOND


def moment(at: int) -> datetime:
    """The moment that so many microseconds since 1970 are."""
    return EPOCH + at * MICROSECOND
