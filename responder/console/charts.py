"""Bars as SVG, drawn here: no script, and beside each a table that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

WIDTH, HEIGHT, FOOT, TOP = 720, 160, 18, 14
HOUR = timedelta(hours=1)


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


LINE, LABELS = 22, 250  # how high a line is, and how much of its width the label takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One bar that lies: where it stands and how long, in the units of the picture."""

    label: str
    count: int
    y: float
    width: float


def lines(counts: Sequence[tuple[str, int]]) -> list[Line]:
    """Bars below each other, for labels of many letters; the longest leaves room for its figure."""
    most = max(1, *(count for _, count in counts), 1)
    room = WIDTH - LABELS - 50
    return [
        Line(label=label, count=count, y=place * LINE, width=round(room * count / most, 1))
        for place, (label, count) in enumerate(counts)
    ]


def by_hour(
    moments: Sequence[datetime], now: datetime, zone: str, hours: int = 24
) -> list[tuple[str, int]]:
    """How many of ``moments`` fall into each of the next hours, named by the wall clock."""
    counts = [0] * hours
    for moment in moments:
        place = (moment - now) // HOUR
        if 0 <= place < hours:
            counts[place] += 1
    starts = ((now + place * HOUR).astimezone(ZoneInfo(zone)) for place in range(hours))
    return [(f"{start:%H:%M}", count) for start, count in zip(starts, counts, strict=True)]


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())
