"""The one screen: views, list, thread and reply, facts; whole, or the part that htmx asks for."""

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from responder.console.auth import may_undo_others, who
from responder.console.file_limits import limits
from responder.console.pages.attachments import shown
from responder.console.pages.render import page, render, wants
from responder.console.services import AccountCard, conversation_of, services
from responder.console.views import FILTERS, NAMES, belongs, counts
from responder.console.views import page as page_of
from responder.domain.model import ConversationId, Message
from responder.errors import Conflict
from responder.store import conversations as store
from responder.store.accounts import AccountBook, read_account
from responder.store.conversations import Conversation
from responder.store.events import EventFeed
from responder.store.outbox import outgoing
from responder.store.outreach import count_proposed
from responder.store.threads import messages
from responder.store.users import Role

MOST_ROWS = 200  # that are looked at anew in one request


async def home(request: web.Request) -> web.Response:
    """The screen with the first conversation of the list; or only the list."""
    if not services(request).accounts and who(request).role is Role.ADMIN and not request.query:
        return web.Response(status=303, headers={"Location": "/start"})
    if wants(request, "list"):
        return page(request, "list_and_views.html", **await _views(request) | await _list(request))
    return await _screen(request, None)


async def conversation(request: web.Request) -> web.Response:
    """The screen with this conversation; or only the conversation."""
    one = await store.read(services(request).database, conversation_of(request))
    if wants(request, "desk"):
        return page(request, "conversation.html", **await _conversation(request, one))
    return await _screen(request, one)


async def put_on_desk(request: web.Request, one: Conversation) -> str:
    """A conversation as it is put on the desk."""
    return render(request, "conversation.html", **await _conversation(request, one))


async def rows(request: web.Request) -> web.Response:
    """More rows: the next page, or those of ``ids`` that (still) belong in the view."""
    ids = request.query.get("ids")
    if ids is None:
        return page(request, "rows.html", **await _list(request))
    database, wanted = services(request).database, belongs(request)
    asked = [ConversationId(one) for one in ids.split(",")[:MOST_ROWS]]
    found = [one for one in await store.read_many(database, asked) if wanted(one)]
    return page(request, "rows.html", **_rows(request, found, following=None))


async def views(request: web.Request) -> web.Response:
    """The views and accounts with their counts."""
    return page(request, "views.html", **await _views(request))


async def _screen(request: web.Request, one: Conversation | None) -> web.Response:
    """Everything. Where the events stand is read first, so that none falls between."""
    since = await EventFeed(services(request).database).end()
    listed = await _list(request)
    first = one or next(iter(listed["items"]), None)
    given: dict[str, Any] = {"since": since, "deep": one is not None, "one": None}
    given["colleagues"] = await services(request).users.all()
    if first is not None:
        given |= await _conversation(request, first)
    return page(request, "screen.html", **given | listed | await _views(request))


async def _list(request: web.Request) -> dict[str, Any]:
    found = await page_of(request)
    return _rows(request, found.items, found.next)


def _rows(request: web.Request, items: list[Conversation], following: str | None) -> dict[str, Any]:
    return _here(request) | {"items": items, "following": following}


def _here(request: web.Request) -> dict[str, Any]:
    """What every part needs: where we are, when it is, which accounts there are."""
    view = request.query.get("view", "open")
    if view not in NAMES:
        raise Conflict("invalid", f"there is no view {view!r}")
    return {
        "view": view,
        "filters": {name: request.query.get(name, "") for name in FILTERS},
        "now": services(request).clock.now(),
        "cards": _cards(request),
        "me": who(request),
        "translates": services(request).translator_of,
        "may_approve": who(request).role is not Role.TRAINEE,
        "may_undo_others": may_undo_others(who(request)),
        "may_take_over": may_undo_others(who(request)),
        "guided": services(request).guided,
        "may_override": who(request).role in {Role.SUPERVISOR, Role.ADMIN},
    }


def _cards(request: web.Request) -> Mapping[str, AccountCard]:
    return {card.id: card for card in services(request).accounts}


async def _views(request: web.Request) -> dict[str, Any]:
    database = services(request).database
    cards = services(request).accounts
    books: list[AccountBook] = await asyncio.gather(
        *(read_account(database, card.id) for card in cards)
    )
    overview = await services(request).counting.overview()
    return _here(request) | {
        "counts": await counts(request),
        "open_by_account": overview.by_account(),
        "proactive": await count_proposed(database),
        "books": {book.account: book for book in books},
    }


def _none(_: Message) -> list[int]:
    return []


async def _conversation(request: web.Request, one: Conversation) -> dict[str, Any]:
    database = services(request).database
    return _here(request) | {
        "one": one,
        "messages": await messages(database, one.id),
        "pictures_of": shown if services(request).attached else _none,
        "reply": await outgoing(database, one.id),
        "takes_files": limits(request, one),
        "undo": services(request).undo,
        "template_named": services(request).drafting.template,
        "others": await store.of_the_same_buyer(database, one, limit=10),
        "lookers": [
            name
            for name, seat in (await services(request).presence.here()).items()
            if seat.looking == one.id and name not in {who(request).name, one.holder}
        ],
    }
