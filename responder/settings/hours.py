"""``[calendars.NAME]`` of ``sla.toml``: weekly hours, a time zone, holidays."""

import re
from datetime import date, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, PlainSerializer, field_validator, model_validator

from responder.domain.week import WEEKDAYS, Hours, Week, week_of
from responder.settings.accounts import Table

_SPAN = re.compile(r"(\d{2}):([0-5]\d)-(\d{2}):([0-5]\d)")


def _hours(value: object) -> Hours:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(
            f'{value!r} are no hours; write e.g. "09:00-18:00", or "22:00-06:00" for a night'
        )
    opens, closes = (
        timedelta(hours=int(hour), minutes=int(minute))
        for hour, minute in (found.groups()[:2], found.groups()[2:])
    )
    return Hours(opens, closes)


Span = Annotated[Hours, BeforeValidator(_hours), PlainSerializer(str, return_type=str)]


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f'{value!r} is no time zone; write one of the IANA names, e.g. "Asia/Shanghai"'
        ) from None


Zone = Annotated[ZoneInfo, BeforeValidator(_zone), PlainSerializer(str, return_type=str)]


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _days_named(name: str) -> list[str]:
    """``"mon"``, ``"mon-fri"``, ``"sat-mon"`` (over the week's end) or ``"daily"``."""
    if name == "daily":
        return list(WEEKDAYS)
    first, dash, last = name.partition("-")
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        allowed = ", ".join(WEEKDAYS)
        raise ValueError(f'{name!r} names no days; write {allowed}, "mon-fri" or "daily"')
    start = WEEKDAYS.index(first)
    count = (WEEKDAYS.index(last) - start) % 7 + 1 if dash else 1
    return [WEEKDAYS[(start + step) % 7] for step in range(count)]


class CalendarTable(Table):
    """``holidays``: countries ("CN") or parts of them ("DE-BY"); ``ical``: files beside.

    ``extra_work_days``, and the days in the files ``ical_work``, are worked in exchange for a
    holiday, with the hours of the weekday ``extra_work_as``.
    """

    zone: Zone
    hours: dict[str, tuple[Span, ...]]
    holidays: Annotated[tuple[str, ...], BeforeValidator(_one_or_more)] = ()
    ical: Annotated[tuple[str, ...], BeforeValidator(_one_or_more)] = ()
    extra_work_days: tuple[date, ...] = ()
    ical_work: Annotated[tuple[str, ...], BeforeValidator(_one_or_more)] = ()
    extra_work_as: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] | None = None

    @field_validator("hours")
    @classmethod
    def _a_week(cls, hours: dict[str, tuple[Hours, ...]]) -> dict[str, tuple[Hours, ...]]:
        _week(hours)
        return hours

    @model_validator(mode="after")
    def _worked_as_a_day_with_hours(self) -> "CalendarTable":
        as_named = self.extra_work_as
        if as_named is not None and not self.week.days[WEEKDAYS.index(as_named)]:
            raise ValueError(f"extra_work_as: {as_named!r} has no hours")
        return self

    @property
    def week(self) -> Week:
        return _week(self.hours)

    @property
    def worked_as(self) -> int:
        """The weekday whose hours an extra work day has: as named, else the first that has any."""
        if self.extra_work_as is not None:
            return WEEKDAYS.index(self.extra_work_as)
        return next(place for place, hours in enumerate(self.week.days) if hours)


def _week(hours: dict[str, tuple[Hours, ...]]) -> Week:
    """The hours of each day: those of every name that means it."""
    days: dict[str, tuple[Hours, ...]] = {}
    for name, spans in hours.items():
        for day in _days_named(name):
            days[day] = (*days.get(day, ()), *spans)
    return week_of(days)
