"""Who works here: roles, skills, invitations; and one's own password and second factor."""

from collections.abc import Callable
from dataclasses import asdict, replace

from aiohttp import web

from responder.console import bodies, shapes, totp
from responder.console.answers import answer, read
from responder.console.auth import DEVICE, Forbidden, at_least, new_secret, who
from responder.console.passwords import hashed, password_is_right
from responder.console.qr import drawing
from responder.console.services import services
from responder.domain.names import trouble_with
from responder.domain.routing import Skills
from responder.errors import Conflict, Unknown
from responder.store.codec import digest, dump
from responder.store.users import INVITED_FOR, Role, User

OK = {"ok": True}


async def list_people(request: web.Request) -> web.Response:
    """Everybody, with what they are given and whether they are here."""
    at_least(request, Role.SUPERVISOR)
    here = await services(request).presence.here()
    load = (await services(request).counting.overview()).by_agent
    items = [
        {
            "name": user.name,
            "role": user.role,
            "version": version_of(user),
            "second_factor": bool(user.totp),
            "accounts": list(user.skills.accounts),
            "languages": list(user.skills.languages),
            "intents": list(user.skills.intents),
            "limit": user.skills.limit or services(request).limit,
            "open": load[user.name],
            "here": user.name in here,
            "looking": here[user.name].looking if user.name in here else None,
        }
        for user in await services(request).users.all()
    ]
    return answer({"items": items, "next": None})


async def change_person(request: web.Request) -> web.Response:
    """Another role, other skills. An admin does not take the own role away.

    ``Conflict`` where somebody has changed them since they were shown.
    """
    admin = at_least(request, Role.ADMIN)
    body = await read(request, bodies.Skilled)
    if body.name == admin.name and Role(body.role) is not Role.ADMIN:
        raise Conflict("own_role", "another admin changes your role: somebody must stay admin")
    skills = Skills(
        accounts=body.accounts, languages=body.languages, intents=body.intents, limit=body.limit
    )

    def changed(now: User) -> User:
        if body.version and body.version != version_of(now):
            raise Conflict("changed", f"somebody changed {now.name} meanwhile; look again")
        return replace(now, role=Role(body.role), skills=skills)

    user = await _change(request, body.name, changed)
    return answer(OK | {"version": version_of(user)})


def version_of(user: User) -> str:
    """Another one after each change of what ``change_person`` changes."""
    return digest(dump([user.role, user.skills]))[:16]


async def remove_person(request: web.Request) -> web.Response:
    """Take somebody out; their sessions and tokens end at once."""
    admin = at_least(request, Role.ADMIN)
    name = (await read(request, bodies.Person)).name
    if name == admin.name:
        raise Conflict("own_role", "another admin takes you out: somebody must stay admin")
    if not await services(request).users.remove(name):
        raise Unknown(f"there is no user {name!r}")
    return answer(OK)


async def reset_code(request: web.Request) -> web.Response:
    """Take the second factor off somebody who lost it."""
    at_least(request, Role.ADMIN)
    name = (await read(request, bodies.Person)).name
    await _change(request, name, lambda user: replace(user, totp=""))
    return answer(OK)


async def invite(request: web.Request) -> web.Response:
    """A link that makes a user, once, within a week. Who is known may be invited anew."""
    admin = at_least(request, Role.ADMIN)
    body = await read(request, bodies.Invite)
    known = await services(request).users.get(body.name)
    if known is None and (trouble := trouble_with(body.name)):
        raise Conflict("invalid", trouble, name=body.name)
    secret = new_secret()
    person = admin.name if admin.csrf else ""  # a token has no place in the books of people
    await services(request).users.invite(secret, body.name, Role(body.role), by=person)
    until = services(request).clock.now() + INVITED_FOR
    return answer({"path": f"/invite/{secret}", "expires_at": shapes.iso(until)}, status=201)


async def change_password(request: web.Request) -> web.Response:
    """One's own; every session of before ends, this one too."""
    body = await read(request, bodies.NewPassword)
    user = await _own(request)
    await _proven(request, user, body.old)
    password = await hashed(body.new)
    await _change(request, user.name, lambda now: replace(_same(now, user), password=password))
    return answer(OK)


async def offer_code(request: web.Request) -> web.Response:
    """A secret for an app, also as a drawing; nothing is changed until a code of it is told."""
    secret = totp.new_secret()
    address = totp.address(secret, who(request).name)
    return answer({"secret": secret, "address": address, "drawing": asdict(drawing(address))})


async def confirm_code(request: web.Request) -> web.Response:
    """From now on a code of ``secret`` is asked for at the door."""
    body = await read(request, bodies.NewCode)
    user = await _own(request)
    if user.totp:
        raise Conflict("has_code", "there is a second factor already; take it off first")
    try:
        step = totp.matching_step(body.secret, body.code, services(request).clock.now())
    except ValueError:  # not a secret of ours
        step = None
    if step is None or not await services(request).users.use_code(user.name, step):
        raise Conflict("wrong_code", "that is not the code of now; look at the app again")
    await _change(request, user.name, lambda now: replace(_same(now, user), totp=body.secret))
    return answer(OK)


async def drop_code(request: web.Request) -> web.Response:
    """Take one's own second factor off; the password is asked for again."""
    body = await read(request, bodies.OldCode)
    user = await _own(request)
    await _proven(request, user, body.password)
    await _change(request, user.name, lambda now: replace(_same(now, user), totp=""))
    return answer(OK)


async def _own(request: web.Request) -> User:
    """Who is asking, in person: a token changes no password."""
    if not who(request).csrf:
        raise Forbidden("only a person who is logged in does this, not a token")
    return await _user(request, who(request).name)


async def _user(request: web.Request, name: str) -> User:
    return _known(await services(request).users.get(name), name)


async def _change(request: web.Request, name: str, how: Callable[[User], User]) -> User:
    """Change somebody as they are now: who was taken out meanwhile does not come back by it."""
    return _known(await services(request).users.change(name, how), name)


def _known(user: User | None, name: str) -> User:
    if user is None:
        raise Unknown(f"there is no user {name!r}")
    return user


def _same(now: User, before: User) -> User:
    """``Conflict`` where the password is not the one any more that was just proven."""
    if now.password != before.password:
        raise Conflict("wrong_password", "your password was changed meanwhile")
    return now


async def _proven(request: web.Request, user: User, password: str) -> None:
    """``Conflict`` where the password is wrong, or was wrong too often."""
    users = services(request).users
    tried = await users.tries.take(user.name, device=request.cookies.get(DEVICE, ""))
    if not tried.allowed:
        raise Conflict("wait", "wrong too often; wait a little")
    if not await password_is_right(user, password):
        raise Conflict("wrong_password", "that is not your password")
    await users.tries.give_back(tried)
