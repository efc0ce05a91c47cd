"""The event stream: everything that only looks reads it."""

import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from redis.typing import KeyT, StreamIdT

from responder.domain.model import AccountId, ConversationId
from responder.store.database import Database
from responder.store.times import moment, ms

MOST = 500_000  # events kept of one partition: some 100 MB
BLOCK_MS = 2000  # under the client's socket timeout of 5 s
_ENTRY = re.compile(r"[0-9]{1,18}-[0-9]{1,18}")
CLUSTER_PAUSE = 0.2  # a cluster cannot wait on streams of several slots at once

_Streams = list[tuple[str, list[tuple[str, dict[str, str]]]]]  # name -> entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One state change. ``position`` is where the whole stream stands after it."""

    type: str
    account: AccountId
    conversation: ConversationId | None
    at: datetime
    data: Mapping[str, str] = field(default_factory=dict)
    position: str = ""
    partition: int = 0
    entry: str = "0-0"  # its id within the partition's stream


class EventFeed:
    """Reads all partitions' streams as one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._names = {part.events: part for part in database.partitions.all}

    async def end(self) -> str:
        """The position of now: only later events follow it."""
        pipe = self._database.redis.pipeline(transaction=False)
        for partition in self._database.partitions.all:
            pipe.xrevrange(partition.events, count=1)
        rows = await pipe.execute()
        return "_".join(row[0][0] if row else "0-0" for row in rows)

    async def follow(self, position: str) -> AsyncGenerator[list[Event], None]:
        """Batches of events after ``position``, for ever; an empty one after 2 s of nothing.

        ``ValueError`` for what is no position.
        """
        ids = self._parse(position)
        while True:
            yield await self._batch(ids, BLOCK_MS)

    async def missed(self, position: str) -> AsyncGenerator[list[Event], None]:
        """What has happened after ``position`` up to now, in batches: it may be days of events."""
        ids = self._parse(position)
        while batch := await self._batch(ids, None):
            yield batch

    async def since(self, position: str) -> list[Event]:
        """What has happened after ``position`` up to now, all of it at once."""
        return [event async for batch in self.missed(position) for event in batch]

    async def _batch(self, ids: list[str], block: int | None) -> list[Event]:
        """The next events after ``ids``, which move on with them."""
        events = []
        for name, entries in await self._read(ids, block):
            number = self._names[name].number
            for entry, fields in entries:
                ids[number] = entry
                events.append(replace(_event(fields, "_".join(ids)), partition=number, entry=entry))
        return events

    def check(self, position: str) -> None:
        """``ValueError`` for what is no position of this store."""
        self._parse(position)

    def _parse(self, position: str) -> list[str]:
        ids = position.split("_")
        whole = all(_ENTRY.fullmatch(part) for part in ids)
        if len(ids) != len(self._names) or not whole:
            raise ValueError("no position of this event stream")
        return ids

    async def _read(self, ids: list[str], block: int | None) -> _Streams:
        redis = self._database.redis
        if self._database.one_node:
            after: dict[KeyT, StreamIdT] = {
                name: ids[part.number] for name, part in self._names.items()
            }
            return cast("_Streams", await redis.xread(after, count=500, block=block))
        pipe = redis.pipeline(transaction=False)
        for name, part in self._names.items():
            pipe.xread({name: ids[part.number]}, count=500)
        found = [stream for answer in await pipe.execute() for stream in answer]
        if not found and block is not None:
            await self._database.clock.sleep(CLUSTER_PAUSE)
        return found

    async def trim(self, before: datetime, most: int = MOST) -> int:
        """Forget events older than ``before``, and the oldest of more than ``most`` a partition."""
        pipe = self._database.redis.pipeline(transaction=False)
        for partition in self._database.partitions.all:
            pipe.xtrim(partition.events, minid=ms(before), approximate=True)
            pipe.xtrim(partition.events, maxlen=most, approximate=True)
        return sum(await pipe.execute())


def _event(fields: Mapping[str, str], position: str) -> Event:
    known = {"type", "account", "conversation", "at"}
    return Event(
        type=fields["type"],
        account=AccountId(fields["account"]),
        conversation=ConversationId(fields["conversation"]) if fields["conversation"] else None,
        at=moment(fields["at"]),
        data={name: value for name, value in fields.items() if name not in known},
        position=position,
    )
