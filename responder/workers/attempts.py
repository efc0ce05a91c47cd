"""When what was let leave would show, had it arrived. Before that nobody can say it did not."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Protocol

from responder.clock import Clock
from responder.workers.turns import LEAVE_WITHIN

SEND_TIMEOUT = 60.0  # seconds that an answer is waited for; well under the lease of the outbox
# A marketplace may store a message after it has said that it timed out, and show it later still.
VISIBLE_AFTER = timedelta(seconds=30)
# From our first look at what another process attempted, which may be about to let it leave.
ELSEWHERE = LEAVE_WITHIN + timedelta(seconds=SEND_TIMEOUT) + VISIBLE_AFTER
REMEMBERED = 2000


class Attempted(Protocol):
    """What leaves, with its id and when it last was written down that it does: a ``Reply``."""

    @property
    def id(self) -> str: ...

    @property
    def attempted_at(self) -> datetime | None: ...


class Attempts:
    """When each attempt would show, as far as it is known here; each counts by itself.

    ``alone``: no other process is at work in this store, so that what is not ours is of the dead.
    ``mark`` goes into the store with each attempt, and says that it was made here: the answer to
    the writing down may be lost, and then nothing of it has left.
    """

    def __init__(self, clock: Clock, *, alone: bool = False) -> None:
        self.mark = token_hex(8)
        self._clock = clock
        self._elsewhere = VISIBLE_AFTER if alone else ELSEWHERE
        self._shows_at: OrderedDict[tuple[str, datetime | None], float] = OrderedDict()
        self._under_way: set[tuple[str, datetime | None]] = set()

    @contextmanager
    def under_way(self, one: Attempted) -> Iterator[None]:
        """Around what lets it leave: it has left when nobody waits for an answer any more."""
        name = (one.id, one.attempted_at)
        self._under_way.add(name)
        try:
            yield
        finally:
            self._under_way.discard(name)
            self._count_from_now(one, VISIBLE_AFTER)

    def would_show(self, one: Attempted, by: str, lag: timedelta = timedelta(0)) -> bool:
        """Whether what was attempted would be listed by now if it arrived.

        ``by`` is the mark of whoever attempted it, and ``lag`` for how long more the list may be
        one from before.

        To be asked before the look: what comes to show while that is answered is not in it.
        Only of our own attempts we know when they ended. What somebody else attempted counts from
        our first look: by when they say they did, an hour may have passed where only clocks differ
        (2026-11-23: the lease of a machine whose clock is behind has ended before it begins).
        """
        name = (one.id, one.attempted_at)
        if name in self._under_way:  # handed out again by somebody whose clock is another
            return False
        if name not in self._shows_at:
            self._count_from_now(one, VISIBLE_AFTER if by == self.mark else self._elsewhere)
        return self._clock.steady() >= self._shows_at[name] + lag.total_seconds()

    def _count_from_now(self, one: Attempted, wait: timedelta) -> None:
        name = (one.id, one.attempted_at)
        self._shows_at[name] = self._clock.steady() + wait.total_seconds()
        self._shows_at.move_to_end(name)
        if len(self._shows_at) > REMEMBERED:
            self._shows_at.popitem(last=False)
