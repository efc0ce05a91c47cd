"""The views of the console: which conversations each shows, in which order."""

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from responder.console.auth import who
from responder.console.services import services
from responder.domain.model import AccountId, State
from responder.domain.states import CLOSED, OWED
from responder.errors import Conflict
from responder.store.conversations import Conversation, Listing, Place, listing

Keep = Callable[[Conversation], bool]

NAMES = ("open", "mine", "unassigned", "at_risk", "approved", "uncertain", "answered", "all")
FILTERS = ("account", "marketplace", "assignee", "intent", "language", "tag", "q")
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which conversations, and which of them come first."""

    states: frozenset[State]
    keep: Keep = lambda _: True
    latest_first: bool = False


def view_named(name: str, agent: str) -> View:
    match name:
        case "mine":
            return View(states=OWED, keep=lambda one: agent in {one.assignee, one.holder})
        case "unassigned":
            return View(states=OWED, keep=lambda one: not one.assignee and not one.holder)
        case "at_risk":
            return View(states=OWED, keep=lambda one: one.risk != "none")
        case "approved":
            return View(states=frozenset({State.APPROVED}))
        case "uncertain":
            return View(states=frozenset({State.UNCERTAIN}))
        case "answered":
            return View(states=CLOSED, latest_first=True)
        case _:
            return View(states=OWED)


async def page(request: web.Request) -> Listing:
    """The page that a request's query asks for. ``Conflict`` "invalid" for a bad query."""
    query = request.query
    name = query.get("view", "open")
    if name not in NAMES:
        raise Conflict("invalid", f"there is no view {name!r}", allowed=", ".join(NAMES))
    limit = _limit(query.get("limit"))
    keep = _filter(dict(query))
    behind = _place(query.get("cursor"))
    view = view_named(name, who(request).name)
    found = await _list(request, view, keep, limit, behind)
    if name != "all" or found.next is not None or len(found.items) >= limit:
        return found
    # Everything: first what is owed an answer, then what is closed.
    closed = await _list(request, view_named("answered", ""), keep, limit - len(found.items), None)
    return Listing(items=[*found.items, *closed.items], next=None)


async def _list(
    request: web.Request, view: View, keep: Keep, limit: int, behind: Place | None
) -> Listing:
    account = request.query.get("account")
    return await listing(
        services(request).database,
        view.states,
        limit=limit,
        behind=behind,
        account=AccountId(account) if account else None,
        keep=lambda one: view.keep(one) and keep(one),
        latest_first=view.latest_first,
    )


def _limit(text: str | None) -> int:
    if text is None:
        return 50
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST):
        raise Conflict("invalid", f"limit is a number from 1 to {MOST}")
    return int(text)


def _place(text: str | None) -> Place | None:
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
