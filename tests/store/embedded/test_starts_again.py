"""A server that died is started again with its data, until it can."""

# ruff: noqa: ASYNC240 - the small files of one test; nothing else waits for them
import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from responder.clock import SystemClock
from responder.store.connect import connect
from responder.store.embedded import RESTART_PAUSE, EmbeddedStore, find_server
from responder.testing import HastyClock
from tests.store.embedded.servers import eventually, running


class Repairing(SystemClock):
    """A clock that repairs what is broken while somebody waits to try again."""

    def __init__(self, repair: Callable[[], object]) -> None:
        self.repair = repair
        self.pauses = 0

    async def sleep(self, seconds: float) -> None:
        if seconds == RESTART_PAUSE:
            self.pauses += 1
            self.repair()
        await super().sleep(0 if seconds >= RESTART_PAUSE else seconds)


async def test_a_server_that_died_is_started_again_with_its_data(directory: Path) -> None:
    async with connect(f"embedded:{directory}", SystemClock()) as redis:
        await redis.set("kept", "1")
        pid = (await redis.info("server"))["process_id"]

        os.kill(pid, signal.SIGKILL)

        async def answers_again() -> bool:
            with suppress(RedisError, OSError):
                return bool(await redis.get("kept") == "1")
            return False

        await eventually(answers_again)
        assert (await redis.info("server"))["process_id"] != pid


@pytest.mark.parametrize("broken", ["exit 1", None])
async def test_a_server_that_cannot_start_again_is_tried_until_it_can(
    directory: Path, script: Callable[[str], str], broken: str | None
) -> None:
    good = f'exec {find_server()} "$@"'
    server = script(good)
    clock = Repairing(lambda: script(good))
    store = EmbeddedStore(directory, clock, server=server)
    async with running(store) as redis:
        keeper = asyncio.ensure_future(store.keep_alive())
        first = store.pid
        assert first is not None
        if broken is None:
            Path(server).unlink()
        else:
            script(broken)

        os.kill(first, signal.SIGKILL)

        async def answers_again() -> bool:
            with suppress(RedisError, OSError):
                return bool(await redis.ping())
            return False

        await eventually(answers_again)
        keeper.cancel()
        assert clock.pauses >= 1
        assert store.pid != first


async def test_a_server_that_hangs_while_it_starts_again_is_killed(
    directory: Path, script: Callable[[str], str]
) -> None:
    server = script(f'exec {find_server()} "$@"')
    store = EmbeddedStore(directory, SystemClock(), server=server)
    async with running(store):
        assert store.pid is not None
        os.kill(store.pid, signal.SIGKILL)
        store._clock = HastyClock()
        script("exec sleep 60")

        revived = await store._revived()

        assert not revived
        assert store._process is not None
        assert await store._process.wait() == -signal.SIGKILL
