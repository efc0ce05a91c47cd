"""When what was let leave would show, had it arrived. Before that nobody can say it did not."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Protocol

from connectors.readback import SKEW
from responder.workers.turns import LEAVE_WITHIN

SEND_TIMEOUT = 60.0  # seconds that an answer is waited for; well under the lease of the outbox
# A marketplace may store a message after it has said that it timed out, and show it later still.
VISIBLE_AFTER = timedelta(seconds=30)
# After an attempt elsewhere was written down, by their clock: then it has left, is waited for no
# more, and would show.
LONG_AGO = LEAVE_WITHIN + timedelta(seconds=SEND_TIMEOUT) + VISIBLE_AFTER + SKEW
REMEMBERED = 2000


def steady() -> float:
    """Seconds of a clock that nobody sets."""
    return asyncio.get_running_loop().time()


class Attempted(Protocol):
    """What leaves, with its id and when it last was written down that it does: a ``Reply``."""

    @property
    def id(self) -> str: ...

    @property
    def attempted_at(self) -> datetime | None: ...


class Attempts:
    """When each attempt ended, as far as it is known here; each counts by itself."""

    def __init__(self) -> None:
        self._ended: OrderedDict[tuple[str, datetime | None], float] = OrderedDict()
        self._under_way: set[tuple[str, datetime | None]] = set()

    @contextmanager
    def under_way(self, one: Attempted) -> Iterator[None]:
        """Around a request that writes: it has left when nobody waits for its answer any more."""
        name = (one.id, one.attempted_at)
        self._under_way.add(name)
        try:
            yield
        finally:
            self._under_way.discard(name)
            self._count_from_now(one)

    def would_show(
        self, one: Attempted, since: datetime, now: datetime, lag: timedelta = timedelta(0)
    ) -> bool:
        """Whether what was first attempted at ``since`` would be listed by now if it arrived.

        ``lag`` is for how long more the list may be one from before.

        To be asked before the look: what comes to show while that is answered is not in it.
        Only of our own attempts we know when they ended, by a clock that nobody sets. What somebody
        else attempted counts from our first look, unless it is long ago by any clock.
        """
        name = (one.id, one.attempted_at)
        if name in self._under_way:  # handed out again by somebody whose clock is another
            return False
        ended = self._ended.get(name)
        if ended is not None:
            return steady() >= ended + (VISIBLE_AFTER + lag).total_seconds()
        if now >= (one.attempted_at or since) + LONG_AGO + lag:
            return True
        self._count_from_now(one)
        return False

    def _count_from_now(self, one: Attempted) -> None:
        name = (one.id, one.attempted_at)
        self._ended[name] = steady()
        self._ended.move_to_end(name)
        if len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)
