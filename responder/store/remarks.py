"""What people say about a conversation: assignee, snooze, escalation, tags, flag, notes.

None of it changes whether the buyer is owed an answer. Each is one script and one event.
``Unknown`` where there is no such conversation.
"""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from responder.domain.model import Author, ConversationId, Kind, Message, MessageId
from responder.store.codec import dump_message
from responder.store.database import Database
from responder.store.refusals import partition_of, settle
from responder.store.times import ms

MOST_TAGS = 50  # of a conversation: a list reads them all


async def annotate(
    database: Database,
    conversation: ConversationId,
    agent: str,
    kind: str,
    fields: Mapping[str, str],
) -> None:
    """Set what people say of a conversation; an empty value removes it. ``kind`` is its event."""
    await _annotate(database, conversation, (agent, kind, ""), fields)


async def note(database: Database, conversation: ConversationId, agent: str, text: str) -> None:
    """Leave words for colleagues in the thread."""
    now = database.clock.now()
    message = Message(
        id=MessageId(uuid4().hex),
        seq=0,
        author=Author.SELLER,
        kind=Kind.NOTE,
        sent_at=now,
        stored_at=now,
        text=text,
        approved_by=agent,
    )
    await _annotate(database, conversation, (agent, "note", dump_message(message)), {})


async def _annotate(
    database: Database,
    conversation: ConversationId,
    said: tuple[str, str, str],
    fields: Mapping[str, str],
) -> None:
    """``said``: by whom, the kind of its event, and a note as JSON or ""."""
    partition = partition_of(database, conversation)
    keys = partition.conversation(conversation)
    flat = [part for pair in fields.items() for part in pair]
    answer = await database.scripts.run(
        "annotate",
        (keys.conversation, keys.messages, partition.events),
        (conversation, ms(database.clock.now()), *said, *flat),
    )
    settle(conversation, answer)


async def assign_if_free(
    database: Database, conversation: ConversationId, agent: str, *, by: str, whose: str = ""
) -> bool:
    """Give a conversation to ``agent``; False where it is not ``whose``, or another claimed it."""
    partition = partition_of(database, conversation)
    keys = (partition.conversation(conversation).conversation, partition.events)
    now = ms(database.clock.now())
    arguments = (conversation, now, by, agent, whose)
    answer = await database.scripts.run("assign_free", keys, arguments)
    if answer[0] == "unknown":
        settle(conversation, answer)
    return bool(answer[0] == "ok")


async def tag(
    database: Database,
    conversation: ConversationId,
    agent: str,
    *,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    flag: str | None = None,
) -> tuple[str, ...]:
    """Add and remove tags, and set the flag ("" for none); returns the tags as they are now.

    ``Conflict`` "too_many_tags" where there would be more than ``MOST_TAGS``.
    """
    partition = partition_of(database, conversation)
    answer = await database.scripts.run(
        "tag",
        (
            partition.conversation(conversation).conversation,
            partition.events,
            *partition.queue("watch"),
        ),
        (
            conversation,
            ms(database.clock.now()),
            agent,
            *(("0", "") if flag is None else ("1", flag)),
            MOST_TAGS,
            len(add),
            *add,
            *remove,
        ),
    )
    settle(conversation, answer)
    return tuple(answer[1:])
