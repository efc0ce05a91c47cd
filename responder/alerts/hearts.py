"""The heartbeat: an address that is asked for while the watch is kept.

Whoever is behind it (healthchecks.io, Uptime Kuma, Dead Man's Snitch, …) raises the
alarm when it stops: a dead daemon cannot do so itself.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import aiohttp

STANDS_STILL = timedelta(seconds=90)  # a watcher that has not ticked for so long
BEHIND = timedelta(seconds=60)  # what nobody has looked at for so long
TIMEOUT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heart:
    """One address. It goes silent too while none of ``channels`` takes its alerts."""

    name: str
    url: str = field(repr=False)
    every: timedelta
    channels: tuple[str, ...] = ()


def silent_because(
    now: datetime,
    *,
    ticked_at: datetime | None,
    next_look: datetime | None,
    next_word: datetime | None,
    failing: int,
    channels: int,
) -> str:
    """Why the heart must not beat; "" when the watch is kept.

    ``ticked_at``: when the watcher last finished a round, ``next_look`` when the
    earliest conversation wanted to be looked at, ``next_word`` when the earliest alert
    wanted to be brought to its channels, or a channel to speak.
    """
    if ticked_at is None or ticked_at < now - STANDS_STILL:
        return "the watcher does not tick"
    if next_look is not None and next_look < now - BEHIND:
        return "thresholds have passed that nobody has looked at"
    if next_word is not None and next_word < now - BEHIND:
        return "alerts wait that nobody tells"
    if channels and failing >= channels:
        return "no channel takes its alerts"
    return ""


async def ping(url: str) -> bool:
    """Ask for ``url``; whether it answered that it heard."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
            return 200 <= answer.status < 300
    except (aiohttp.ClientError, OSError, asyncio.TimeoutError):
        return False
