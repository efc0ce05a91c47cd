"""``[[alerts]]`` and ``[[teams]]``: who is told of what, when, and what if nobody answers."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from responder.domain.alerts import AlertKind
from responder.domain.calendar import WorkingHours
from responder.settings.accounts import Table
from responder.settings.hours import CalendarTable, Zone
from responder.settings.values import Duration, Secret

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
WEEK = timedelta(days=7)
SHORTEST_BEAT = timedelta(seconds=10)


def _by_day(value: object) -> object:
    """``"22:00-08:00"``, a list of such, or a table by weekday as in ``sla.toml``."""
    if isinstance(value, str):
        return {"daily": [value]}
    return {"daily": value} if isinstance(value, list) else value


class AlertTable(Table):
    """One way to reach somebody. Everything but ``urls`` may be left out."""

    name: Name = ""  # alerts_0, alerts_1, … by its place
    urls: tuple[Secret, ...] = Field(min_length=1)
    secret: Secret | None = None  # signs what is sent to webhooks among the urls
    at: tuple[AlertKind, ...] = (
        "at_risk",
        "critical",
        "breached",
        "account_down",
        "account_warning",
        "ingest_gap",
        "shift_gap",
    )
    accounts: tuple[str, ...] = ("*",)
    teams: tuple[str, ...] = ("*",)
    language: Literal["en", "zh"] = "en"
    zone: Zone = ZoneInfo("UTC")
    merge: Duration = timedelta(minutes=1)  # from one message to the next at least
    quiet_hours: Annotated[
        dict[str, tuple[str, ...]], BeforeValidator(_by_day), Field(default_factory=dict)
    ]
    quiet_except: tuple[AlertKind, ...] = ("critical", "breached")  # they break through
    escalate_after: Duration | None = None
    escalate_to: str = ""  # the name of another table
    heartbeat: Secret | None = None  # pinged while all is well; whoever misses it raises the alarm
    heartbeat_every: Duration = timedelta(minutes=1)

    @model_validator(mode="after")
    def _makes_sense(self) -> "AlertTable":
        if bool(self.escalate_to) != bool(self.escalate_after):
            raise ValueError(
                "escalate_after and escalate_to belong together: after which time without "
                "acknowledgement, and to which [[alerts]] name"
            )
        if self.merge > timedelta(hours=1):
            raise ValueError('merge: at most an hour; write e.g. "1m", or "0s" to merge nothing')
        if self.heartbeat_every < SHORTEST_BEAT:
            raise ValueError('heartbeat_every: ten seconds or more; write e.g. "1m"')
        if self.heartbeat and not self.heartbeat.get_secret_value().startswith(
            ("http://", "https://")
        ):
            raise ValueError("heartbeat: write the http:// or https:// address to be asked for")
        self.quiet()
        return self

    def quiet(self) -> WorkingHours | None:
        """The quiet hours; None where there are none. ``ValueError`` says what is wrong."""
        if not self.quiet_hours:
            return None
        try:
            table = CalendarTable.model_validate({"zone": self.zone, "hours": self.quiet_hours})
        except ValidationError as error:
            said = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise ValueError(f"quiet_hours: {said}") from None
        if sum((hours.length for day in table.week.days for hours in day), timedelta(0)) >= WEEK:
            raise ValueError("quiet_hours: the whole week is quiet, nobody would ever be told")
        return WorkingHours(table.week, self.zone)


class TeamTable(Table):
    """People, and the accounts that are theirs while nobody is assigned."""

    name: str = Field(min_length=1, max_length=62)
    members: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()


def name_of(alert: AlertTable, place: int) -> str:
    return alert.name or f"alerts_{place}"


def problems_across(
    alerts: Sequence[AlertTable], teams: Sequence[TeamTable], accounts: Sequence[str]
) -> list[str]:
    """What is wrong with the tables among each other: key, what, what is allowed."""
    names = [name_of(alert, place) for place, alert in enumerate(alerts)]
    found = [
        f"alerts.{name}.name: two tables have this name; give each its own"
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    known_teams = {team.name for team in teams} | {"*"}
    for place, alert in enumerate(alerts):
        where = f"alerts.{alert.name or place}"
        found += _unknown(f"{where}.accounts", "account", alert.accounts, {*accounts, "*"})
        found += _unknown(f"{where}.teams", "team", alert.teams, known_teams)
        if alert.escalate_to:
            wanted = (alert.escalate_to,)
            found += _unknown(f"{where}.escalate_to", "channel", wanted, set(names))
    for place, team in enumerate(teams):
        found += _unknown(f"teams.{place}.accounts", "account", team.accounts, set(accounts))
    team_names = [team.name for team in teams]
    found += [
        f"teams.{name}.name: two teams have it; join them"
        for name in sorted({name for name in team_names if team_names.count(name) > 1})
    ]
    next_of = {name: one.escalate_to for name, one in zip(names, alerts, strict=True)}
    return found + _circles(next_of)


def untold(
    alerts: Sequence[AlertTable], teams: Sequence[TeamTable], accounts: Sequence[str]
) -> list[str]:
    """Accounts of whose late replies no channel would ever hear, in words; one where none would."""
    if not alerts and accounts:
        return [
            (
                "there is no [[alerts]] table: of late replies only the console and the log tell; "
                "name a channel, and try it with responder check --connect"
            )
        ]
    return [
        f"no [[alerts]] table is told when a reply of {account} is late: add it to accounts, "
        '"breached" to at, and a team of its own, or "*", to teams'
        for account in accounts
        if not any(
            "breached" in alert.at
            and not {"*", account}.isdisjoint(alert.accounts)
            and not {"*", *_teams_of(teams, account)}.isdisjoint(alert.teams)
            for alert in alerts
        )
    ]


def _teams_of(teams: Sequence[TeamTable], account: str) -> list[str]:
    return [team.name for team in teams if account in team.accounts]


def _unknown(where: str, what: str, named: Sequence[str], known: set[str]) -> list[str]:
    allowed = ", ".join(sorted(known)) or "none"
    return [
        f"{where}: there is no {what} {name!r}; there are {allowed}"
        for name in named
        if name not in known
    ]


def _circles(next_of: Mapping[str, str]) -> list[str]:
    """Escalations that come back to where they began."""
    found, seen = [], set[str]()
    for start in next_of:
        way = [start]
        while (step := next_of.get(way[-1], "")) and step not in way:
            way.append(step)
        if step and start == step and not seen.intersection(way):
            circle = " → ".join([*way, step])
            found.append(f"alerts.{start}.escalate_to: it goes in a circle: {circle}")
            seen.update(way)
    return found
