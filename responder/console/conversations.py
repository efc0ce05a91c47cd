"""``/api/v1/conversations``: reading, and what agents do."""

from collections.abc import Iterable
from datetime import timedelta

from aiohttp import web

from responder.console import bodies, second_yes, shapes
from responder.console.answers import answer, read
from responder.console.auth import at_least, may_undo_others, who
from responder.console.file_limits import chosen as chosen_files
from responder.console.file_limits import limits
from responder.console.services import conversation_of, services
from responder.console.teaching import teaching
from responder.console.views import page
from responder.domain.model import Finding, ReplyId, Severity, Token
from responder.errors import Conflict
from responder.store import conversations as store
from responder.store import remarks
from responder.store.conversations import Conversation
from responder.store.outbox import outgoing
from responder.store.second_yes import Request as Wanted
from responder.store.threads import messages as read_messages
from responder.store.users import Role

OK = {"ok": True}
LONGEST_SNOOZE = timedelta(days=366)


async def list_conversations(request: web.Request) -> web.Response:
    found = await page(request)
    return answer({"items": [shapes.item(one) for one in found.items], "next": found.next})


async def get_conversation(request: web.Request) -> web.Response:
    database = services(request).database
    one = await store.read(database, conversation_of(request))
    messages = await read_messages(database, one.id)
    reply = await outgoing(database, one.id)
    others = await store.of_the_same_buyer(database, one)
    shown = shapes.whole(one, messages, reply, others)
    return answer(shown | {"takes_files": shapes.file_limits(limits(request, one))})


async def claim(request: web.Request) -> web.Response:
    agent = at_least(request, Role.TRAINEE).name
    lease = await services(request).desk.claim(conversation_of(request), agent)
    return answer({"token": lease.token, "expires_at": shapes.iso(lease.expires_at)})


async def heartbeat(request: web.Request) -> web.Response:
    body = await read(request, bodies.TokenOnly)
    lease = await services(request).desk.renew(
        conversation_of(request), who(request).name, Token(body.token)
    )
    return answer({"token": lease.token, "expires_at": shapes.iso(lease.expires_at)})


async def release(request: web.Request) -> web.Response:
    body = await read(request, bodies.TokenOnly)
    await services(request).desk.release(conversation_of(request), Token(body.token))
    return answer(OK)


async def approve(request: web.Request) -> web.Response:
    """Approve the draft, or an edited text, of exactly the version that was looked at.

    What the agent may not decide alone waits for a second person's yes. Where a colleague has
    prepared a reply, ``instead_of`` must name it: 409 ``stale_ask`` otherwise.
    """
    return await approve_as(request, await read(request, bodies.Approve))


async def approve_as(request: web.Request, body: bodies.Approve) -> web.Response:
    """What ``approve`` does, for a body that was read already."""
    agent = at_least(request, Role.TRAINEE)
    database = services(request).database
    one = await store.read(database, conversation_of(request))
    _read_what_was_prepared(one, agent.name, body.instead_of)
    text = body.text if body.text is not None else _draft_text(one, body)
    if not text.strip():
        raise Conflict("empty_text", "there is no text to approve; write one")
    found = await second_yes.findings(request, one, text)
    refused = second_yes.refusal(request, found, body.override)
    if refused is not None:
        return refused
    chosen = chosen_files(one, body.files, limits(request, one))
    step = second_yes.step_made(one, text)
    why = second_yes.why_needed(agent, one, found, step)
    if why:
        wanted = Wanted(
            text=text,
            by=agent.name,
            why=why,
            version=body.draft_version,
            newest=_newest_read(one, body),
            step=step,
            files=chosen,
        )
        return await second_yes.ask(request, one, Token(body.token), wanted)
    reply = await services(request).desk.approve(
        one.id,
        agent.name,
        Token(body.token),
        version=body.draft_version,
        text=text,
        override=_override(found, body.override),
        newest=body.newest,
        teaching=await teaching(database, one, text, body.intent),
        step=step,
        seen_ask=one.asked_id,
        files=[each.id for each in chosen],
    )
    if not one.assignee:  # who answers first keeps the buyer
        await remarks.assign_if_free(services(request).database, one.id, agent.name, by=agent.name)
    undo = services(request).clock.now() + services(request).undo
    return answer({"reply_id": reply, "undo_until": shapes.iso(undo)}, status=202)


def _read_what_was_prepared(one: Conversation, agent: str, instead_of: str) -> None:
    """``Conflict`` where a colleague has prepared a reply that ``agent`` has not seen."""
    if one.asked is None or agent == one.asked.by or instead_of == one.asked.id:
        return
    raise Conflict(
        "stale_ask",
        "a colleague has prepared a reply: agree to it, or name it as `instead_of` to pass it over",
        id=one.asked.id,
        by=one.asked.by,
    )


def _override(found: Iterable[Finding], reason: str | None) -> str:
    """Why a rule is let be broken; "" where none is."""
    broken = {one.rule for one in found if one.severity is Severity.BLOCK}
    return "" if not broken else reason or ", ".join(sorted(broken))


