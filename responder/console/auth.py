"""Who is asking: a bearer token, or a session cookie with a CSRF header on writes."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from hmac import compare_digest

from aiohttp import web
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from responder.console.services import services
from responder.store.users import Role, Session, Users

COOKIE = "responder_session"
CSRF_HEADER = "X-CSRF-Token"
SAFE = {"GET", "HEAD", "OPTIONS"}
FAILURES_ALLOWED = 8  # within 15 minutes
PUBLIC = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/login",
    "/logout",  # these three check where the form comes from
    "/language",
    "/api/v1/login",
    "/api/v1/openapi.json",
    "/api/docs",
}

SIGNED = ("/static/", "/a/")  # nothing to hide; an alert's own link, which is signed

WHO = web.RequestKey("who", Session)
_HASHER = PasswordHasher()


class Unauthenticated(Exception):
    """Nobody we know is asking."""


class Forbidden(Exception):
    """We know who is asking, and they may not."""


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def new_secret() -> str:
    """A token that cannot be guessed: 256 bits."""
    return secrets.token_urlsafe(32)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def authenticate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let nobody in whom we do not know; ``Unauthenticated`` otherwise."""
    if request.path in PUBLIC or request.path.startswith(SIGNED):
        return await handler(request)
    session = await _who(request)
    if session is None:
        raise Unauthenticated
    request[WHO] = session
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
        if not compare_digest(told.encode(), session.csrf.encode()):
            raise Forbidden("the CSRF token is missing or wrong; reload the page")
    return session


def who(request: web.Request) -> Session:
    return request[WHO]


_RANK = {Role.TRAINEE: 0, Role.AGENT: 1, Role.SUPERVISOR: 2, Role.ADMIN: 3}


def at_least(request: web.Request, role: Role) -> Session:
    """Who is asking, if their role is ``role`` or higher; ``Forbidden`` otherwise."""
    session = who(request)
    if _RANK[session.role] < _RANK[role]:
        raise Forbidden(f"this needs the role {role}; {session.name} is {session.role}")
    return session


@dataclass(frozen=True, slots=True)
class LoggedIn:
    cookie: str
    session: Session


def may_undo_others(session: Session) -> bool:
    """Whether somebody may take back a reply that a colleague approved."""
    return _RANK[session.role] >= _RANK[Role.SUPERVISOR]


async def log_in(request: web.Request, name: str, password: str) -> LoggedIn | None:
    """Open a session; None for a wrong name or password, or after too many of them."""
    users: Users = services(request).users
    if await users.failed_logins(name) >= FAILURES_ALLOWED:
        return None
    user = await users.get(name)
    known = user.password if user and user.password else await asyncio.to_thread(_nobody)
    right = await asyncio.to_thread(_verify, known, password)
    if not right or user is None or not user.password:
        await users.login_failed(name)
        return None
    await users.login_worked(name)
    cookie = new_secret()
    session = Session(name=user.name, role=user.role, csrf=new_secret())
    await users.open_session(cookie, session, services(request).session_for)
    return LoggedIn(cookie, session)


@cache
def _nobody() -> str:
    """A hash that no password fits, so that an unknown name takes as long as a known one."""
    return _HASHER.hash(new_secret())


def _verify(known: str, password: str) -> bool:
    try:
        return _HASHER.verify(known, password)
    except Argon2Error:
        return False
