"""One open store: the client, where things lie in it, and the scripts that change them."""

from dataclasses import dataclass

from redis.asyncio import Redis

from responder.clock import Clock
from responder.errors import StoreUnusable
from responder.store import keys
from responder.store.keys import Partitions
from responder.store.scripts import RedisClient, Scripts

SCHEMA = 1
DEFAULT_PARTITIONS = 16


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


async def open_database(
    redis: RedisClient, clock: Clock, partitions: int | None = None
) -> Database:
    """Open the store, creating it if it is new.

    ``partitions`` is what the configuration asks for; None takes what the store
    was created with (16 for a new one). Raises ``StoreUnusable`` when the two
    differ, or when the store was written by a newer version.
    """
    await redis.hsetnx(keys.META, "partitions", str(partitions or DEFAULT_PARTITIONS))  # type: ignore[misc]
    await redis.hsetnx(keys.META, "schema", str(SCHEMA))  # type: ignore[misc]
    meta = await redis.hgetall(keys.META)  # type: ignore[misc]
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
