"""What a test leaves running is ended, and heard if it fails."""

import asyncio

import pytest

from tests.browser.leftovers import end


async def test_a_task_that_fails_when_it_is_cancelled_fails_the_test_that_left_it() -> None:
    async def fails() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("not closed")

    tasks = [asyncio.create_task(work) for work in (fails(), asyncio.Event().wait())]
    await asyncio.sleep(0)

    with pytest.raises(ExceptionGroup, match="left behind") as raised:
        await end(tasks)

    assert [str(error) for error in raised.value.exceptions] == ["not closed"]
    assert all(task.done() for task in tasks)
