"""Puts the console together: routes, middlewares, headers."""

from aiohttp import web

from responder.console import pages
from responder.console.answers import answer, explain
from responder.console.auth import Handler, authenticate
from responder.console.endpoint import PREFIX, Endpoint
from responder.console.endpoints import ENDPOINTS
from responder.console.openapi import describe
from responder.console.services import SERVICES, Services
from responder.errors import Conflict

MOST_BYTES = 1024 * 1024  # of a request

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with "no-referrer" our own forms would say Origin: null
    "Cross-Origin-Opener-Policy": "same-origin",
}


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Headers that keep a buyer's words from ever becoming anything but text."""
    response = await handler(request)
    if not response.prepared:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
    return response


def _only_known(endpoint: Endpoint) -> Handler:
    """Refuse a query that would be passed over: a misspelt filter must not show everything."""

    async def handle(request: web.Request) -> web.StreamResponse:
        for name in request.query:
            if name not in endpoint.query:
                allowed = ", ".join(endpoint.query) or "none here"
                raise Conflict("invalid", f"there is no parameter {name!r}", allowed=allowed)
        return await endpoint.handler(request)

    return handle


def build(services: Services) -> web.Application:
    """The whole web application over ``services``."""
    app = web.Application(middlewares=[guard, explain, authenticate], client_max_size=MOST_BYTES)
    app[SERVICES] = services
    for endpoint in ENDPOINTS:
        app.router.add_route(endpoint.method, endpoint.path, _only_known(endpoint))
    description = describe()

    async def openapi(_: web.Request) -> web.Response:
        return answer(description)

    app.router.add_get(f"{PREFIX}/openapi.json", openapi)
    pages.add_to(app, description)
    return app
