"""Coming in, going out, choosing a language: plain forms that work without a script."""

from urllib.parse import urlsplit

from aiohttp import web

from responder.console.auth import COOKIE as SESSION
from responder.console.auth import Attempt, Forbidden, Refused, log_in
from responder.console.pages import language
from responder.console.pages.render import page
from responder.console.service import set_cookies
from responder.console.services import services

YEAR = 365 * 24 * 60 * 60


async def ask(request: web.Request) -> web.Response:
    to = _local(request.query.get("to"))
    nobody = not await services(request).users.all()
    return _door(request, Refused(), to=to, nobody=nobody)


async def enter(request: web.Request) -> web.Response:
    """Open a session, ask for the code, or say what is wrong and how long to wait."""
    only_from_here(request)
    form = await form_of(request)
    attempt = Attempt(
        name=form.get("name", ""),
        password=form.get("password", ""),
        code=form.get("code", ""),
        pending=form.get("pending", ""),
    )
    to = _local(form.get("to"))
    opened = await log_in(request, attempt)
    if isinstance(opened, Refused):
        wrong = bool(attempt.code) or not opened.pending
        return _door(request, opened, to=to, name=attempt.name, wrong=wrong)
    response = _go(to)
    set_cookies(request, response, opened)
    return response


def _door(
    request: web.Request,
    refused: Refused,
    *,
    to: str,
    name: str = "",
    wrong: bool = False,
    nobody: bool = False,
) -> web.Response:
    return page(
        request,
        "login.html",
        status=401 if wrong else 200,
        wrong=wrong,
        wait=int(refused.wait.total_seconds()),
        pending=refused.pending,
        name=name,
        to=to,
        nobody=nobody,
    )


async def leave(request: web.Request) -> web.Response:
    only_from_here(request)
    cookie = request.cookies.get(SESSION)
    if cookie:
        await services(request).users.close_session(cookie)
    response = _go("/login")
    response.del_cookie(SESSION)
    return response


async def speak(request: web.Request) -> web.Response:
    """Remember the language for a year."""
    only_from_here(request)
    form = await form_of(request)
    response = _go(_local(form.get("to")))
    chosen = form.get("language", "")
    if chosen in language.LANGUAGES:
        response.set_cookie(language.COOKIE, chosen, max_age=YEAR, httponly=True, samesite="Lax")
    return response


def only_from_here(request: web.Request) -> None:
    """``Forbidden`` for a form that another site has sent.

    These forms are sent before there is a session, so there is no CSRF token to
    ask for; every current browser says where a form comes from.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    from_here = site in {"same-origin", "none"} if site else True
    if not from_here or (not site and origin and _host(origin) != request.host):
        raise Forbidden("this form was sent by another site")


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


async def form_of(request: web.Request) -> dict[str, str]:
    """What a form says. ``HTTPBadRequest`` for a body that no browser sends."""
    try:
        return {name: str(value) for name, value in (await request.post()).items()}
    except (ValueError, LookupError, RuntimeError) as error:
        raise web.HTTPBadRequest from error


def _local(to: str | None) -> str:
    """``to`` if it is a page of ours, else the first page."""
    if not to or not to.startswith("/") or to.startswith(("//", "/\\")) or not to.isprintable():
        return "/"
    return to


def _go(to: str) -> web.Response:
    return web.Response(status=303, headers={"Location": to})
