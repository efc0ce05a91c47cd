"""Closing times from an iCalendar file (RFC 5545): days, hours, and those that come again.

The files are read with ``icalendar`` (BSD), repetitions worked out by ``dateutil``
(BSD): the packages that do both are under the LGPL.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from responder.settings.holidays import YEARS

MOST = 5_000  # times that one event may come again
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Closed:
    """Whole days, and times between two moments."""

    days: tuple[date, ...]
    spans: tuple[tuple[datetime, datetime], ...]


def read_ical(path: Path, zone: ZoneInfo) -> Closed:
    """Every event of the file is a time in which nobody works.

    Times without a zone are in ``zone``. ``ValueError`` says what cannot be understood.
    """
    import icalendar  # noqa: PLC0415 - slow to load, and few need it

    calendar: Any
    try:
        calendar = icalendar.Calendar.from_ical(path.read_bytes())
    except OSError as error:
        raise ValueError(f"the file {path.name} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ValueError(f"{path.name} is no iCalendar file: {_first_line(error)}") from None
    events = [event for event in calendar.walk("VEVENT") if event.get("STATUS") != "CANCELLED"]
    moved = {
        (str(event.get("UID")), _key(event["RECURRENCE-ID"].dt, zone))
        for event in calendar.walk("VEVENT")
        if event.get("RECURRENCE-ID")
    }
    days: set[date] = set()
    spans: set[tuple[datetime, datetime]] = set()
    for event in events:
        begins, length = _first(event, zone, path)
        for start in _times(event, begins, zone, path):
            replaced = (str(event.get("UID")), _key(start, zone)) in moved
            if replaced and not event.get("RECURRENCE-ID"):
                continue
            if isinstance(start, datetime):
                moment = _aware(start, zone).astimezone(UTC)
                spans.add((moment, moment + length))
            else:
                days |= {start + step * _DAY for step in range(max(length.days, 1))}
    return Closed(tuple(sorted(days)), tuple(sorted(spans)))


def _first(event: Any, zone: ZoneInfo, path: Path) -> tuple[date, timedelta]:
    """When an event begins (a ``datetime`` or a ``date``), and how long it takes."""
    name = event.get("SUMMARY") or event.get("UID") or "an event"
    if event.errors or not hasattr(event.get("DTSTART"), "dt"):
        wrong = ", ".join(str(field) for field, _ in event.errors) or "DTSTART"
        raise ValueError(f"{path.name}: {name}: {wrong} cannot be understood")
    begins: date = event["DTSTART"].dt
    whole = not isinstance(begins, datetime)
    length = _DAY if whole else timedelta(0)
    if "DURATION" in event:
        length = event["DURATION"].dt
    elif "DTEND" in event:
        ends = event["DTEND"].dt
        if type(ends) is not type(begins):
            raise ValueError(f"{path.name}: {name}: one end is a day, the other a time")
        length = _between(begins, ends, zone)
    if length <= timedelta(0):
        raise ValueError(f"{path.name}: {name}: ends before it begins")
    return begins, length


def _between(begins: date, ends: date, zone: ZoneInfo) -> timedelta:
    if isinstance(begins, datetime) and isinstance(ends, datetime):
        return _aware(ends, zone).astimezone(UTC) - _aware(begins, zone).astimezone(UTC)
    return ends - begins


def _times(event: Any, begins: date, zone: ZoneInfo, path: Path) -> Iterator[date]:
    """Every time that an event begins, within the years that are looked at."""
    whole = not isinstance(begins, datetime)
    first = begins if isinstance(begins, datetime) else datetime(*begins.timetuple()[:3])  # noqa: DTZ001
    if not whole:
        first = _aware(first, zone)
    try:
        found = list(islice(_repeated(event, first, zone), MOST + 1))
    except (ValueError, TypeError) as error:
        said = f"its repetition cannot be understood: {_first_line(error)}"
        raise ValueError(f"{path.name}: {event.get('SUMMARY') or 'an event'}: {said}") from None
    if len(found) > MOST:
        raise ValueError(
            f"{path.name}: {event.get('SUMMARY') or 'an event'} comes again more than {MOST} "
            "times; give its repetition an end"
        )
    yield from (one.date() if whole else one for one in found)


def _repeated(event: Any, first: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    from dateutil.rrule import rruleset, rrulestr  # noqa: PLC0415 - as above

    times = rruleset()
    times.rdate(first)
    for rule in _listed(event.get("RRULE")):
        text = rule.to_ical().decode()
        if first.tzinfo is None:
            text = text.replace("Z", "")
        times.rrule(rrulestr(text, dtstart=first))
    for added in _dates(event.get("RDATE")):
        times.rdate(_like(first, added, zone))
    for left_out in _dates(event.get("EXDATE")):
        times.exdate(_like(first, left_out, zone))
    for time in times:
        if time.year not in YEARS and time != first:
            if time.year > YEARS[-1]:
                return
            continue
        yield time


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _dates(value: Any) -> Iterator[date]:
    for one in _listed(value):
        yield from (entry.dt for entry in one.dts)


def _like(first: datetime, value: date, zone: ZoneInfo) -> datetime:
    """``value`` in the manner of ``first``: a day as midnight without a zone, a time with one."""
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)  # noqa: DTZ001
    if first.tzinfo is None:
        return value.replace(tzinfo=None)
    return _aware(value, zone)


def _aware(value: datetime, zone: ZoneInfo) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=zone)


def _key(value: date, zone: ZoneInfo) -> str:
    """The same for the same day or moment, whatever its zone."""
    if isinstance(value, datetime):
        return _aware(value, zone).astimezone(UTC).isoformat()
    return value.isoformat()


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
