"""A directory has one store at a time; the next one waits for a lock whose owner is gone."""

# ruff: noqa: ASYNC240 - the small files of one test; nothing else waits for them

import fcntl
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from responder.clock import SystemClock
from responder.errors import StoreUnusable
from responder.store.embedded import EmbeddedStore, _alive
from responder.testing import HastyClock
from tests.store.embedded.servers import Hurried, as_nobody, owner, running


@pytest.mark.process
async def test_a_directory_in_use_is_refused_with_the_others_pid(directory: Path) -> None:
    async with owner(directory) as (process, _):
        with pytest.raises(StoreUnusable, match=f"in use by process {process.pid}: stop it"):
            await EmbeddedStore(directory, Hurried()).start()


async def test_one_process_cannot_start_a_store_twice(directory: Path) -> None:
    async with running(EmbeddedStore(directory, SystemClock())) as redis:
        with pytest.raises(StoreUnusable, match=f"in use by process {os.getpid()}"):
            await EmbeddedStore(directory, Hurried()).start()

        assert await redis.ping()


class Waking(SystemClock):
    """Lets a server go on that was stopped, as soon as somebody waits."""

    def __init__(self, server: int) -> None:
        self.server = server
        self.store: EmbeddedStore | None = None
        self.launched: list[bool] = []

    async def sleep(self, seconds: float) -> None:
        self.launched.append(self.store is not None and self.store.pid is not None)
        with suppress(ProcessLookupError):
            os.kill(self.server, signal.SIGCONT)
        await super().sleep(seconds)


@pytest.mark.process
async def test_no_second_server_starts_while_that_of_a_killed_owner_still_runs(
    directory: Path,
) -> None:
    async with owner(directory) as (process, server):
        os.kill(server, signal.SIGSTOP)
        process.kill()
        await process.wait()
        clock = Waking(server)
        clock.store = EmbeddedStore(directory, clock)

        async with running(clock.store) as redis:
            assert await redis.get("kept") == "until the next start"

        assert clock.launched[0] is False


async def test_a_lock_whose_owner_is_gone_is_waited_for(directory: Path) -> None:
    directory.mkdir()
    lock = (directory / "store.lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)

    class UntilReleased(SystemClock):
        async def sleep(self, seconds: float) -> None:
            fcntl.flock(lock, fcntl.LOCK_UN)
            await super().sleep(seconds)

    async with running(EmbeddedStore(directory, UntilReleased())) as redis:
        assert await redis.ping()
    lock.close()


@pytest.mark.parametrize("owner", ["", "4194305", "nonsense"])
async def test_a_lock_is_not_waited_for_without_end(directory: Path, owner: str) -> None:
    directory.mkdir()
    with (directory / "store.lock").open("w") as lock:
        lock.write(owner)
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(StoreUnusable, match=rf"in use by process {owner or '.'}"):
            await EmbeddedStore(directory, HastyClock()).start()


def test_a_process_of_somebody_else_is_alive_too() -> None:
    with as_nobody():
        assert _alive("1")
    assert _alive(str(os.getpid()))
    assert not _alive("4194305")  # beyond what Linux gives out
