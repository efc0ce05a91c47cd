"""The team's page: what is at risk now and tonight, who has what, how replies and accounts are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from responder.console import charts
from responder.console.ahead import budgets_of
from responder.console.auth import at_least
from responder.console.gates import gates, words
from responder.console.pages.language import catalog, language_of
from responder.console.pages.render import page, wants
from responder.console.pages.trends import in_time, spreads
from responder.console.services import Services, services
from responder.console.views import view_named
from responder.domain.budget import WINDOWS
from responder.domain.model import AccountId
from responder.domain.states import OWED
from responder.store.accounts import AccountBook, read_accounts
from responder.store.ahead import count_owed
from responder.store.conversations import Conversation, read_many
from responder.store.days import day_of
from responder.store.listing import due_between, listing
from responder.store.overview import Overview
from responder.store.presence import Seat
from responder.store.users import Role, User

AT_RISK = 10  # rows of what is at risk; a link leads to the rest
USUAL = 30  # days that are looked back
NAMED = 3  # accounts of a team


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An agent at work: what they have, what they look at."""

    user: User
    seat: Seat | None
    looking: Conversation | None
    open: int
    limit: int


async def team(request: web.Request) -> web.Response:
    """The whole page, or only what changes."""
    at_least(request, Role.SUPERVISOR)
    given = services(request)
    now = given.clock.now()
    days = _days(request)
    view = view_named("at_risk", "", now)
    risky = await listing(given.database, view.states, limit=AT_RISK, keep=view.keep)
    overview = await given.counting.overview()
    zone = _zone(request)
    start = charts.hour_of(now, zone)
    due = await due_between(given.database, OWED, now, start + charts.HOURS * charts.HOUR)
    hours = charts.by_hour(due, start, zone)
    since = day_of(now) - timedelta(days=days - 1)
    budgets = await budgets_of(given.database, given.outlooks, overview)
    return page(
        request,
        "team_live.html" if wants(request, "team-live") else "team.html",
        now=now,
        zone=zone,
        risky=risky.items,
        more_at_risk=overview.at_risk - len(risky.items),
        overview=overview,
        waiting_longest=_longest(overview, now),
        hours=hours,
        bars=charts.bars(hours),
        shades=await _shades(given, start, zone),
        desks=await _desks(request, overview),
        accounts=await _accounts(request, overview, now),
        cards={card.id: card for card in given.accounts},
        spreads=await spreads(request, since),
        days=days,
        windows=WINDOWS,
        since=since,
        kept=in_time(budgets, days, catalog(language_of(request))),
    )


def _days(request: web.Request) -> int:
    """How far the page looks back: one of the windows that promises are held to."""
    named = request.query.get("days", "")
    return int(named) if named in map(str, WINDOWS) else USUAL


async def _shades(given: Services, start: datetime, zone: str) -> list[charts.Shade]:
    """When nobody works in the hours that are drawn; accounts of one team are one shade."""
    now, end = given.clock.now(), start + charts.HOURS * charts.HOUR
    whose: dict[tuple[datetime, datetime], list[AccountId]] = {}
    for account, outlook in given.outlooks.items():
        for span in outlook.gaps(now, end):
            whose.setdefault(span, []).append(account)
    return [
        charts.shade(
            span,
            start,
            zone,
            whose=_named(accounts),
            count=await count_owed(given.database, accounts, *span),
        )
        for span, accounts in sorted(whose.items())
    ]


def _named(accounts: Sequence[AccountId]) -> str:
    """A few of them by name, and how many more there are."""
    more = len(accounts) - NAMED
    return ", ".join(accounts[:NAMED]) + (f" +{more}" if more > 0 else "")


def _zone(request: web.Request) -> str:
    """The wall clock that a page is shown by: what its browser says, else UTC."""
    named = request.cookies.get("zone", "UTC")
    return named if named in charts.zones() else "UTC"


def _longest(overview: Overview, now: datetime) -> timedelta | None:
    """How long the buyer has waited who waits longest."""
    oldest = min(overview.oldest.values(), default=None)
    return now - oldest if oldest else None


async def _desks(request: web.Request, overview: Overview) -> list[Desk]:
    given = services(request)
    seats = await given.presence.here()
    looked = [seat.looking for seat in seats.values() if seat.looking]
    shown = {one.id: one for one in await read_many(given.database, looked)}
    found = [
        Desk(
            user=user,
            seat=seats.get(user.name),
            looking=shown.get(seat.looking)
            if (seat := seats.get(user.name)) and seat.looking
            else None,
            open=overview.by_agent[user.name],
            limit=user.skills.limit or given.limit,
        )
        for user in await given.users.all()
    ]
    return sorted(found, key=lambda one: (one.seat is None, -one.open, one.user.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    book: AccountBook
    open: int
    trouble: str  # of its circuit breakers, in words; "-" for none


async def _accounts(
    request: web.Request, overview: Overview, now: datetime
) -> dict[AccountId, Health]:
    counted = overview.by_account()
    named = [card.id for card in services(request).accounts]
    books = await read_accounts(services(request).database, named)
    return {
        book.account: Health(
            book=book, open=counted.get(book.account, 0), trouble=words(gates(book, now))
        )
        for book in books
    }
