"""What goes wrong with a page, said on a page."""

from aiohttp import web

from responder.console.auth import SAFE, Forbidden, Handler
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


@web.middleware
async def unknown_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say on a page that there is none at an address that a person has opened."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        if not _is_for_a_person(request):
            raise
        return page(request, "trouble.html", status=404, problem="no_page")


def _is_for_a_person(request: web.Request) -> bool:
    accepts = "text/html" in request.headers.get("Accept", "")
    return accepts and request.method in SAFE and not request.path.startswith("/api/")