def _newest_read(one: Conversation, body: bodies.Approve) -> int:
    """Seq of the newest message that was read: as told, else what the draft has seen."""
    if body.newest is not None:
        return body.newest
    if one.draft is None:
        raise Conflict("stale_draft", "the draft has changed; look at the conversation again")
    return one.draft.answers


def _draft_text(one: Conversation, body: bodies.Approve) -> str:
    """The draft's own words.

    A store that has lost its last second numbers another draft alike: when it was made tells them
    apart.
    """
    version = body.draft_version
    if one.draft is not None and body.draft_made_at not in {None, one.draft.made_at}:
        raise Conflict("stale_draft", "the draft has changed; look at the conversation again")
    if one.draft is None or one.draft.version != version:
        # The store says more exactly what has changed; without a text there is nothing to send.
        newer = one.draft is None and one.draft_version == version
        code = "newer_message" if newer else "stale_draft"
        raise Conflict(code, "the draft has changed; look at the conversation again")
    return one.draft.proposal.text


async def check_text(request: web.Request) -> web.Response:
    """Findings for a text while it is being typed."""
    body = await read(request, bodies.Check)
    one = await store.read(services(request).database, conversation_of(request))
    found = await second_yes.findings(request, one, body.text)
    return answer({"findings": [shapes.finding(each) for each in found]})


async def undo(request: web.Request) -> web.Response:
    """Take an approval back while the undo window holds it: one's own, or as a supervisor any."""
    agent = at_least(request, Role.AGENT)
    body = await read(request, bodies.Undo)
    await services(request).desk.withdraw(
        conversation_of(request),
        agent.name,
        of_anybody=may_undo_others(agent),
        reply=ReplyId(body.reply_id),
    )
    return answer(OK)


async def reject(request: web.Request) -> web.Response:
    """Throw the draft away; a person writes."""
    body = await read(request, bodies.Reject)
    await services(request).desk.reject(
        conversation_of(request),
        who(request).name,
        version=body.draft_version,
        again=False,
        why=body.reason,
    )
    return answer(OK)


async def redraft(request: web.Request) -> web.Response:
    """Throw the draft away and ask for another."""
    body = await read(request, bodies.Redraft)
    await services(request).desk.reject(
        conversation_of(request), who(request).name, version=None, again=True, why=body.reason
    )
    return answer(OK, status=202)


async def no_reply_needed(request: web.Request) -> web.Response:
    agent = at_least(request, Role.AGENT).name
    body = await read(request, bodies.NoReplyNeeded)
    await services(request).desk.no_reply_needed(
        conversation_of(request), agent, newest=body.newest
    )
    return answer(OK)


async def resolve_uncertain(request: web.Request) -> web.Response:
    agent = at_least(request, Role.AGENT).name
    body = await read(request, bodies.ResolveUncertain)
    await services(request).desk.resolve_uncertain(
        conversation_of(request),
        agent,
        was_sent=body.outcome == "sent",
        reply=ReplyId(body.reply_id),
    )
    return answer(OK)


async def snooze(request: web.Request) -> web.Response:
    """Put a conversation out of sight until a moment; never beyond its deadline."""
    body = await read(request, bodies.Snooze)
    now = services(request).clock.now()
    if body.until and body.until <= now:
        raise Conflict("invalid", "that moment has passed; null ends a snooze")
    if body.until and body.until - now > LONGEST_SNOOZE:  # what has a deadline ends before it
        raise Conflict("invalid", "that is too far away: a year at most")
    one = await store.read(services(request).database, conversation_of(request))
    if body.until and one.due_at and body.until > one.due_at - timedelta(minutes=1):
        raise Conflict(
            "too_late", "that is beyond the deadline", due_at=str(shapes.iso(one.due_at))
        )
    until = str(int(body.until.timestamp() * 1000)) if body.until else ""
    await _annotate(request, "snoozed", {"snoozed_until": until})
    return answer(OK)


async def assign(request: web.Request) -> web.Response:
    body = await read(request, bodies.Assign)
    if body.assignee and await services(request).users.get(body.assignee) is None:
        raise Conflict("invalid", f"there is no user {body.assignee!r}")
    await _annotate(request, "assigned", {"assignee": body.assignee or ""})
    if body.note:
        await remarks.note(
            services(request).database, conversation_of(request), who(request).name, body.note
        )
    return answer(OK)


async def note(request: web.Request) -> web.Response:
    body = await read(request, bodies.Note)
    await remarks.note(
        services(request).database, conversation_of(request), who(request).name, body.text
    )
    return answer(OK, status=201)


async def tags(request: web.Request) -> web.Response:
    """Add and remove tags, set the flag."""
    body = await read(request, bodies.Tags)
    kept = await remarks.tag(
        services(request).database,
        conversation_of(request),
        who(request).name,
        add=body.add,
        remove=body.remove,
        flag=body.flag,
    )
    return answer({"tags": kept})


async def escalate(request: web.Request) -> web.Response:
    """Ask a supervisor to decide."""
    body = await read(request, bodies.Escalate)
    await _annotate(request, "escalated", {"escalated": body.reason or who(request).name})
    return answer(OK)


async def _annotate(request: web.Request, kind: str, fields: dict[str, str]) -> None:
    await remarks.annotate(
        services(request).database, conversation_of(request), who(request).name, kind, fields
    )
