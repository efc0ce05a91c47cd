"""The team's figures as tables: over the API, and by ``responder report``."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aiohttp import web

from responder.console.ahead import Outlooks, budgets_of
from responder.console.answers import answer
from responder.console.auth import at_least
from responder.console.charts import HOUR, HOURS, by_hour, hour_of
from responder.console.services import Services, services
from responder.console.shapes import iso
from responder.console.tables import BYTE_ORDER_MARK, Table
from responder.domain.model import AccountId
from responder.domain.states import OWED
from responder.errors import Conflict, Unknown
from responder.store.database import Database
from responder.store.days import day_of, read_days, with_overdue
from responder.store.listing import due_between
from responder.store.overview import Overview, overdue
from responder.store.trends import WAITED, Trends, read_trends
from responder.store.users import Role

USUAL = timedelta(days=30)
QUERY = ("from", "to", "format")
FORMATS = ("json", "csv")
FIRST_YEAR = 2000
OF_NOW = frozenset({"budgets", "due"})  # the days asked for change nothing in them


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days (UTC), the last one included."""

    since: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What reports are made from."""

    database: Database
    accounts: Sequence[AccountId]
    outlooks: Outlooks
    overview: Callable[[], Awaitable[Overview]]

    @property
    def now(self) -> datetime:
        return self.database.clock.now()


Report = Callable[[Source, Span], Awaitable[Table]]


async def get_report(request: web.Request) -> web.Response:
    """One report as JSON or CSV; ``Unknown`` names those that there are."""
    at_least(request, Role.SUPERVISOR)
    given, name = services(request), request.match_info["name"]
    if name not in REPORTS:
        raise Unknown(f"there is no report {name!r}; there are {', '.join(REPORTS)}")
    if (wanted := request.query.get("format", "json")) not in FORMATS:
        raise Conflict("invalid", f"there is no format {wanted!r}", allowed=", ".join(FORMATS))
    query = request.query
    today = day_of(given.clock.now())
    span = span_of(query.get("from", ""), query.get("to", ""), today)
    table = await REPORTS[name](_source(given), span)
    if wanted == "json":
        return answer({"items": table.items(), "next": None})
    return web.Response(
        text=BYTE_ORDER_MARK + table.csv(),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{_file_name(name, span, today)}"'},
    )


def _file_name(name: str, span: Span, today: date) -> str:
    days = today if name in OF_NOW else f"{span.since}-{span.until}"
    return f"{name}-{days}.csv"


def _source(given: Services) -> Source:
    return Source(
        database=given.database,
        accounts=[card.id for card in given.accounts],
        outlooks=given.outlooks,
        overview=given.counting.overview,
    )


def span_of(first: str, last: str, today: date) -> Span:
    """From ``first`` to ``last``: to today where that is empty, and then thirty days.

    ``Conflict`` says what is no day, or no span.
    """
    until = _day("to", last) or today
    if until.year < FIRST_YEAR:
        raise Conflict("invalid", f"to {until} is too long ago: nothing is kept of that")
    since = _day("from", first) or until - USUAL + timedelta(days=1)
    if since > until:
        raise Conflict("invalid", f"from {since} lies after to {until}")
    return Span(since=since, until=until)


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Conflict("invalid", f"{name} {text!r} is no day; write 2026-11-22") from None


async def _trends(source: Source, span: Span) -> Trends:
    return await read_trends(source.database, source.accounts, span.since, span.until)


async def _waited(source: Source, span: Span) -> Table:
    """Buyer messages by how long they waited for our reply; the last row has no limit."""
    found = await _trends(source, span)
    limits = [limit // timedelta(minutes=1) for limit in WAITED]
    return Table(
        columns=("below_minutes", "messages"),
        rows=list(zip([*limits, None], found.waited, strict=True)),
    )


async def _intents(source: Source, span: Span) -> Table:
    found = await _trends(source, span)
    return Table(columns=("intent", "replies"), rows=found.intents.most_common())


async def _given(source: Source, span: Span) -> Table:
    """Steps of the resolution ladder that replies have taken, by what the buyer wrote about."""
    found = await _trends(source, span)
    return Table(
        columns=("step", "intent", "replies"),
        rows=[(step, intent, count) for (step, intent), count in found.given.most_common()],
    )


async def _agents(source: Source, span: Span) -> Table:
    found = await _trends(source, span)
    return Table(columns=("agent", "replies"), rows=found.people.most_common())


async def _sla(source: Source, span: Span) -> Table:
    """Buyer messages by account and day: in time, late (what is overdue counts), left out."""
    counted = await read_days(source.database, source.accounts)
    late = await overdue(source.database, await source.overview())
    return Table(
        columns=("account", "day", "in_time", "late", "left_out"),
        rows=[
            (account, day.isoformat(), tally.in_time, tally.late, tally.left_out)
            for account, days in counted.items()
            for day, tally in sorted(with_overdue(days, late.get(account, {})).items())
            if span.since <= day <= span.until
        ],
    )


async def _budgets(source: Source, _: Span) -> Table:
    """How each account stands over 7, 30 and 90 days; the days asked for change nothing."""
    found = await budgets_of(source.database, source.outlooks, await source.overview())
    return Table(
        columns=(
            *("account", "days", "in_time", "late", "left_out"),
            *("late_share", "target_percent", "bears", "owes"),
        ),
        rows=[
            (
                account,
                one.days,
                one.tally.in_time,
                one.tally.late,
                one.tally.left_out,
                None if one.late_share is None else round(one.late_share, 4),
                one.target.percent if one.target else None,
                one.bears,
                one.owes,
            )
            for account, windows in found.items()
            for one in windows
        ],
    )


async def _due(source: Source, _: Span) -> Table:
    """What falls due in this hour and those of the next day; the days asked for change nothing."""
    start = hour_of(source.now, "UTC")
    moments = await due_between(source.database, OWED, source.now, start + HOURS * HOUR)
    counts = by_hour(moments, start, "UTC")
    return Table(
        columns=("from", "fall_due"),
        rows=[(iso(start + place * HOUR), count) for place, (_, count) in enumerate(counts)],
    )


REPORTS: Mapping[str, Report] = {
    "waited": _waited,
    "intents": _intents,
    "given": _given,
    "agents": _agents,
    "sla": _sla,
    "budgets": _budgets,
    "due": _due,
}
