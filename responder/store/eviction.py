"""Whether a server throws away what it has taken when its memory is full.

A cache does, and so do managed servers unless they are told not to. What is open would be gone
without a trace: a thread, its clock, a reply that was about to leave.
"""

from typing import Any

from redis.asyncio.cluster import RedisCluster
from redis.exceptions import ResponseError

from responder.errors import StoreUnusable
from responder.store.scripts import RedisClient

ADVICE = "set maxmemory-policy noeviction on it"


async def check_eviction(redis: RedisClient) -> str:
    """What to warn of; "" where nothing is thrown away. One that does not tell is trusted.

    Raises ``StoreUnusable`` for a server that throws away anything, and not only what would end
    by itself.
    """
    policies = sorted({_policy(one) for one in await _servers(redis)})
    for policy in policies:
        if policy.startswith("allkeys-"):
            raise StoreUnusable(
                f"the store's server throws conversations away when its memory is full "
                f"({policy}): {ADVICE}, or point [store] url at one that is no cache"
            )
    for policy in policies:
        if policy.startswith("volatile-"):
            return (
                f"when its memory is full, the store's server ({policy}) throws away files that "
                f"wait to be sent, and logs people out: {ADVICE}"
            )
    return ""


async def _servers(redis: RedisClient) -> list[Any]:
    """What each server tells of its memory."""
    try:
        if isinstance(redis, RedisCluster):
            return [
                await redis.execute_command("INFO", "memory", target_nodes=node)
                for node in redis.get_primaries()
            ]
        return [await redis.info("memory")]
    except ResponseError:  # not told to everybody
        return []


def _policy(told: Any) -> str:
    """How it chooses what to throw away; "" for one that may take all it gets."""
    return str(told.get("maxmemory_policy", "")) if told.get("maxmemory") else ""
