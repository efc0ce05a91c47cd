"""The pages beside the desk: the team's, its people's, one's own, and the first steps."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from responder.console import charts
from responder.console.auth import at_least, hash_password, open_door, who
from responder.console.gates import gates, words
from responder.console.pages.entrance import only_from_here
from responder.console.pages.render import page, wants
from responder.console.pages.trends import spreads
from responder.console.service import set_cookie
from responder.console.services import services
from responder.console.views import view_named
from responder.domain.model import AccountId, Intent
from responder.domain.states import OWED
from responder.store.accounts import AccountBook, read_account
from responder.store.conversations import Conversation, read_many
from responder.store.listing import due_between, listing
from responder.store.overview import Overview
from responder.store.presence import Seat
from responder.store.users import Role, User

EXAMPLES = {  # of [[accounts]] tables, to be filled in
    "amazon": """\
[[accounts]]
id = "amazon-us"
marketplace = "amazon"
marketplace_id = "ATVPDKIKX0DER"
[accounts.imap]
host = "imap.example.com"
port = 993
username = "shop@example.com"
password = ""
[accounts.smtp]
host = "smtp.example.com"
port = 465
username = "shop@example.com"
password = ""
from = "shop@example.com"
""",
    "taobao": """\
[[accounts]]
id = "taobao-main"
marketplace = "taobao"
[accounts.top]
app_key = ""
app_secret = ""
session = ""
""",
}

AT_RISK = 50  # rows of what is at risk
DAY = timedelta(hours=24)
TRENDS = timedelta(days=30)
SHORTEST_PASSWORD = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An agent at work: what they have, what they look at."""

    user: User
    seat: Seat | None
    looking: Conversation | None
    open: int
    limit: int


async def team(request: web.Request) -> web.Response:
    """What is at risk now and tonight, who has what, how the accounts are; or only what changes."""
    at_least(request, Role.SUPERVISOR)
    given = services(request)
    now = given.clock.now()
    view = view_named("at_risk", "", now)
    risky = await listing(given.database, view.states, limit=AT_RISK, keep=view.keep)
    overview = await given.counting.overview()
    zone = _zone(request)
    hours = charts.by_hour(await due_between(given.database, OWED, now, now + DAY), now, zone)
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
        desks=await _desks(request, overview),
        accounts=await _accounts(request, overview, now),
        cards={card.id: card for card in given.accounts},
        spreads=await spreads(request, (now - TRENDS).date()),
        trend_days=TRENDS.days,
    )


def _zone(request: web.Request) -> str:
    """The wall clock that a page is shown by: what its browser says, else UTC."""
    named = request.cookies.get("zone", "UTC")
    return named if named in charts.zones() else "UTC"


def _longest(overview: Overview, now: datetime) -> int | None:
    """Minutes that the buyer who waits longest has waited."""
    oldest = min(overview.oldest.values(), default=None)
    return int((now - oldest).total_seconds()) // 60 if oldest else None


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
    found = {}
    for card in services(request).accounts:
        book = await read_account(services(request).database, card.id)
        trouble = words(gates(book, now))
        found[card.id] = Health(book=book, open=counted.get(card.id, 0), trouble=trouble)
    return found


async def people(request: web.Request) -> web.Response:
    """Everybody with role and skills; invitations."""
    at_least(request, Role.ADMIN)
    return page(
        request,
        "people.html",
        people=await services(request).users.all(),
        present=await services(request).presence.here(),
        limit=services(request).limit,
        intents=list(Intent),
        roles=list(Role),
    )


async def own(request: web.Request) -> web.Response:
    """One's own password and second factor."""
    user = await services(request).users.get(who(request).name)
    return page(
        request,
        "own.html",
        has_code=bool(user and user.totp),
        code_wanted=services(request).second_factor,
    )


async def start(request: web.Request) -> web.Response:
    """The first steps of an empty installation."""
    given: dict[str, Any] = {
        "cards": services(request).accounts,
        "alone": len(await services(request).users.all()) < 2,
        "may_try": services(request).try_account is not None and who(request).role is Role.ADMIN,
        "examples": EXAMPLES,
        "may_invite": who(request).role is Role.ADMIN,
    }
    return page(request, "start.html", **given)


async def invited(request: web.Request) -> web.Response:
    """Where an invitation leads: choose a password."""
    found = await services(request).users.invited(request.match_info["secret"])
    name = found[0] if found else ""
    status = 200 if found else 404
    return page(request, "invited.html", status=status, name=name, too_short=False)


async def accept(request: web.Request) -> web.Response:
    """Take an invitation: from now on there is such a user, and they are logged in."""
    only_from_here(request)
    secret = request.match_info["secret"]
    password = str((await request.post()).get("password", ""))
    found = await services(request).users.invited(secret)
    if found is None or len(password) < SHORTEST_PASSWORD:
        name = found[0] if found else ""
        return page(
            request, "invited.html", status=400 if found else 404, name=name, too_short=bool(found)
        )
    user = await services(request).users.accept(secret, hash_password(password))
    response = web.Response(status=303, headers={"Location": "/"})
    if user is not None:
        set_cookie(request, response, (await open_door(request, user)).cookie)
    return response
