"""Whether a server is there."""

from redis.exceptions import BusyLoadingError

from responder.store.away import STORE_AWAY
from responder.store.scripts import RedisClient


async def answers(redis: RedisClient) -> bool:
    """True also for one that still reads its data: it is there, and will serve."""
    try:
        return bool(await redis.ping())
    except BusyLoadingError:
        return True
    except STORE_AWAY:
        return False
