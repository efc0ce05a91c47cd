"""``sla.toml``: a table for each policy, ``[calendars.NAME]``, ``[shifts]``, and ``[[apply]]``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from responder.domain.calendar import ALWAYS, Calendar, WorkingHours
from responder.domain.first_words import FirstWords
from responder.domain.model import Intent
from responder.domain.sla import SlaPolicy
from responder.settings.accounts import Table
from responder.settings.ahead import FirstWordsTable, ShiftsTable, shifts_of
from responder.settings.holidays import national_days
from responder.settings.hours import CalendarTable
from responder.settings.ical import read_ical
from responder.settings.values import Duration, TargetShare, Warning_

RESERVED = ("calendars", "apply", "shifts")
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # to see whether a deadline comes at all


class _PromiseTable(Table):
    respond_within: Duration
    warn_at: tuple[Warning_, ...] = ()


class TeamTable(Table):
    respond_within: Duration
    calendar: str = "always"


class PolicyTable(_PromiseTable):
    calendar: str = "always"  # or the name of one of [calendars]
    named_warn_at: tuple[Duration, ...] = ()
    next_response: _PromiseTable | None = None
    team: TeamTable | None = None
    target_share: TargetShare | None = None
    first_words: FirstWordsTable | None = None


class ApplyTable(Table):
    """Where another policy holds: all that is named must fit; of a list, one."""

    policy: str
    accounts: tuple[str, ...] = ()
    marketplaces: tuple[str, ...] = ()
    intents: tuple[Intent, ...] = ()
    tags: tuple[str, ...] = Field(default=())


@dataclass(slots=True)
class SlaFile:
    """What a file says, and what is wrong with it: where in it, what, what is allowed."""

    policies: dict[str, SlaPolicy] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)  # policies, those with mistakes too
    applied: list[ApplyTable] = field(default_factory=list)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)  # names of calendars
    shifts: Calendar = ALWAYS
    warn_before: timedelta = ShiftsTable().warn_before
    problems: list[str] = field(default_factory=list)


Spoken = Callable[[ValidationError, str, type[BaseModel]], list[str]]


def read_sla(raw: Mapping[str, Any], directory: Path, spoken: Spoken) -> SlaFile:
    """Read the tables of ``sla.toml``; ``spoken`` puts into words what pydantic says."""
    file = SlaFile()
    reader = _Reader(file, directory, spoken)
    for name, table in raw.get("calendars", {}).items():
        reader.calendar(name, table, f"calendars.{name}")
    reader.shifts(raw.get("shifts", {}))
    for name, table in raw.items():
        if name not in RESERVED:
            reader.policy(name, table)
    applied = raw.get("apply", [])
    if not isinstance(applied, list):
        file.problems.append("apply: write it as [[apply]], once for each")
        applied = []
    for place, table in enumerate(applied):
        reader.apply(place, table)
    return file


@dataclass(slots=True)
class _Reader:
    file: SlaFile
    directory: Path
    spoken: Spoken
    broken: set[str] = field(default_factory=set)  # calendars that were told of already

    def calendar(self, name: str, raw: Any, where: str) -> None:
        self.broken.add(name)
        if name == "always":
            self.file.problems.append(f"{where}: that is the name of the one that never rests")
            return
        try:
            calendar = self._working_hours(CalendarTable.model_validate(raw))
        except ValidationError as error:
            self.file.problems += self.spoken(error, where, CalendarTable)
        except ValueError as error:
            self.file.problems.append(f"{where}: {error}")
        else:
            self.file.calendars[name] = calendar
            self.broken.remove(name)

    def shifts(self, raw: Any) -> None:
        try:
            table = ShiftsTable.model_validate(raw)
            self.file.shifts = self._named(table.calendar, "shifts")
        except ValidationError as error:
            self.file.problems += self.spoken(error, "shifts", ShiftsTable)
        except _AlreadyToldError:
            return
        except ValueError as error:
            self.file.problems.append(str(error))
        else:
            self.file.warn_before = table.warn_before

    def _working_hours(self, table: CalendarTable) -> WorkingHours:
        days = {day for code in table.holidays for day in national_days(code)}
        closed = [read_ical(self.directory / name, table.zone) for name in table.ical]
        return WorkingHours(
            table.week,
            table.zone,
            holidays=tuple(days.union(*(one.days for one in closed))),
            closures=tuple(span for one in closed for span in one.spans),
            extra=tuple((day, table.worked_as) for day in sorted(self._worked(table))),
        )

    def _worked(self, table: CalendarTable) -> set[date]:
        """Days that are worked in exchange for others."""
        worked = set(table.extra_work_days)
        for name in table.ical_work:
            found = read_ical(self.directory / name, table.zone)
            if found.spans:
                raise ValueError(f"{name}: a day that is worked in exchange is a whole day")
            worked.update(found.days)
        return worked

    def policy(self, name: str, raw: Any) -> None:
        self.file.named.add(name)
        if isinstance(raw, dict):
            raw = self._with_named_calendars(name, raw)
        try:
            table = PolicyTable.model_validate(raw)
        except ValidationError as error:
            self.file.problems += self.spoken(error, name, PolicyTable)
            return
        try:
            policy = self._policy(name, table)
        except _AlreadyToldError:
            return
        except ValueError as error:
            self.file.problems.append(str(error))
            return
        self.file.policies[name] = policy

    def _with_named_calendars(self, name: str, raw: Mapping[str, Any]) -> dict[str, Any]:
        """A calendar that is written inside a policy becomes one with a name."""
        own = dict(raw)
        if isinstance(own.get("calendar"), dict):
            where = f"{name}.calendar"
            self.calendar(where, own["calendar"], where)
            own["calendar"] = where
        if isinstance(own.get("team"), dict):
            own["team"] = self._with_named_calendars(f"{name}.team", own["team"])
        return own

    def _policy(self, name: str, table: PolicyTable) -> SlaPolicy:
        calendar = self._named(table.calendar, name)
        team = self._team(table.team, name) if table.team else None
        shared: dict[str, Any] = {
            "calendar": calendar,
            "named_warnings": table.named_warn_at,
            "team": team,
            "target": table.target_share,
            "first_words": table.first_words and self._first_words(name, table.first_words, team),
        }
        following = table.next_response
        return _made(
            name,
            table.respond_within,
            table.warn_at,
            next_response=following
            and _made(
                f"{name}.next_response", following.respond_within, following.warn_at, **shared
            ),
            **shared,
        )

    def _team(self, table: TeamTable, name: str) -> SlaPolicy:
        where = f"{name}.team"
        calendar = self._named(table.calendar, where)
        return _made(where, table.respond_within, calendar=calendar)

    def _first_words(self, name: str, table: FirstWordsTable, team: SlaPolicy | None) -> FirstWords:
        if table.calendar is None:
            return table.words(shifts_of(team, self.file.shifts))
        return table.words(self._named(table.calendar, f"{name}.first_words"))

    def _named(self, calendar: str, where: str) -> Calendar:
        self.file.used.add(calendar)
        if calendar == "always":
            return ALWAYS
        if calendar in self.broken:
            raise _AlreadyToldError
        if calendar not in self.file.calendars:
            allowed = ", ".join(['"always"', *sorted(self.file.calendars)])
            raise ValueError(
                f"{where}.calendar: there is no calendar {calendar!r}; write one of {allowed}"
            )
        return self.file.calendars[calendar]

    def apply(self, place: int, raw: Any) -> None:
        where = f"apply.{place}"
        try:
            table = ApplyTable.model_validate(raw)
        except ValidationError as error:
            self.file.problems += self.spoken(error, where, ApplyTable)
            return
        if not (table.accounts or table.marketplaces or table.intents or table.tags):
            self.file.problems.append(
                f"{where}: name accounts, marketplaces, intents or tags that it is for"
            )
        self.file.applied.append(table)


class _AlreadyToldError(ValueError):
    """What is wrong has been named where it lies."""


def _made(name: str, within: timedelta, warnings: Any = (), **more: Any) -> SlaPolicy:
    """A policy, or a ``ValueError`` that begins with where it is."""
    try:
        policy = SlaPolicy(name, within, warnings, **more)
        policy.plan(_SOME_DAY)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    return policy
