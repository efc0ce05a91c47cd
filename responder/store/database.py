"""One open store: the client, where things lie in it, and the scripts that change them."""

from dataclasses import dataclass
from typing import cast
from uuid import uuid4

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from responder.clock import Clock
from responder.errors import StoreUnusable, WritesLost
from responder.store import keys
from responder.store.keys import Partition, Partitions
from responder.store.scripts import RedisClient, Scripts

SCHEMA = 1
DEFAULT_PARTITIONS = 16
EACH_WRITE = {"appendonly": "yes", "appendfsync": "always", "no-appendfsync-on-rewrite": "no"}
FSYNC_INTERVAL = 1.1  # seconds
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

    async def scored(self, key: str, most: int, limit: int) -> list[str]:
        """The first ``limit`` members of a sorted set with a score up to ``most``."""
        found = await self.redis.zrange(key, "-inf", most, byscore=True, offset=0, num=limit)
        return cast("list[str]", found)

    async def listed(self, key: str) -> list[str]:
        return cast("list[str]", await self.redis.lrange(key, 0, -1))

    async def entries(self, key: str, after: str, limit: int) -> list[tuple[str, dict[str, str]]]:
        """Entries of a stream from ``after`` on; "-" is its beginning, "(id" what follows an id."""
        found = await self.redis.xrange(key, min=after, count=limit)
        return cast("list[tuple[str, dict[str, str]]]", found)

    async def unlist(self, key: str, member: str) -> None:
        await self.redis.lrem(key, 1, member)

    async def durable(self, partition: Partition) -> None:
        """Return when what was written to ``partition`` before is on disk.

        A server that flushes each write has it there; any other is given longer
        than the second that ``appendfsync everysec`` may take. Raises
        ``WritesLost`` when it came back without its last writes meanwhile.
        """
        if self.one_node and await self._flushes_each_write():
            return
        mark = partition.mark(uuid4().hex)
        await self.redis.set(mark, "1", px=MARK_MS)
        await self.clock.sleep(FSYNC_INTERVAL)
        if not await self.redis.exists(mark):
            raise WritesLost("the store has lost its last writes")

    async def _flushes_each_write(self) -> bool:
        """What the server is set to. WAITAOF would be the question, but many answer it too early.

        2026-11-22: under ``everysec`` Valkey 9.1 and Redis 7.2.2 to 7.4.2 say yes while the data
        are only on their way to the disk (redis/redis#13793; seen with strace): a reply that had
        left was forgotten with the attempt, and would have been sent again.
        """
        try:
            settings = cast("dict[str, str]", await self.redis.config_get("*append*"))
        except ResponseError:  # not told to everybody
            return False
        return all(settings.get(name) == value for name, value in EACH_WRITE.items())


async def open_database(
    redis: RedisClient, clock: Clock, partitions: int | None = None
) -> Database:
    """Open the store, creating it if it is new.

    ``partitions`` is what the configuration asks for; None takes what the store
    was created with (16 for a new one). Raises ``StoreUnusable`` when the two
    differ, or when the store was written by a newer version.
    """
    wanted = Partitions(DEFAULT_PARTITIONS if partitions is None else partitions)
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
