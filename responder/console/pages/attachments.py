"""A picture that came with a message, from our own address: no request leaves the page."""

from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

from responder.console.pictures import MOST_BYTES, TYPES, safe_type
from responder.console.services import conversation_of, services
from responder.domain.model import Message
from responder.errors import Unknown
from responder.store import conversations as store
from responder.store.threads import messages

HEADERS = {
    "Cache-Control": "private, max-age=3600",
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def shown(message: Message) -> list[int]:
    """Which attachments of a message are asked for as pictures, by their place."""
    return [
        place
        for place, file in enumerate(message.attachments)
        if file.get("content_type") in TYPES and file.get("ref") and _is_bearable(file)
    ]


def _is_bearable(file: Mapping[str, str]) -> bool:
    """Of a picture that lies at an address, nobody says how large it is before it is read."""
    size, is_elsewhere = int(file.get("size") or 0), "//" in file.get("ref", "")
    return 0 < size <= MOST_BYTES or (size == 0 and is_elsewhere)


async def picture(request: web.Request) -> web.Response:
    """The picture; 404 for what is gone, too large, or no picture by its own bytes."""
    given = services(request)
    one = await store.read(given.database, conversation_of(request))
    seq, place = (int(request.match_info[name]) for name in ("seq", "place"))
    thread = await messages(given.database, one.id)
    message = next((each for each in thread if each.seq == seq), None)
    if given.attached is None or message is None or place not in shown(message):
        raise Unknown("there is no such picture")
    data = await given.attached(one.account, message.attachments[place])
    kind = safe_type(data) if data else None
    if data is None or kind is None:
        return web.Response(status=HTTPStatus.NOT_FOUND)
    return web.Response(body=data, content_type=kind, headers=HEADERS)
