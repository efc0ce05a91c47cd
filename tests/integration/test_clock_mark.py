"""Every daemon leaves what its clock says, so that others see where it was ahead."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from responder.app import Running, serve
from responder.clock import SystemClock
from responder.settings import load
from responder.store.clock_mark import read_mark
from responder.store.database import Database

pytestmark = pytest.mark.process  # the embedded store is one


async def mark(database: Database) -> datetime:
    """The mark, once there is one."""
    for _ in range(1_000):
        if (at := await read_mark(database)) is not None:
            return at
        await asyncio.sleep(0.03)  # a real daemon is at work
    pytest.fail("no mark is left")


@pytest.mark.parametrize("role", ["watch", "send"])
async def test_a_daemon_of_any_role_leaves_what_its_clock_says(tmp_path: Path, role: str) -> None:
    (tmp_path / "responder.toml").write_text(f'[store]\nurl = "embedded:{tmp_path / "store"}"\n')
    stop, up = asyncio.Event(), asyncio.get_running_loop().create_future()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(
            serve(
                load(tmp_path), roles=[role], clock=SystemClock(), stop=stop, on_ready=up.set_result
            )
        )
        running: Running = await up
        at = await mark(running.database)
        stop.set()

    assert abs(at - SystemClock().now()) < timedelta(minutes=1)
