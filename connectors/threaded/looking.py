"""Looks at several threads at once, and tells one broken thread from an outage."""

import asyncio
from collections.abc import Sequence

from connectors.base import ConnectorError, RateLimited, Unauthorized, Unavailable
from connectors.threaded.source import Head, Source, Thread

WAVE = 4  # threads at a time
Look = Thread | ConnectorError


async def look_at(source: Source, heads: Sequence[Head]) -> list[Look]:
    """Each thread, or why it cannot be read."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_look(source, head)) for head in heads]
    return [task.result() for task in tasks]


def outage(seen: Sequence[Look]) -> ConnectorError | None:
    """The failure of the whole account or of a whole wave: nobody waits for the other threads."""
    for look in seen:
        if isinstance(look, RateLimited | Unauthorized):
            return look
    failed = [look for look in seen if isinstance(look, Unavailable)]
    return failed[0] if len(failed) == len(seen) > 1 else None


async def _look(source: Source, head: Head) -> Look:
    try:
        return await source.thread(head)
    except ConnectorError as error:
        return error
