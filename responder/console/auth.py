"""Who is asking: a bearer token, or a session cookie with a CSRF header on writes."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from hmac import compare_digest

from aiohttp import web

from responder.console import totp
from responder.console.passwords import password_is_right
from responder.console.services import services
from responder.store.away import STORE_AWAY
from responder.store.users import Role, Session, User, Users

COOKIE = "responder_session"
DEVICE = "responder_device"  # proves no more than that somebody has come in by this browser
CSRF_HEADER = "X-CSRF-Token"
SAFE = {"GET", "HEAD", "OPTIONS"}
PUBLIC = {
    "/healthz",
    "/readyz",
    "/metrics",  # or for tokens: see ``service.metrics``
    "/login",
    "/logout",  # these three check where the form comes from
    "/language",
    "/api/v1/login",
    "/api/v1/openapi.json",
    "/api/docs",
}
ENROLLING = {"/me", "/api/v1/me", "/api/v1/me/code", "/api/v1/me/code/confirm", "/api/v1/logout"}

# Nothing to hide; an alert's own link, which is signed; an invitation, which is secret.
OPEN = ("/static/", "/a/", "/invite/")

WHO = web.RequestKey("who", Session)


class Unauthenticated(Exception):
    """Nobody we know is asking."""


class Unenrolled(Exception):
    """The house wants a second factor, and this person has not set one up yet."""


class Forbidden(Exception):
    """We know who is asking, and they may not."""


def new_secret() -> str:
    """A token that cannot be guessed: 256 bits."""
    return secrets.token_urlsafe(32)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def authenticate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let nobody in whom we do not know; ``Unauthenticated`` otherwise."""
    if request.path in PUBLIC or request.path.startswith(OPEN):
        return await handler(request)
    session = await _who(request)
    if session is None:
        raise Unauthenticated
    request[WHO] = session
    wanted = services(request).second_factor and session.csrf and not session.second_factor
    if wanted and request.path not in ENROLLING:
        raise Unenrolled
    return await handler(request)


async def _who(request: web.Request) -> Session | None:
    users = services(request).users
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return await users.token(token.strip())
    cookie = request.cookies.get(COOKIE)
    session = await users.session(cookie) if cookie else None
    if session is not None and request.method not in SAFE:
        told = request.headers.get(CSRF_HEADER, "")
        if not compare_digest(told.encode("utf-8", "surrogatepass"), session.csrf.encode()):
            raise Forbidden("the CSRF token is missing or wrong; reload the page")
    return session


async def only_for_tokens(request: web.Request) -> None:
    """Refuse whoever shows no API token, and is no supervisor either."""
    session = await _who(request)
    if session is None:
        raise Unauthenticated
    if session.csrf and not is_at_least(session, Role.SUPERVISOR):
        raise Forbidden("this is for API tokens and supervisors")


async def may_still(request: web.Request) -> bool:
    """Whether what a request came in with opens the door now; as before while the store is away."""
    try:
        return await _who(request) is not None
    except STORE_AWAY:
        return True


def who(request: web.Request) -> Session:
    return request[WHO]


_RANK = {Role.TRAINEE: 0, Role.AGENT: 1, Role.SUPERVISOR: 2, Role.ADMIN: 3}


def is_at_least(session: Session, role: Role) -> bool:
    """Whether somebody's role is ``role`` or higher."""
    return _RANK[session.role] >= _RANK[role]


def at_least(request: web.Request, role: Role) -> Session:
    """Who is asking, if their role is ``role`` or higher; ``Forbidden`` otherwise."""
    session = who(request)
    if not is_at_least(session, role):
        raise Forbidden(f"this needs the role {role}; {session.name} is {session.role}")
    return session


@dataclass(frozen=True, slots=True)
class LoggedIn:
    cookie: str
    session: Session
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What somebody at the door says. ``pending`` proves a password that was right before."""

    name: str
    password: str = ""
    code: str = ""
    pending: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Not let in: to try again after ``wait``, or to tell the code that goes with ``pending``."""

    wait: timedelta = timedelta()
    pending: str = ""


def may_undo_others(session: Session) -> bool:
    """Whether somebody may take back a reply that a colleague approved."""
    return is_at_least(session, Role.SUPERVISOR)


async def log_in(request: web.Request, attempt: Attempt) -> LoggedIn | Refused:
    """Open a session for whoever knows the password, and the code where there is one."""
    users = services(request).users
    user = await users.get(attempt.name)
    device = request.cookies.get(DEVICE, "")
    tried = await users.tries.take(attempt.name, known=user is not None, device=device)
    if not (tried.allowed and await _proves(users, user, attempt)) or user is None:
        return Refused(wait=tried.wait)
    if user.totp and not attempt.code:
        await users.tries.give_back(tried)
        return Refused(pending=await _pending(users, user))
    if user.totp and not await _code_is_right(request, user, attempt.code):
        return Refused(wait=tried.wait, pending=await _pending(users, user))
    if not await users.tries.is_of(device, user.name):
        device = new_secret()
    await users.tries.worked(tried, user.name, device)
    return replace(await open_door(request, user), device=device)


async def _proves(users: Users, user: User | None, attempt: Attempt) -> bool:
    """Whether it is ``user``; a wrong name takes as long as a wrong password."""
    if attempt.pending:
        return user is not None and await users.was_asked(attempt.pending, user)
    return await password_is_right(user, attempt.password)


async def _pending(users: Users, user: User) -> str:
    secret = new_secret()
    await users.ask_code(secret, user)
    return secret


async def _code_is_right(request: web.Request, user: User, typed: str) -> bool:
    step = totp.matching_step(user.totp, typed, services(request).clock.now())
    return step is not None and await services(request).users.use_code(user.name, step)


async def open_door(request: web.Request, user: User) -> LoggedIn:
    """A session for ``user``, who has shown to be that."""
    cookie = new_secret()
    session = Session(name=user.name, role=user.role, csrf=new_secret())
    lasts = services(request).session_for
    await services(request).users.open_session(cookie, session, lasts, password=user.password)
    return LoggedIn(cookie, session)
