"""The messages of conversations."""

from collections.abc import Sequence

from responder.domain.model import ConversationId, Message
from responder.store.codec import load_message
from responder.store.database import Database


async def messages(
    database: Database, conversation: ConversationId, last: int | None = None
) -> list[Message]:
    """The thread, oldest arrival first; only the ``last`` ones if asked."""
    keys = database.partitions.of_conversation(conversation).conversation(conversation)
    start = 0 if last is None else -last
    total, rows = await _tail(database, keys.messages, start)
    first = total - len(rows) + 1
    return [load_message(first + place, row) for place, row in enumerate(rows)]


async def _tail(database: Database, key: str, start: int) -> tuple[int, list[str]]:
    pipe = database.redis.pipeline(transaction=True)
    pipe.llen(key)
    pipe.lrange(key, start, -1)
    total, rows = await pipe.execute()
    return total, rows


async def threads(
    database: Database, conversations: Sequence[ConversationId], last: int
) -> list[list[Message]]:
    """The last messages of several conversations; one round trip."""
    pipe = database.redis.pipeline(transaction=False)
    for one in conversations:
        key = database.partitions.of_conversation(one).conversation(one).messages
        pipe.llen(key)
        pipe.lrange(key, -last, -1)
    answers = await pipe.execute()
    pairs = zip(answers[::2], answers[1::2], strict=True)
    return [
        [load_message(total - len(rows) + 1 + at, row) for at, row in enumerate(rows)]
        for total, rows in pairs
    ]
