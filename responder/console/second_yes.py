"""Replies that somebody may not decide alone: who must agree, and agreeing or not."""

from collections.abc import Sequence

from aiohttp import web

from responder.console import bodies, shapes
from responder.console.answers import answer, error, read
from responder.console.auth import Forbidden, at_least, is_at_least
from responder.console.file_limits import chosen as chosen_files
from responder.console.file_limits import limits
from responder.console.services import conversation_of, services
from responder.domain.ladder import Step
from responder.domain.model import Finding, Intent, Proposal, Severity, Token
from responder.drafting.grounds import CAP_RULE
from responder.drafting.rules import GAP_RULE
from responder.drafting.said import numbers_said, step_in
from responder.drafting.steps import AFTER_SALE, Made
from responder.errors import Conflict
from responder.store import conversations as store
from responder.store import second_yes as asking
from responder.store.conversations import Asked, Conversation
from responder.store.threads import messages
from responder.store.users import Role, Session

TRAINEE, ABOVE_CAP = "trainee", "above_cap"


async def findings(request: web.Request, one: Conversation, text: str) -> tuple[Finding, ...]:
    """What the marketplace's rules and the shop's caps say to ``text`` in this conversation."""
    given = services(request)
    said = numbers_said(await messages(given.database, one.id))
    known = given.drafting.known(
        one.account,
        one.language,
        one.order_facts,
        own=(*one.order_ids, *said),
        byte_limit=given.byte_limit(one.account, one.thread),
    )
    return given.drafting.check(text, one.marketplace, known)


def refusal(
    request: web.Request, found: Sequence[Finding], override: str | None
) -> web.Response | None:
    """Why a text may not be approved; None where it may. ``Forbidden`` for who may not override.

    What is above the cap is no refusal: it needs a supervisor's yes.
    """
    broken = [one for one in found if one.severity is Severity.BLOCK and one.rule != CAP_RULE]
    gaps = [one for one in broken if one.rule == GAP_RULE]
    if not broken or (override is not None and not gaps):
        if broken:
            at_least(request, Role.SUPERVISOR)
        return None
    why = (
        "a place was not filled in; write what is so, or take the sentence out"
        if gaps
        else "the text breaks a rule of the marketplace; change it, or a supervisor overrides it"
    )
    shown = [shapes.finding(one) for one in gaps or broken]
    return error(422, "rule_violation", why, findings=shown)


def why_needed(agent: Session, one: Conversation, found: Sequence[Finding], step: str) -> str:
    """Why ``agent`` may not decide this alone; "" where they may."""
    made, draft = Made.parse(step), one.draft
    if made and draft and made.step == draft.proposal.step and draft.proposal.ladder:
        dear = bool(draft.proposal.ladder.get("needs_supervisor"))
    else:  # words of the agent's own: what they cost is not known here
        dear = bool(made and made.step.place >= Step.REPLACEMENT.place)
    if not is_at_least(agent, Role.SUPERVISOR):
        if dear or any(finding.rule == CAP_RULE for finding in found):
            return ABOVE_CAP
        if agent.role is Role.TRAINEE:
            return TRAINEE
    return ""


def step_made(one: Conversation, text: str) -> str:
    """The step of the ladder that ``text`` makes here; "" where it makes none, or none further."""
    before, draft = Made.parse(one.ladder_step), one.draft
    order = one.order_ids[-1] if one.order_ids else ""
    if before is not None and before.order not in {"", order}:
        before = None
    if draft is not None and _makes_its_offer(draft.proposal, text):
        step = Step(draft.proposal.step) if draft.proposal.step else None
    elif before is not None or one.intent in AFTER_SALE:
        step = step_in(text, before.step if before else None)
    else:
        step = None
    if step is None or (before is not None and step.place < before.step.place):
        return ""
    return str(Made(step=step, intent=before.intent if before else Intent(one.intent), order=order))


def _makes_its_offer(proposal: Proposal, text: str) -> bool:
    """Whether ``text`` is the draft, or still offers the amount that the draft offered."""
    amount = proposal.facts.get("ladder.amount")
    offered = amount.value.partition(" ")[0] if amount and proposal.step else ""
    return text == proposal.text or (offered != "" and offered in text)


async def ask(
    request: web.Request, one: Conversation, token: Token, wanted: asking.Request
) -> web.Response:
    """Lay a reply before a second person."""
    database = services(request).database
    name = await asking.ask(database, one.id, token, wanted, seen_ask=one.asked_id)
    return answer({"reply_id": None, "second_yes": {"id": name, "why": wanted.why}}, status=202)


async def confirm(request: web.Request) -> web.Response:
    """Say yes to what a colleague has prepared: exactly these words are sent.

    No claim is needed: what is agreed to cannot change under one's hand. 409 where a third
    person is answering.
    """
    agent = at_least(request, Role.AGENT)
    body = await read(request, bodies.Confirm)
    given = services(request)
    one = await store.read(given.database, conversation_of(request))
    asked = _asked(one, body.id)
    if asked.by == agent.name:
        raise Forbidden("a second yes is somebody else's: ask a colleague")
    if asked.why == ABOVE_CAP:
        at_least(request, Role.SUPERVISOR)
    found = await findings(request, one, asked.text)
    refused = refusal(request, found, body.override)
    if refused is not None:
        return refused
    chosen = chosen_files(one, [each.id for each in asked.files], limits(request, one))
    above = asked.why == ABOVE_CAP or any(one.rule == CAP_RULE for one in found)
    if above:
        at_least(request, Role.SUPERVISOR)
    reply = await given.desk.approve(
        one.id,
        agent.name,
        Token(body.token),
        version=asked.version,
        text=asked.text,
        override=body.override or (ABOVE_CAP if above else ""),
        newest=asked.newest,
        step=asked.step,
        asked=asked,
        files=[each.id for each in chosen],
    )
    undo = given.clock.now() + given.undo
    return answer({"reply_id": reply, "undo_until": shapes.iso(undo)}, status=202)


async def decline(request: web.Request) -> web.Response:
    """Say no, and why: the words stay beside the draft, the reason becomes a note."""
    agent = at_least(request, Role.AGENT)
    body = await read(request, bodies.Decline)
    given = services(request)
    one = await store.read(given.database, conversation_of(request))
    asked = _asked(one, body.id)
    await asking.decline(given.database, one.id, agent.name, asked, why=body.reason)
    return answer({"ok": True})


def _asked(one: Conversation, name: str) -> Asked:
    if one.asked is None or one.asked.id != name:
        raise Conflict("stale_ask", "what was asked has changed; look at the conversation again")
    return one.asked
