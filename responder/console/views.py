"""The views of the console: which conversations each shows, in which order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from responder.console.auth import who
from responder.console.services import services
from responder.domain.model import AccountId, State
from responder.domain.states import CLOSED, OWED
from responder.errors import Conflict
from responder.store.conversations import Conversation
from responder.store.listing import Listing, Place, count, listing

Keep = Callable[[Conversation], bool]

NAMES = (
    "open",
    "mine",
    "unassigned",
    "at_risk",
    "second_yes",
    "escalated",
    "snoozed",
    "approved",
    "uncertain",
    "answered",
    "all",
)
FILTERS = ("account", "marketplace", "assignee", "intent", "language", "tag", "q")
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which conversations, and which of them come first."""

    states: frozenset[State]
    keep: Keep = lambda _: True
    latest_first: bool = False


WHOLE = {  # views that do not depend on who looks, or when
    "at_risk": View(states=OWED, keep=lambda one: one.risk != "none"),
    "escalated": View(states=OWED, keep=lambda one: bool(one.escalated)),
    "approved": View(states=frozenset({State.APPROVED})),
    "uncertain": View(states=frozenset({State.UNCERTAIN})),
    "answered": View(states=CLOSED, latest_first=True),
}


def view_named(name: str, agent: str, now: datetime) -> View:
    """A view as ``agent`` sees it. What is snoozed shows in "all", and where it is at risk."""

    def awake(one: Conversation) -> bool:
        return not one.is_snoozed(now)

    if name in WHOLE:
        return WHOLE[name]
    match name:
        case "open":
            return View(states=OWED, keep=awake)
        case "mine":
            return View(
                states=OWED, keep=lambda one: agent in {one.assignee, one.holder} and awake(one)
            )
        case "unassigned":
            return View(
                states=OWED,
                keep=lambda one: not one.assignee and not one.holder and awake(one),
            )
        case "second_yes":
            return View(states=frozenset({State.WAITING}), keep=lambda one: one.asked is not None)
        case "snoozed":
            return View(states=OWED, keep=lambda one: not awake(one))
        case _:
            return View(states=OWED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some conversations of a view, and the cursor of the next ones; None at the end."""

    items: list[Conversation]
    next: str | None


CLOSED_FROM = "closed:"  # leads the cursors of the second part of the view "all"


async def page(request: web.Request) -> Page:
    """The page that a request's query asks for. ``Conflict`` "invalid" for a bad query."""
    query = request.query
    name = query.get("view", "open")
    if name not in NAMES:
        raise Conflict("invalid", f"there is no view {name!r}", allowed=", ".join(NAMES))
    limit, cursor = _limit(query.get("limit")), query.get("cursor", "")
    if name == "all":
        return await _everything(request, limit, cursor)
    found = await _list(
        request,
        view_named(name, who(request).name, services(request).clock.now()),
        limit,
        _place(cursor),
    )
    return Page(items=found.items, next=str(found.next) if found.next else None)


async def _everything(request: web.Request, limit: int, cursor: str) -> Page:
    """First what is owed an answer, earliest deadline first, then what is closed, latest first."""
    now = services(request).clock.now()
    owed: list[Conversation] = []
    if not cursor.startswith(CLOSED_FROM):
        found = await _list(request, view_named("everything owed", "", now), limit, _place(cursor))
        if found.next is not None:
            return Page(items=found.items, next=str(found.next))
        owed, cursor = found.items, ""
        if len(owed) == limit:
            return Page(items=owed, next=CLOSED_FROM)
    place = _place(cursor.removeprefix(CLOSED_FROM))
    closed = await _list(request, view_named("answered", "", now), limit - len(owed), place)
    following = f"{CLOSED_FROM}{closed.next}" if closed.next else None
    return Page(items=[*owed, *closed.items], next=following)


async def _list(request: web.Request, view: View, limit: int, behind: Place | None) -> Listing:
    account, keep = request.query.get("account"), _filter(dict(request.query))
    return await listing(
        services(request).database,
        view.states,
        limit=limit,
        behind=behind,
        account=AccountId(account) if account else None,
        keep=lambda one: view.keep(one) and keep(one),
        latest_first=view.latest_first,
    )


def belongs(request: web.Request) -> Keep:
    """Whether a conversation is one of the list that a request's query asks for."""
    name, agent = request.query.get("view", "open"), who(request).name
    view = view_named(name, agent, services(request).clock.now())
    keep, account = _filter(dict(request.query)), request.query.get("account")
    everything = request.query.get("view") == "all"

    def kept(one: Conversation) -> bool:
        shown = everything or (one.state in view.states and view.keep(one))
        return shown and account in {None, "", one.account} and keep(one)

    return kept


async def counts(request: web.Request) -> dict[str, int]:
    """How many conversations each view shows."""
    overview = await services(request).counting.overview()
    return {
        "open": overview.open - overview.snoozed,
        "mine": overview.by_agent[who(request).name],
        "unassigned": overview.by_agent[""],
        "at_risk": overview.at_risk,
        "second_yes": overview.second_yes,
        "escalated": overview.escalated,
        "snoozed": overview.snoozed,
        "approved": overview.by_state[State.APPROVED],
        "uncertain": overview.by_state[State.UNCERTAIN],
        "answered": await count(services(request).database, CLOSED),
    }


def _limit(text: str | None) -> int:
    if text is None:
        return 50
    figures = text.isascii() and text.isdecimal() and len(text) <= len(str(MOST))
    if not (figures and 1 <= int(text) <= MOST):
        raise Conflict("invalid", f"limit is a number from 1 to {MOST}")
    return int(text)


def _place(text: str) -> Place | None:
    try:
        return Place.parse(text) if text else None
    except ValueError:
        raise Conflict("invalid", "that cursor was not given out by this list") from None


def _filter(query: dict[str, str]) -> Keep:
    wanted = {name: value for name, value in query.items() if name in FILTERS and value}
    words = wanted.pop("q", "").casefold()
    tag = wanted.pop("tag", "")

    def keep(one: Conversation) -> bool:
        if any(getattr(one, name) != value for name, value in wanted.items()):
            return False
        if tag and tag not in one.tags:
            return False
        return not words or words in _searched(one)

    return keep


def _searched(one: Conversation) -> str:
    return "\n".join((one.buyer, one.subject, one.preview, *one.order_ids, one.id)).casefold()
