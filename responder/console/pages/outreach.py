"""The page of messages about orders that nobody asked for."""

from aiohttp import web

from responder.console.auth import who
from responder.console.outreach import OPEN
from responder.console.pages.render import page
from responder.console.services import services
from responder.domain.outreach import SETTLED
from responder.store.outreach import outreaches

LATEST = 50  # of what is settled


async def board(request: web.Request) -> web.Response:
    """What waits for approval or a decision, and what became of the others lately."""
    database = services(request).database
    return page(
        request,
        "outreach.html",
        open=await outreaches(database, OPEN),
        settled=await outreaches(database, SETTLED, LATEST),
        me=who(request),
    )
