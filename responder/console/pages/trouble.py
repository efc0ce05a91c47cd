"""What goes wrong with a page, said on a page."""

import structlog
from aiohttp import ClientConnectionResetError, web

from responder.console.auth import SAFE, Forbidden, Handler
from responder.console.pages.render import page
from responder.errors import Conflict, Unknown
from responder.store.away import STORE_AWAY

log = structlog.get_logger()


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


@web.middleware
async def store_is_away(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say on a page that the store does not answer, also to who is not known because of that."""
    try:
        return await handler(request)
    except STORE_AWAY as error:
        if not _wants_a_page(request) or isinstance(error, ClientConnectionResetError):
            raise
        log.warning("page.store_unavailable")
        return page(request, "trouble.html", status=503, problem="store_unavailable")


def _is_for_a_person(request: web.Request) -> bool:
    return request.method in SAFE and _wants_a_page(request)


def _wants_a_page(request: web.Request) -> bool:
    """Whether a browser shows what is answered; scripts ask for anything."""
    accepts = "text/html" in request.headers.get("Accept", "")
    return accepts and not request.path.startswith("/api/")
