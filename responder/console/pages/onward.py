"""Approving on the page: the answer brings the conversation that comes next, ready to be shown."""

import json
from http import HTTPStatus

import structlog
from aiohttp import web

from responder.console import bodies
from responder.console.answers import answer, read
from responder.console.conversations import approve_as
from responder.console.pages.desk import put_on_desk
from responder.console.services import services
from responder.domain.model import ConversationId
from responder.store import conversations as store

log = structlog.get_logger()


async def approve(request: web.Request) -> web.Response:
    """What the API's ``approve`` answers, and ``shown``: the conversation ``then`` as HTML.

    One question instead of three (claim, approve, show): that is what an agent waits for eighty
    times a day. ``shown`` is null where ``then`` names none.
    """
    approved = await approve_as(request, await read(request, bodies.ApproveHere))
    if approved.status != HTTPStatus.ACCEPTED:
        return approved
    try:
        shown = await _shown(request)
    except Exception as error:  # noqa: BLE001 - it is approved, whatever happens to the next one
        log.warning("desk.next_not_shown", error=error.__class__.__name__)
        shown = None
    return answer(json.loads(approved.text or "{}") | {"shown": shown}, status=approved.status)


async def _shown(request: web.Request) -> str | None:
    wanted = [ConversationId(request.query["then"])] if request.query.get("then") else []
    found = await store.read_many(services(request).database, wanted)
    return await put_on_desk(request, found[0]) if found else None
