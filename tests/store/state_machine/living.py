"""A store and its twins that live through one story."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from fakeredis import FakeAsyncRedis
from hypothesis.stateful import RuleBasedStateMachine
from redis.asyncio import Redis

from responder.store.database import open_database
from responder.testing import FakeClock
from tests.store.together.together import Together

T = TypeVar("T")


class Living(RuleBasedStateMachine):
    """The store and its twins together, on fakeredis or on a real server."""

    socket: Path | None = None  # of a real server

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = FakeClock()
        self.run(self._open())

    async def _open(self) -> None:
        if self.socket is None:
            self.redis: Redis = FakeAsyncRedis(decode_responses=True)
        else:
            self.redis = Redis(unix_socket_path=str(self.socket), decode_responses=True)
            await self.redis.flushall()
        self.both = Together(await open_database(self.redis, self.clock), self.clock)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.run(self.redis.aclose())
        self.runner.close()
