"""What people were told, and the page behind the link in an alert.

That page needs no login: its address is signed, shows and acknowledges this alert
and no other, and names no buyer. Only a click acknowledges: what opens a link to
show a preview of it does not.
"""

from aiohttp import web

from responder.alerts.links import channel_of
from responder.console.alerts import acknowledged, open_alerts, shape
from responder.console.auth import COOKIE, who
from responder.console.pages.entrance import only_from_here
from responder.console.pages.language import language_of
from responder.console.pages.render import page
from responder.console.services import services

BY_LINK = "link"


async def board(request: web.Request) -> web.Response:
    """Every alert that is not over, with a button each."""
    given = services(request)
    found = await open_alerts(given)
    language, now = language_of(request), given.clock.now()
    return page(
        request,
        "alerts.html",
        items=[shape(one) | {"title": one.title(language, now, given.links)} for one in found],
        tokens={one.message: given.links.token(one.message) for one in found},
        channels=bool(given.tables),
        me=who(request),
    )


async def ask(request: web.Request) -> web.Response:
    """What the alert is about, and the button."""
    return await _show(request)


async def hear(request: web.Request) -> web.Response:
    """Somebody has clicked."""
    only_from_here(request)
    given = services(request)
    message = given.links.message(request.match_info["token"])
    if message is not None:
        cookie = request.cookies.get(COOKIE)
        session = await given.users.session(cookie) if cookie else None
        await acknowledged(given, message, session.name if session else BY_LINK)
        if request.query.get("to") == "alerts":
            return web.Response(status=303, headers={"Location": "/alerts"})
    return await _show(request)


async def _show(request: web.Request) -> web.Response:
    given, token = services(request), request.match_info["token"]
    message = given.links.message(token)
    if message is None:
        return page(request, "alert.html", status=404, state="unknown", sent=None, token="")
    found = await open_alerts(given, [channel_of(message)])
    one = next((one for one in found if one.message == message), None)
    if one is None:
        return page(request, "alert.html", status=410, state="over", sent=None, token="")
    state = "heard" if one.sent.heard_by else "open"
    title = one.title(language_of(request), given.clock.now(), given.links)
    return page(request, "alert.html", state=state, sent=one.sent, title=title, token=token)
