"""A store that does not answer now and then."""

from collections.abc import Iterable
from typing import Any

from redis.exceptions import TimeoutError as StoreTimeout

from responder.store.scripts import Argument, RedisClient, Scripts


class Lossy(Scripts):
    """Scripts of which those named in ``lost`` are not answered, each as often as it is named.

    Those in ``unheard`` are run, and their answer is lost; of a script in ``heard`` that comes
    after so many whose answer came.
    """

    def __init__(self, redis: RedisClient) -> None:
        super().__init__(redis)
        self.lost: list[str] = []
        self.unheard: list[str] = []
        self.heard: dict[str, int] = {}

    async def run(self, name: str, keys: Iterable[str], arguments: Iterable[Argument]) -> Any:
        if name in self.lost:
            self.lost.remove(name)
            raise StoreTimeout("Timeout reading from the store")
        answer = await super().run(name, keys, arguments)
        if name in self.heard:
            self.heard[name] -= 1
            if not self.heard[name]:
                del self.heard[name]
                self.unheard.append(name)
        elif name in self.unheard:
            self.unheard.remove(name)
            raise StoreTimeout("Timeout reading from the store")
        return answer
