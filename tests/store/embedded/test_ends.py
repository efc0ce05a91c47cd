"""The server never outlives us."""

# ruff: noqa: ASYNC240 - the small files of one test; nothing else waits for them

import ctypes
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from responder.clock import SystemClock
from responder.store.embedded import EmbeddedStore, _alive, _die_with_parent
from responder.testing import HastyClock
from tests.store.embedded.servers import end_of, eventually, owner, running


@pytest.mark.process
async def test_killing_the_owner_leaves_no_server_behind_and_loses_nothing(directory: Path) -> None:
    async with owner(directory) as (process, pid):
        server = os.pidfd_open(pid)

        process.kill()

        await end_of(server)
    async with running(EmbeddedStore(directory, SystemClock())) as redis:
        assert await redis.get("kept") == "until the next start"


def test_the_kernel_is_asked_to_end_the_server_with_us() -> None:
    libc = ctypes.CDLL(None)
    told = ctypes.c_int()
    try:
        _die_with_parent()
        libc.prctl(2, ctypes.byref(told))  # PR_GET_PDEATHSIG
    finally:
        libc.prctl(1, 0)

    assert told.value == signal.SIGTERM


async def test_a_server_that_will_not_stop_is_killed(
    directory: Path, script: Callable[[str], str]
) -> None:
    stubborn = script("trap '' TERM\necho ready\nexec sleep 60")
    store = EmbeddedStore(directory, HastyClock(), server=stubborn, patience=0.05)
    directory.mkdir()
    await store._launch(stubborn)

    async def has_begun() -> bool:
        return "ready" in (directory / "store.log").read_text()

    await eventually(has_begun)

    await store.stop()

    assert store.pid is not None
    assert not _alive(str(store.pid))
