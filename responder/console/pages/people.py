"""Pages about people: who works here, one's own login, an invitation, and the first steps."""

from typing import Any

from aiohttp import web

from responder.console.auth import at_least, open_door, who
from responder.console.pages.entrance import form_of, only_from_here
from responder.console.pages.render import page
from responder.console.passwords import SHORTEST_PASSWORD, hashed
from responder.console.people import version_of
from responder.console.service import set_cookies
from responder.console.services import services
from responder.domain.model import Intent
from responder.store.users import Role


async def people(request: web.Request) -> web.Response:
    """Everybody with role and skills; invitations."""
    at_least(request, Role.ADMIN)
    return page(
        request,
        "people.html",
        people=await services(request).users.all(),
        version_of=version_of,
        present=await services(request).presence.here(),
        limit=services(request).limit,
        intents=list(Intent),
        roles=list(Role),
    )


async def own(request: web.Request) -> web.Response:
    """One's own password and second factor."""
    user = await services(request).users.get(who(request).name)
    return page(
        request,
        "own.html",
        has_code=bool(user and user.totp),
        code_wanted=services(request).second_factor,
    )


async def start(request: web.Request) -> web.Response:
    """The first steps of an empty installation."""
    given: dict[str, Any] = {
        "cards": services(request).accounts,
        "alone": len(await services(request).users.all()) < 2,
        "may_try": services(request).try_account is not None and who(request).role is Role.ADMIN,
        "examples": services(request).examples,
        "may_invite": who(request).role is Role.ADMIN,
    }
    return page(request, "start.html", **given)


async def invited(request: web.Request) -> web.Response:
    """Where an invitation leads: choose a password."""
    found = await services(request).users.invited(request.match_info["secret"])
    name = found[0] if found else ""
    status = 200 if found else 404
    return page(request, "invited.html", status=status, name=name, too_short=False)


async def accept(request: web.Request) -> web.Response:
    """Take an invitation: from now on there is such a user, and they are logged in."""
    only_from_here(request)
    secret = request.match_info["secret"]
    password = (await form_of(request)).get("password", "")
    found = await services(request).users.invited(secret)
    if found is None or len(password) < SHORTEST_PASSWORD:
        name = found[0] if found else ""
        return page(
            request, "invited.html", status=400 if found else 404, name=name, too_short=bool(found)
        )
    user = await services(request).users.accept(secret, await hashed(password))
    response = web.Response(status=303, headers={"Location": "/"})
    if user is not None:
        set_cookies(request, response, await open_door(request, user))
    return response
