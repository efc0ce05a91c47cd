"""Pieces of work side by side."""

import asyncio

import pytest
from redis.exceptions import ConnectionError as Disconnected

from responder.workers.loop import Bell, Crew


@pytest.mark.parametrize("error", [Disconnected("away"), ValueError("odd")], ids=["store", "odd"])
async def test_work_that_fails_ends_neither_the_others_nor_the_service(error: Exception) -> None:
    done: list[str] = []

    async def fails() -> None:
        raise error

    async def works() -> None:
        await asyncio.sleep(0)
        done.append("done")

    async with asyncio.TaskGroup() as tasks:
        crew = Crew(tasks, 2, Bell())
        crew.start(fails())
        crew.start(works())
        await crew.idle()
        assert crew.free == 2

    assert done == ["done"]
