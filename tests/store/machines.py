"""What stateful tests of the store share, and how Hypothesis lives them through."""

import asyncio
import gc
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from fakeredis import FakeAsyncRedis
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from redis.asyncio import Redis

from responder.store.database import Database, open_database
from responder.testing import FakeClock

T = TypeVar("T")


class OnAStore(RuleBasedStateMachine):
    """A story over a store of its own: fakeredis, or emptied at the ``socket`` of a real server."""

    socket: Path | None = None

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = FakeClock()
        self.database: Database = self.run(self._open())

    async def _open(self) -> Database:
        if self.socket is None:
            self.redis: Redis = FakeAsyncRedis(decode_responses=True)
        else:
            self.redis = Redis(unix_socket_path=str(self.socket), decode_responses=True)
            await self.redis.flushall()
        return await open_database(self.redis, self.clock)

    def run(self, work: Awaitable[T]) -> T:
        async def done() -> T:
            return await work

        return self.runner.run(done())

    def teardown(self) -> None:
        self.run(self.redis.aclose())
        self.runner.close()


def live_through(machine: type[RuleBasedStateMachine], *, lives: int, steps: int) -> None:
    """Run ``lives`` examples of up to ``steps`` rules each; a failure is shrunk and raised.

    Hypothesis first parses the machine's source. On Python 3.11 a collection in the midst of
    that breaks it (CPython issue 106905), where it finds what warns when it is thrown away: the
    warning is an error here, its traceback is written, and that parses too. Connections of
    redis-py's cluster client are such a find. So what is left over goes first.
    """
    gc.collect()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
