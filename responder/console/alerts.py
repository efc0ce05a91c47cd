"""Alerts that were told and are not over: over the API, and who sees to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from responder.alerts.links import Links, channel_of
from responder.alerts.message import Message
from responder.alerts.words import Speaker
from responder.console import shapes
from responder.console.answers import answer
from responder.console.auth import who
from responder.console.services import Services, services
from responder.errors import Unknown
from responder.store.channels import acknowledge, read_told
from responder.store.told import Item, Sent, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A message that is not over, and what of it is still open."""

    channel: str
    message: str
    sent: Sent
    told: Sequence[Told]

    def title(self, language: str, now: datetime, links: Links) -> str:
        """What is still open of it, in a line; as it was told, where nothing is."""
        items = [Item(id=one.notice.id, notice=one.notice, arrived=one.at) for one in self.told]
        about = Message(id=self.message, at=self.sent.at, items=tuple(items))
        return Speaker(language, UTC, links).title(about, now) if items else self.sent.title


async def open_alerts(given: Services, channels: Iterable[str] = ()) -> list[Open]:
    """Every message that is not over, at these channels or at any; the latest first."""
    found = []
    for channel in channels or given.tables:
        told, messages = await read_told(given.database, channel)
        for name, sent in messages.items():
            own = [one for one in told.values() if one.message == name]
            found.append(Open(channel=channel, message=name, sent=sent, told=own))
    return sorted(found, key=lambda one: (one.sent.at, one.message), reverse=True)


async def acknowledged(given: Services, message: str, by: str) -> Sent | None:
    """Note that somebody sees to ``message``; None when it is over, or never was."""
    channel = channel_of(message)
    if channel not in given.tables:
        return None
    return await acknowledge(given.database, channel, message, table=given.tables[channel], by=by)


async def list_alerts(request: web.Request) -> web.Response:
    """Alerts that were told and are not over."""
    found = await open_alerts(services(request))
    return answer({"items": [shape(one) for one in found], "next": None})


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


def shape(one: Open) -> dict[str, object]:
    """As the API tells of it."""
    sent, told = one.sent, one.told
    due = min((each.notice.due_at for each in told if each.notice.due_at), default=None)
    return {
        **_heard(one.message, sent),
        "channel": one.channel,
        "title": sent.title,
        "at": shapes.iso(sent.at),
        "alerts": sent.count,
        "open": len(told),
        "escalated": sent.escalated,
        "kinds": sorted({each.notice.kind for each in told}),
        "accounts": sorted({each.notice.account for each in told if each.notice.account}),
        "conversations": sorted({each.notice.conversation or "" for each in told} - {""})[:200],
        "due_at": shapes.iso(due),
    }
