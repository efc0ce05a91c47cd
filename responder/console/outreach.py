"""Messages about orders that nobody asked for: listed, approved, dropped. They answer nobody."""

from aiohttp import web

from responder.console import bodies, shapes
from responder.console.answers import answer, error, read
from responder.console.auth import at_least
from responder.console.services import Services, services
from responder.domain.outreach import Standing
from responder.drafting.outreach_words import broken_rules
from responder.errors import Conflict
from responder.store.outreach import Outreach, outreaches, read_outreach
from responder.store.outreach_decisions import approve, drop, resolve
from responder.store.users import Role

OPEN = (Standing.PROPOSED, Standing.UNCERTAIN, Standing.APPROVED, Standing.SENDING)
BUYER = "buyer"


async def list_outreach(request: web.Request) -> web.Response:
    """Those that are open, or of one standing; those first that came there last."""
    wanted = request.query.get("state", "")
    if wanted and wanted not in set(Standing):
        allowed = ", ".join(Standing)
        raise Conflict("invalid", f"there is no standing {wanted!r}", allowed=allowed)
    states = (Standing(wanted),) if wanted else OPEN
    found = await outreaches(services(request).database, states)
    return answer({"items": [shown(one) for one in found], "next": None})


async def approve_outreach(request: web.Request) -> web.Response:
    """Put it on its way. 422 where its words break a rule."""
    by = at_least(request, Role.AGENT).name
    body = await read(request, bodies.ApproveOutreach)
    given, name = services(request), request.match_info["id"]
    one = await read_outreach(given.database, name)
    text = one.text if body.text is None else body.text
    broken = _broken(given, one, text)
    if broken:
        said = "the words break rules of the marketplace"
        return error(422, "rule_violation", said, rules=list(broken))
    await approve(
        given.database, name, by=by, text=text, version=body.version, at=given.clock.now()
    )
    return answer({"id": name, "state": Standing.APPROVED}, status=202)


async def drop_outreach(request: web.Request) -> web.Response:
    """It is not said, and not proposed again."""
    by = at_least(request, Role.AGENT).name
    body = await read(request, bodies.DropOutreach)
    given, name = services(request), request.match_info["id"]
    await read_outreach(given.database, name)
    await drop(given.database, name, by=by, reason=body.reason, version=body.version)
    return answer({"id": name, "state": Standing.DROPPED})


async def resolve_outreach(request: web.Request) -> web.Response:
    """Somebody has looked: it has arrived, or it is tried again."""
    by = at_least(request, Role.AGENT).name
    body = await read(request, bodies.ResolveOutreach)
    given, name = services(request), request.match_info["id"]
    version = body.version or (await read_outreach(given.database, name)).version
    after = await resolve(
        given.database,
        name,
        by=by,
        was_sent=body.outcome == "sent",
        version=version,
        at=given.clock.now(),
    )
    return answer({"id": name, "state": after})


def shown(one: Outreach) -> dict[str, object]:
    """An item as the API tells it."""
    return {
        "id": one.id,
        "account": one.account,
        "order_id": one.order_id,
        "occasion": one.occasion,
        "channel": one.channel,
        "audience": one.audience,
        "text": one.text,
        "language": one.language,
        "own_words": one.is_free,
        "state": one.state,
        "version": one.version,
        "created_at": shapes.iso(one.created_at),
        "changed_at": shapes.iso(one.changed_at),
        "by": one.by or None,
        "reason": one.reason or None,
    }


def _length(one: Outreach, text: str) -> int:
    return len(text.encode("utf-8", "replace")) if one.in_bytes else len(text)


def _broken(given: Services, one: Outreach, text: str) -> tuple[str, ...]:
    """The rules that ``text`` breaks. ``Conflict`` "invalid" where it is no text for this."""
    if not one.is_free and text != one.text:
        raise Conflict("invalid", "these words are the marketplace's own and cannot be changed")
    if one.is_free and not text.strip():
        raise Conflict("invalid", "there are no words")
    if one.is_free and one.most and (length := _length(one, text)) > one.most:
        unit = "bytes" if one.in_bytes else "characters"
        raise Conflict("invalid", f"it has {length} {unit}, and may have {one.most}")
    if one.audience != BUYER or not one.is_free:
        return ()
    cards = {card.id: card.marketplace for card in given.accounts}
    return broken_rules(
        given.drafting,
        text,
        account=one.account,
        marketplace=cards.get(one.account, ""),
        language=one.language,
        order_id=one.order_id,
    )
