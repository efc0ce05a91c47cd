"""Whether what a server has taken would survive its death: on its disk, and on a replica."""

from dataclasses import dataclass
from typing import Any

from redis.asyncio.cluster import RedisCluster
from redis.exceptions import ResponseError

from responder.store.scripts import RedisClient

EACH_WRITE = {"appendonly": "yes", "appendfsync": "always", "no-appendfsync-on-rewrite": "no"}


@dataclass(frozen=True, slots=True)
class Survival:
    """``written``: how much it has taken over its life; ``followed``: how much each replica has.

    Nobody follows a server without replicas, or one that does not tell.
    """

    flushes: bool  # each write, before it is answered
    written: int = 0
    followed: tuple[int, ...] = ()


async def survival(redis: RedisClient, key: str) -> Survival:
    """How it stands with the server that has ``key``."""
    if isinstance(redis, RedisCluster):
        node = redis.get_node_from_key(key)
        try:
            role = await redis.execute_command("ROLE", target_nodes=node)
        except ResponseError as error:
            role = error
        return Survival(False, *_followed(role))
    pipe = redis.pipeline(transaction=False)
    pipe.config_get("*append*")
    pipe.role()
    settings, role = await pipe.execute(raise_on_error=False)
    return Survival(_flushes(settings), *_followed(role))


def _flushes(settings: Any) -> bool:
    """What the server is set to. WAITAOF would be the question, but many answer it too early.

    2026-11-22: under ``everysec`` Valkey 9.1 and Redis 7.2.2 to 7.4.2 say yes while the data
    are only on their way to the disk (redis/redis#13793; seen with strace): a reply that had
    left was forgotten with the attempt, and would have been sent again.
    """
    if isinstance(settings, Exception):  # not told to everybody
        return False
    return all(settings.get(name) == value for name, value in EACH_WRITE.items())


def _followed(role: Any) -> tuple[int, tuple[int, ...]]:
    match role:
        case ["master", written, [*replicas]]:
            return int(written), tuple(int(followed) for _, _, followed in replicas)
    return 0, ()
