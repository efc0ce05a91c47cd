"""Files that go out with replies: they wait here, where every role and daemon finds them.

2026-11-22 The bytes lie in Base64, in one hash a conversation: the client decodes what it reads
as text, and a third more memory for minutes costs less than a second client.
"""

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256
from typing import Literal, TypeVar, cast
from uuid import uuid4

from responder.domain.model import ConversationId, ReplyFile, Token
from responder.store.codec import dump, known
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.refusals import partition_of, settle
from responder.store.scripts import Argument
from responder.store.times import ms

UNUSED_FOR = timedelta(days=1)  # what is put there and goes with no reply
# What goes with words, prepared or approved: longer than any reply waits or is under way. So
# what is kept for a reply, in whatever step, is never kept for less than before.
SETTLED_WITHIN = timedelta(days=30)
MOST_STORED = 256 * 1024 * 1024  # bytes of all files that wait in the store
LARGE = 256 * 1024  # bytes

_From = TypeVar("_From", bytes, str)
_To = TypeVar("_To")


def _random_id() -> str:
    return uuid4().hex[:16]


async def keep_file(
    database: Database,
    conversation: ConversationId,
    token: Token,
    file: tuple[str, str, bytes],
    *,
    room: tuple[int, int],
    new_id: Callable[[], str] = _random_id,
    most: int = MOST_STORED,
) -> ReplyFile:
    """Keep ``file`` (name, media type, bytes) for the reply that the claim's holder writes.

    ``room``: how many files, and bytes together, the conversation may have. ``most``: bytes of the
    whole store; who puts something into another partition in the same moment may pass it once.

    ``Conflict``: "not_claimed", "wrong_state", "too_many_files", "files_too_large", "no_room".
    """
    name, content_type, content = file
    digest, body = await _aside(_packed, content)
    told = ReplyFile(
        id=new_id(),
        name=name,
        content_type=content_type,
        size=len(content),
        sha256=digest,
    )
    what = (token, told.id, dump(asdict(told)), body, len(body))
    await _keep_or_ask(database, conversation, "keep", what, room=room, most=most)
    return told


async def may_keep(
    database: Database,
    conversation: ConversationId,
    token: Token,
    size: int,
    room: tuple[int, int],
) -> None:
    """Refuse what ``keep_file`` would refuse now, for ``size`` bytes that nobody has read yet."""
    what = (token, "", "", "", _encoded(size, 0))
    await _keep_or_ask(database, conversation, "ask", what, room=room, most=MOST_STORED)


async def _keep_or_ask(
    database: Database,
    conversation: ConversationId,
    deed: Literal["keep", "ask"],
    what: tuple[Argument, ...],
    *,
    room: tuple[int, int],
    most: int,
) -> None:
    partition, now = partition_of(database, conversation), database.clock.now()
    elsewhere = await _stored_beside(database, partition.stock)
    answer = await database.scripts.run(
        "keep_file",
        _keys(partition, conversation),
        (
            conversation,
            ms(now),
            *what,
            ms(now + UNUSED_FOR),
            room[0],
            _encoded(room[1], room[0]),
            most - elsewhere,
            deed,
        ),
    )
    settle(conversation, answer)


def _keys(partition: Partition, conversation: ConversationId) -> tuple[str, ...]:
    return (
        partition.conversation(conversation).conversation,
        partition.files(conversation),
        partition.stock,
        partition.events,
    )


async def _aside(work: Callable[[_From], _To], given: _From, large: int = LARGE) -> _To:
    """What takes long for much is done in a thread: nobody waits for it."""
    return await asyncio.to_thread(work, given) if len(given) > large else work(given)


def _packed(content: bytes) -> tuple[str, bytes]:
    return sha256(content).hexdigest(), b64encode(content)


def _unpacked(body: str) -> tuple[str, bytes]:
    content = b64decode(body)
    return sha256(content).hexdigest(), content


def _encoded(size: int, files: int) -> int:
    """How many bytes ``files`` files of ``size`` bytes together have at most in Base64."""
    return 4 * ((size + 2) // 3 + files)


async def _stored_beside(database: Database, own: str) -> int:
    """How many bytes wait in the other partitions; one round trip."""
    pipe = database.redis.pipeline(transaction=False)
    for partition in database.partitions.all:
        if partition.stock != own:
            pipe.hvals(partition.stock)
    now = ms(database.clock.now())
    entries = (entry.split() for values in await pipe.execute() for entry in values)
    return sum(int(size) for until, size in entries if int(until) > now)


async def drop_file(
    database: Database, conversation: ConversationId, token: Token, file: ReplyFile
) -> None:
    """Forget a file that is not to go with the reply. ``Conflict`` "not_claimed", "wrong_state"."""
    partition = partition_of(database, conversation)
    answer = await database.scripts.run(
        "drop_file",
        _keys(partition, conversation),
        (
            conversation,
            ms(database.clock.now()),
            token,
            file.id,
            _encoded(file.size, 0),
        ),
    )
    settle(conversation, answer)


async def contents(
    database: Database, conversation: ConversationId, files: Sequence[ReplyFile]
) -> list[bytes | None]:
    """The bytes of each, None where they are gone or are not what was approved."""
    if not files:
        return []
    key = partition_of(database, conversation).files(conversation)
    # This client decodes what it reads; redis-py does not know of it.
    found = cast("list[str | None]", await database.redis.hmget(key, [one.id for one in files]))
    return [await _content(one, body) for one, body in zip(files, found, strict=True)]


async def _content(file: ReplyFile, body: str | None) -> bytes | None:
    if body is None:
        return None
    digest, content = await _aside(_unpacked, body)
    return content if digest == file.sha256 else None


def load_files(lines: str | None) -> tuple[ReplyFile, ...]:
    """Files as the scripts carry them along: a line each, its id before what is told of it."""
    told = (line.partition(" ")[2] for line in (lines or "").split("\n") if line)
    return tuple(ReplyFile(**known(ReplyFile, json.loads(one))) for one in told)
