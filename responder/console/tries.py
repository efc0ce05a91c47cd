"""Trying a shop before it is in the configuration."""

from aiohttp import web

from responder.console import bodies
from responder.console.answers import answer, read
from responder.console.auth import at_least
from responder.console.pages.language import catalog, language_of
from responder.console.pages.words_of_drafts import Drafted
from responder.console.services import services
from responder.errors import Conflict
from responder.store.users import Role


async def try_account(request: web.Request) -> web.Response:
    """Whether an ``[[accounts]]`` table is right and its shop answers. Nothing is kept.

    ``said`` is in the language that the request prefers, a line for each thing to do.
    """
    at_least(request, Role.ADMIN)
    body = await read(request, bodies.TryAccount)
    attempt = services(request).try_account
    if attempt is None:
        raise Conflict("invalid", "this process cannot try shops; use `responder check --connect`")
    worked, told = await attempt(body.table)
    language = language_of(request)
    said = Drafted(catalog(language), language).lines(told)
    return answer({"ok": worked, "said": said})
