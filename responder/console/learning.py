"""``/api/v1/learning``: what agents change, and templates made of it."""

import asyncio

from aiohttp import web

from responder.console import bodies
from responder.console.answers import answer, error, read
from responder.console.auth import at_least
from responder.console.services import conversation_of, services
from responder.domain.model import Author, Fact, Intent, Kind
from responder.drafting.from_edit import Edited, Wish
from responder.drafting.problems import DraftingConfigError
from responder.errors import Conflict
from responder.store import conversations as store
from responder.store.conversations import Conversation
from responder.store.database import Database
from responder.store.lessons import edits
from responder.store.outbox import outgoing
from responder.store.threads import messages
from responder.store.users import Role


async def list_edits(request: web.Request) -> web.Response:
    """How drafts were changed before they were approved, what was changed most first."""
    accounts = [card.id for card in services(request).accounts]
    found = await edits(services(request).database, accounts)
    items = [
        {
            "account": one.account,
            "source": one.template,
            "intent": one.intent,
            "approved": one.approved,
            "edited": one.edited,
            "distance": one.distance,
            "length": one.length,
            "changed": one.share,
            "last": one.last,
        }
        for one in found
    ]
    return answer({"items": items, "next": None})


async def make_template(request: web.Request) -> web.Response:
    """Make what was answered here a template, checked as the loader checks before it is kept."""
    at_least(request, Role.SUPERVISOR)
    body = await read(request, bodies.MakeTemplate)
    given = services(request)
    one = await store.read(given.database, conversation_of(request))
    text = body.text or await last_answer(given.database, one)
    wish = Wish(
        name=body.name,
        purpose=body.purpose,
        whole_intent=body.whole_intent,
        marketplaces=body.marketplaces,
    )
    try:
        file = await asyncio.to_thread(
            given.keep_template, edited(one, text, body.intent, body.case), wish
        )
    except DraftingConfigError as wrong:
        problems = [
            {"key": each.key, "line": each.line, "what": each.what} for each in wrong.problems
        ]
        return error(422, "bad_template", "that makes no usable template", problems=problems)
    return answer({"file": str(file), "in_use": "from the next start"}, status=201)


async def last_answer(database: Database, one: Conversation) -> str:
    """What was approved last: on its way, or sent. ``Conflict`` "nothing_sent" without one."""
    reply = await outgoing(database, one.id)
    if reply is not None:
        return reply.text
    talk = await messages(database, one.id)
    sent = (
        each for each in reversed(talk) if each.author is Author.SELLER and each.kind is Kind.CHAT
    )
    last = next(sent, None)
    if last is None:
        raise Conflict("nothing_sent", "nothing was answered here yet: give the text itself")
    return last.text


def edited(one: Conversation, text: str, intent: Intent | None, case: str) -> Edited:
    """``text`` with what is known of the conversation; the agent's intent before the drafter's."""
    facts = {f"order.{name}": value for name, value in one.order.items() if isinstance(value, str)}
    if one.buyer:
        facts["buyer.name"] = one.buyer
    known = Intent(one.intent) if one.intent else Intent.UNKNOWN
    return Edited(
        text=text,
        language=one.language or "en",
        intent=intent or known,
        case=case or (one.case if intent in {None, known} else ""),
        facts={name: Fact(value=value, source="conversation") for name, value in facts.items()},
    )
