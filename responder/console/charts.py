"""Bars as SVG, drawn here: no script, and each beside or in a table that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

WIDTH, HEIGHT, FOOT, TOP = 720, 160, 18, 14
HOUR = timedelta(hours=1)
HOURS = 25  # the running hour, and those of the day that follows


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: where it stands and how high, in the units of the picture."""

    label: str
    count: int
    x: float
    y: float
    width: float
    height: float


def bars(counts: Sequence[tuple[str, int]]) -> list[Bar]:
    """Bars side by side over the whole width; the highest fills the height."""
    if not counts:
        return []
    most = max(1, *(count for _, count in counts))
    room, wide = HEIGHT - FOOT - TOP, WIDTH / len(counts)
    return [
        Bar(
            label=label,
            count=count,
            x=round(place * wide + 2, 1),
            y=round(TOP + room - room * count / most, 1),
            width=round(wide - 4, 1),
            height=round(room * count / most, 1),
        )
        for place, (label, count) in enumerate(counts)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a table with a bar in it: how long that is, in percent of its cell."""

    label: str
    count: int
    share: float  # of all rows
    length: float


def lines(counts: Sequence[tuple[str, int]]) -> list[Line]:
    """Rows for labels of many letters; the bar of the highest count fills its cell."""
    most = max((count for _, count in counts), default=0) or 1
    total = sum(count for _, count in counts) or 1
    return [
        Line(label=label, count=count, share=count / total, length=round(100 * count / most, 1))
        for label, count in counts
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shade:
    """A time in which nobody works: where it lies in a picture of hours, for whom, what is due."""

    x: float
    width: float
    begins: str
    ends: str
    whose: str
    count: int


def shade(
    span: tuple[datetime, datetime], start: datetime, zone: str, *, whose: str, count: int
) -> Shade:
    """A span, cut to the hours that ``by_hour`` draws."""
    wall, last = ZoneInfo(zone), start + HOURS * HOUR
    left, right = (
        round((min(max(moment, start), last) - start) / (last - start) * WIDTH, 1)
        for moment in span
    )
    begins, ends = (moment.astimezone(wall) for moment in span)
    return Shade(
        x=left,
        width=round(right - left, 1),
        begins=f"{begins:%H:%M}",
        ends=f"{ends:{'%H:%M' if span[1] <= last else '%Y-%m-%d %H:%M'}}",
        whose=whose,
        count=count,
    )


def hour_of(now: datetime, zone: str) -> datetime:
    """When the running hour began on the wall clock of ``zone``."""
    wall = now.astimezone(ZoneInfo(zone))
    return now - timedelta(minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)


def by_hour(moments: Sequence[datetime], start: datetime, zone: str) -> list[tuple[str, int]]:
    """How many of ``moments`` fall into each hour from ``start`` on, named by the wall clock."""
    counts = [0] * HOURS
    for moment in moments:
        place = (moment - start) // HOUR
        if 0 <= place < HOURS:
            counts[place] += 1
    starts = ((start + place * HOUR).astimezone(ZoneInfo(zone)) for place in range(HOURS))
    return [(f"{start:%H:%M}", count) for start, count in zip(starts, counts, strict=True)]


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())
