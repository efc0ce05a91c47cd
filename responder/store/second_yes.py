"""A prepared reply that a second person must agree to: asked, agreed to (APPROVE), or declined."""

from dataclasses import dataclass
from uuid import uuid4

from responder.domain.model import (
    Author,
    ConversationId,
    Kind,
    Message,
    MessageId,
    ReplyFile,
    Token,
)
from responder.store.codec import dump, dump_message
from responder.store.conversations import Asked
from responder.store.database import Database
from responder.store.files import SETTLED_WITHIN
from responder.store.refusals import partition_of, settle
from responder.store.times import ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody may not decide alone. ``why`` is "trainee" or "above_cap"."""

    text: str
    by: str
    why: str
    version: int
    newest: int
    step: str = ""
    files: tuple[ReplyFile, ...] = ()


async def ask(
    database: Database,
    conversation: ConversationId,
    token: Token,
    request: Request,
    *,
    seen_ask: str = "",
) -> str:
    """Lay ``request`` before a second person; returns its id. The claim is given back.

    ``token`` "" asks without a claim, where nobody else has one and nothing else was prepared
    since the conversation was read with ``seen_ask`` as its ``asked_id``.

    ``Conflict``: "already_claimed", "not_claimed", "stale_draft", "newer_message", "wrong_state",
    "stale_ask", "file_gone".
    """
    partition, now, name = partition_of(database, conversation), ms(database.clock.now()), _new_id()
    until = ms(database.clock.now() + SETTLED_WITHIN)
    told = {
        "id": name,
        "text": request.text,
        "by": request.by,
        "why": request.why,
        "version": request.version,
        "newest": request.newest,
        "step": request.step,
        "at": now,
    } | ({"files": request.files} if request.files else {})
    answer = await database.scripts.run(
        "ask",
        (
            partition.conversation(conversation).conversation,
            partition.events,
            partition.files(conversation),
            partition.stock,
        ),
        (
            conversation,
            now,
            request.by,
            token,
            request.version,
            request.newest,
            name,
            dump(told),
            request.why,
            seen_ask,
            " ".join(one.id for one in request.files),
            until,
        ),
    )
    settle(conversation, answer)
    return name


async def decline(
    database: Database, conversation: ConversationId, agent: str, asked: Asked, *, why: str
) -> None:
    """Say no; the words stay beside the draft. ``Conflict`` "stale_ask" where another was asked."""
    now = database.clock.now()
    note = Message(
        id=MessageId(_new_id()),
        seq=0,
        author=Author.SELLER,
        kind=Kind.NOTE,
        sent_at=now,
        stored_at=now,
        text=why,
        approved_by=agent,
    )
    partition = partition_of(database, conversation)
    keys = partition.conversation(conversation)
    answer = await database.scripts.run(
        "decline",
        (keys.conversation, keys.messages, partition.events),
        (conversation, ms(now), agent, asked.id, asked.text, dump_message(note)),
    )
    settle(conversation, answer)


def _new_id() -> str:
    return uuid4().hex[:16]
