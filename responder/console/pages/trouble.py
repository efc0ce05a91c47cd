"""What goes wrong with a page, said on a page."""

from aiohttp import web

from responder.console.auth import Forbidden, Handler
from responder.console.pages.render import page
from responder.errors import Conflict, Unknown


def explained(handler: Handler) -> Handler:
    """Answer a person's browser in words, with a way on."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Unknown:
            return page(request, "trouble.html", status=404, problem="not_found")
        except Conflict as conflict:
            return page(request, "trouble.html", status=409, problem=conflict.code)
        except Forbidden:
            return page(request, "trouble.html", status=403, problem="forbidden")

    return handle
