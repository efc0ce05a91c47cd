"""The end of what a test left running in the loop that all tests of this folder share."""

import asyncio
from collections.abc import Collection
from typing import Any


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel them; whatever else they raise on their way out is raised for all of them."""
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    if raised := [error for error in ended if isinstance(error, Exception)]:
        raise ExceptionGroup("a test left behind what fails when it is cancelled", raised)
