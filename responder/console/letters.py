"""Dead letters over the API: list, replay, drop."""

from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web

from responder.console import bodies
from responder.console.answers import answer, read
from responder.console.auth import at_least
from responder.console.services import services
from responder.errors import Conflict, Unknown
from responder.store.database import Database
from responder.store.dead_letters import KINDS, dead_letters, drop, replay
from responder.store.users import Role

Act = Callable[[Database, str, str], Awaitable[str]]


async def list_letters(request: web.Request) -> web.Response:
    """What could not be handled, the oldest first."""
    kind, account = request.query.get("kind", ""), request.query.get("account", "")
    if kind and kind not in KINDS:
        raise Conflict("invalid", f"there is no kind {kind!r}", allowed=", ".join(KINDS))
    found = await dead_letters(services(request).database, kind=kind, account=account)
    items = [{"id": name, **letter} for name, letter in found.items()]
    return answer({"items": items, "next": None})


async def replay_letters(request: web.Request) -> web.Response:
    """Back into their queues."""
    accounts = {one.id for one in services(request).accounts}
    return await _decide(request, partial(replay, accounts=accounts))


async def drop_letters(request: web.Request) -> web.Response:
    """Seen to: forget them."""

    async def act(database: Database, letter: str, by: str) -> str:
        return "dropped" if await drop(database, letter, by) else "gone"

    return await _decide(request, act)


async def _decide(request: web.Request, act: Act) -> web.Response:
    """One letter, or all of a kind or account; says what became of each."""
    by = at_least(request, Role.SUPERVISOR).name
    body = await read(request, bodies.Letters)
    database = services(request).database
    if body.id:
        outcome = await act(database, body.id, by)
        if outcome == "gone":
            raise Unknown(f"there is no dead letter {body.id!r}")
        return answer({"items": [{"id": body.id, "outcome": outcome}], "next": None})
    if not (body.kind or body.account):
        raise Conflict("invalid", "name an id, a kind or an account")
    names = await dead_letters(database, kind=body.kind or "", account=body.account or "")
    done = [{"id": name, "outcome": await act(database, name, by)} for name in names]
    return answer({"items": done, "next": None})
