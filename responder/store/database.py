"""One open store: the client, where things lie in it, and the scripts that change them."""

from dataclasses import dataclass
from typing import cast
from uuid import uuid4

from redis.asyncio import Redis

from responder.clock import Clock
from responder.errors import StoreUnusable, WritesLost
from responder.store import keys
from responder.store.keys import Partition, Partitions
from responder.store.scripts import RedisClient, Scripts
from responder.store.survival import Survival, survival

SCHEMA = 1
DEFAULT_PARTITIONS = 16
FSYNC_INTERVAL = 1.1  # seconds
LOOK_AGAIN = 0.1  # seconds, at replicas, which say each second how far they are
LOOKS_AT_REPLICAS = 50
MARK_MS = 60_000


@dataclass(frozen=True, slots=True)
class Database:
    """What every part of the store is given."""

    redis: RedisClient
    partitions: Partitions
    scripts: Scripts
    clock: Clock

    @property
    def one_node(self) -> bool:
        """Whether one command may name keys of several partitions."""
        return isinstance(self.redis, Redis)

    # redis-py types what it reads as bytes or str; this client decodes, so that it is str.

    async def hash(self, key: str) -> dict[str, str]:
        return cast("dict[str, str]", await self.redis.hgetall(key))

    async def field(self, key: str, name: str) -> str | None:
        return cast("str | None", await self.redis.hget(key, name))

    async def members(self, key: str) -> set[str]:
        return cast("set[str]", await self.redis.smembers(key))

    async def ranked(self, key: str, first: int, last: int) -> list[str]:
        """Members of a sorted set by their place in it."""
        return cast("list[str]", await self.redis.zrange(key, first, last))

    async def scored(self, key: str, most: int, limit: int, *, after: int = 0) -> list[str]:
        """``limit`` members of a sorted set, scored up to ``most``, without the first ``after``."""
        found = await self.redis.zrange(key, "-inf", most, byscore=True, offset=after, num=limit)
        return cast("list[str]", found)

    async def listed(self, key: str) -> list[str]:
        return cast("list[str]", await self.redis.lrange(key, 0, -1))

    async def entries(self, key: str, after: str, limit: int) -> list[tuple[str, dict[str, str]]]:
        """Entries of a stream from ``after`` on; "-" is its beginning, "(id" what follows an id."""
        found = await self.redis.xrange(key, min=after, count=limit)
        return cast("list[tuple[str, dict[str, str]]]", found)

    async def unlist(self, key: str, member: str) -> None:
        await self.redis.lrem(key, 1, member)

    async def try_to_write(self) -> None:
        """Write to each partition: a store that is full, or a replica, answers who only reads."""
        pipe = self.redis.pipeline(transaction=False)
        for partition in self.partitions.all:
            pipe.set(partition.mark("beat"), "1", px=MARK_MS)
        await pipe.execute()

    async def durable(self, partition: Partition) -> None:
        """Return when what was written to ``partition`` before is on disk, and on a replica.

        A server that flushes each write has it there; any other is given longer
        than the second that ``appendfsync everysec`` may take. Where replicas follow it, any of
        them may take over at any moment: one must have it, too. Raises ``WritesLost``
        when the server came back without its last writes meanwhile, or no replica takes them.
        """
        now = await survival(self.redis, partition.events)
        mark = "" if now.flushes else await self._mark(partition)
        if now.followed:
            await self._followed(partition, now)
        if mark and not await self.redis.exists(mark):
            raise WritesLost("the store has lost its last writes")

    async def _mark(self, partition: Partition) -> str:
        """Leave a mark, and give the server the time to write it to its disk."""
        mark = partition.mark(uuid4().hex)
        await self.redis.set(mark, "1", px=MARK_MS)
        await self.clock.sleep(FSYNC_INTERVAL)
        return mark

    async def _followed(self, partition: Partition, then: Survival) -> None:
        """Return when a replica has all that the server had written ``then``."""
        now = then
        for _ in range(LOOKS_AT_REPLICAS):
            if any(followed >= then.written for followed in now.followed):
                return
            await self.clock.sleep(LOOK_AGAIN)
            now = await survival(self.redis, partition.events)
        raise WritesLost("no replica of the store has taken its last writes")


async def open_database(
    redis: RedisClient, clock: Clock, partitions: int | None = None
) -> Database:
    """Open the store, creating it if it is new.

    ``partitions`` is what the configuration asks for; None takes what the store
    was created with (16 for a new one). Raises ``StoreUnusable`` when the two
    differ, or when the store was written by a newer version.
    """
    wanted = Partitions(DEFAULT_PARTITIONS if partitions is None else partitions)
    meta = cast("dict[str, str]", await redis.hgetall(keys.META))
    if not {"partitions", "schema"} <= meta.keys():  # a full store can be looked at, not written to
        await redis.hsetnx(keys.META, "partitions", str(len(wanted.all)))
        await redis.hsetnx(keys.META, "schema", str(SCHEMA))
        meta = cast("dict[str, str]", await redis.hgetall(keys.META))
    if int(meta["schema"]) > SCHEMA:
        raise StoreUnusable(
            f"the store was written by a newer version (schema {meta['schema']}, this program "
            f"reads up to {SCHEMA}): upgrade this program, or point [store] url elsewhere"
        )
    count = int(meta["partitions"])
    if partitions not in {None, count}:
        raise StoreUnusable(
            f"the store was created with {count} partitions, [store] partitions asks for "
            f"{partitions}: set it to {count}; it cannot be changed later"
        )
    return Database(redis, Partitions(count), Scripts(redis), clock)
