"""A store that does not answer now and then."""

from collections.abc import Iterable
from typing import Any

from redis.exceptions import TimeoutError as StoreTimeout

from responder.store.scripts import Argument, RedisClient, Scripts

AWAY = StoreTimeout("Timeout reading from the store")


class Lossy(Scripts):
    """Scripts of which those named in ``lost`` are not answered, each as often as it is named.

    Those in ``unheard`` are run, and their answer is lost.
    """

    def __init__(self, redis: RedisClient, away: Exception = AWAY) -> None:
        super().__init__(redis)
        self.away = away
        self.lost: list[str] = []
        self.unheard: list[str] = []

    async def run(self, name: str, keys: Iterable[str], arguments: Iterable[Argument]) -> Any:
        if name in self.lost:
            self.lost.remove(name)
            raise self.away
        answer = await super().run(name, keys, arguments)
        if name in self.unheard:
            self.unheard.remove(name)
            raise self.away
        return answer
