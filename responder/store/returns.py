"""What a queue wants back from us because the store failed: given when it answers again."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from responder.domain.model import Token
from responder.store.keys import Partition
from responder.store.times import ms

if TYPE_CHECKING:
    from responder.store.queue import Claim, DeadlineQueue

FIRST_PAUSE = timedelta(seconds=1)  # of an item whose worker lost the store


class Returns:
    """Claims whose work ended early, and handouts that nobody heard of, of one queue.

    Without it each would wait until its lease ends: two minutes for a reply (2026-11-24).
    """

    def __init__(self, queue: "DeadlineQueue") -> None:
        self._queue = queue
        self._left: dict[Claim, datetime] = {}  # and when each is to be handed out again
        self._unheard: dict[Token, Partition] = {}

    def __bool__(self) -> bool:
        return bool(self._left or self._unheard)

    def leave(self, claim: "Claim", settle: timedelta) -> None:
        """After a pause that grows with its tries, is at least ``settle``, at most its lease."""
        pause = max(settle, FIRST_PAUSE * 2 ** min(claim.tries - 1, 10))
        self._left[claim] = self._queue.database.clock.now() + min(pause, self._queue.lease)

    def unheard(self, token: Token, partition: Partition) -> None:
        """The answer may have been lost after the server had handed something out under it."""
        self._unheard[token] = partition

    async def give(self) -> None:
        """Give all of it back; what fails is tried again the next time."""
        while self._left:
            claim, at = next(iter(self._left.items()))
            # Our clock may have been set back meanwhile.
            latest = self._queue.database.clock.now() + self._queue.lease
            await self._queue.postpone(claim, min(at, latest))
            self._left.pop(claim, None)
        while self._unheard:
            token, partition = next(iter(self._unheard.items()))
            await self._queue.database.scripts.run(
                "give_back",
                partition.queue(self._queue.name),
                (token, ms(self._queue.database.clock.now())),
            )
            self._unheard.pop(token, None)
