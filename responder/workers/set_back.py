"""What was planned by a clock that was ahead does not wait until it is that late.

Nor does what another daemon has forgotten, which does not know the account.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

import structlog

from responder.clock import CLOCKS_APART, Clock
from responder.domain.model import AccountId
from responder.store.accounts import AccountBook, read_accounts
from responder.store.database import Database
from responder.store.queue import DeadlineQueue

log = structlog.get_logger()

EVERY: Final = timedelta(minutes=1)


class SetBack:
    """Has accounts polled now that were last polled in the future, or that nobody would poll.

    A clock was hours ahead when that was written, as a machine's is that takes local time for UTC
    until it asks somebody. The next poll stands at that clock's time, and no restart would help.

    2026-11-23 A daemon takes an account out of the queue that its configuration does not have;
    one that runs with an older configuration would keep a new account from being read at all.
    """

    def __init__(self, database: Database, queue: DeadlineQueue, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self._looked_at: datetime | None = None

    async def look(self, accounts: Collection[AccountId]) -> None:
        """Now and then, and at once where our own clock was set back."""
        now = self._clock.now()
        if self._looked_at is not None and timedelta(0) <= now - self._looked_at < EVERY:
            return
        for book in await self._books(accounts):
            partition = self._database.partitions.of_account(book.account)
            if book.next_poll is None:
                log.warning("poll.was_forgotten", account=book.account)
                await self._queue.schedule(partition, {book.account: now}, only_new=True)
            elif book.polled_at is not None and book.polled_at > now + CLOCKS_APART:
                log.warning("poll.clock_set_back", account=book.account, polled_at=book.polled_at)
                await self._queue.schedule(partition, {book.account: now})
        self._looked_at = now

    async def _books(self, accounts: Collection[AccountId]) -> list[AccountBook]:
        """What can be read of them: of one that makes no sense its own poll tells."""
        try:
            return await read_accounts(self._database, list(accounts))
        except ValueError:
            if len(accounts) == 1:
                return []
        return [book for account in accounts for book in await self._books([account])]
