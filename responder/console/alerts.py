"""Alerts that were told and are not over: over the API, and who sees to them."""

from aiohttp import web

from responder.alerts.links import channel_of
from responder.console import shapes
from responder.console.answers import answer
from responder.console.auth import who
from responder.console.services import Services, services
from responder.errors import Unknown
from responder.store.channels import acknowledge, read_told
from responder.store.told import Sent, Told


async def told_alerts(given: Services) -> list[dict[str, object]]:
    """Every message that is not over, at any channel; the latest first."""
    items = []
    for channel in given.tables:
        told, messages = await read_told(given.database, channel)
        for name, sent in messages.items():
            own = [one for one in told.values() if one.message == name]
            items.append((sent.at, name, _item(channel, name, sent, own)))
    return [item for _, _, item in sorted(items, key=lambda row: row[:2], reverse=True)]


async def acknowledged(given: Services, message: str, by: str) -> Sent | None:
    """Note that somebody sees to ``message``; None when it is over, or never was."""
    channel = channel_of(message)
    if channel not in given.tables:
        return None
    return await acknowledge(given.database, channel, message, table=given.tables[channel], by=by)


async def list_alerts(request: web.Request) -> web.Response:
    """Alerts that were told and are not over."""
    return answer({"items": await told_alerts(services(request)), "next": None})


async def acknowledge_alert(request: web.Request) -> web.Response:
    """Somebody sees to it: nobody else is told for want of an answer."""
    message = request.match_info["id"]
    sent = await acknowledged(services(request), message, who(request).name)
    if sent is None:
        raise Unknown(f"there is no open alert {message!r}; it may be over")
    return answer(_heard(message, sent))


def _heard(message: str, sent: Sent) -> dict[str, object]:
    return {
        "id": message,
        "acknowledged_by": sent.heard_by or None,
        "acknowledged_at": shapes.iso(sent.heard_at),
    }


def _item(channel: str, message: str, sent: Sent, told: list[Told]) -> dict[str, object]:
    due = min((one.notice.due_at for one in told if one.notice.due_at), default=None)
    return {
        **_heard(message, sent),
        "channel": channel,
        "title": sent.title,
        "at": shapes.iso(sent.at),
        "alerts": sent.count,
        "open": len(told),
        "escalated": sent.escalated,
        "kinds": sorted({one.notice.kind for one in told}),
        "accounts": sorted({one.notice.account for one in told if one.notice.account}),
        "conversations": sorted({one.notice.conversation or "" for one in told} - {""})[:200],
        "due_at": shapes.iso(due),
    }
