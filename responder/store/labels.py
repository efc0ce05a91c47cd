"""What people say about a conversation: tags, flag, assignee, snooze, notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from responder.domain.model import ConversationId
from responder.store.database import Database
from responder.store.times import ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """``kind`` is its event; ``message`` a note as JSON; an empty field is removed."""

    kind: str
    message: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Tags to add and to remove; ``flag`` is None to leave it, "" for none."""

    add: Sequence[str] = ()
    remove: Sequence[str] = ()
    flag: str | None = None


async def annotate(
    database: Database, conversation: ConversationId, agent: str, change: Annotation
) -> Sequence[str]:
    """("ok",) or ("unknown",)."""
    partition = database.partitions.of_conversation(conversation)
    keys = partition.conversation(conversation)
    flat = [part for pair in change.fields.items() for part in pair]
    now = ms(database.clock.now())
    answer: Sequence[str] = await database.scripts.run(
        "annotate",
        (keys.conversation, keys.messages, partition.events),
        (conversation, now, agent, change.kind, change.message, *flat),
    )
    return answer


async def tag(
    database: Database, conversation: ConversationId, agent: str, labels: Labels
) -> Sequence[str]:
    """("ok", tag, tag, …) with the tags as they are now, or ("unknown",)."""
    partition = database.partitions.of_conversation(conversation)
    flag = ("0", "") if labels.flag is None else ("1", labels.flag)
    answer: Sequence[str] = await database.scripts.run(
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
            *flag,
            len(labels.add),
            *labels.add,
            *labels.remove,
        ),
    )
    return answer
