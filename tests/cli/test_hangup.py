"""SIGHUP has a daemon read its configuration anew, whenever it comes; it never ends one."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest
from fakeredis import FakeAsyncRedis

from responder.app import Running
from responder.cli.serve import reloading_on_hangup
from responder.store.database import open_database
from responder.testing import FakeClock


class Daemon:
    """One that counts how often it was asked to read its configuration anew."""

    def __init__(self, running: Running, asked: "asyncio.Queue[str]") -> None:
        self.running = running
        self.asked = asked


@pytest.fixture
async def daemon() -> AsyncIterator[Daemon]:
    asked: asyncio.Queue[str] = asyncio.Queue()
    database = await open_database(FakeAsyncRedis(decode_responses=True), FakeClock())
    yield Daemon(Running(database, None, reload=lambda: asked.put_nowait("asked")), asked)
    asyncio.get_running_loop().remove_signal_handler(signal.SIGHUP)


async def hang_up() -> None:
    """Hang up, and let the loop hear of it."""
    heard = asyncio.get_running_loop().create_future()
    os.kill(os.getpid(), signal.SIGHUP)
    asyncio.get_running_loop().call_later(0.05, heard.set_result, None)
    await heard


async def test_a_daemon_that_is_up_reads_its_configuration_anew(daemon: Daemon) -> None:
    reloading_on_hangup()(daemon.running)

    await hang_up()

    assert daemon.asked.qsize() == 1


async def test_a_hangup_while_the_daemon_starts_is_neither_its_end_nor_forgotten(
    daemon: Daemon,
) -> None:
    is_up = reloading_on_hangup()
    await hang_up()
    assert daemon.asked.empty()

    is_up(daemon.running)

    assert daemon.asked.qsize() == 1


async def test_nothing_is_read_anew_where_nobody_hung_up(daemon: Daemon) -> None:
    reloading_on_hangup()(daemon.running)

    assert daemon.asked.empty()
