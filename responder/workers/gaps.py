"""What the source named and the store has not: a person is told, and the lists are compared."""

from datetime import datetime, timedelta

import structlog

from connectors.base import Batch
from responder.clock import Clock
from responder.domain.model import AccountId
from responder.store.accounts import AccountBook, read_account
from responder.store.database import Database
from responder.store.gaps import tell_gap
from responder.store.inbox import Ingested
from responder.store.notices import WHEN, Notice
from responder.store.queues import Queues
from responder.workers.accounts import Account

log = structlog.get_logger()

# Not read for so long after it should have been: the lists are compared as soon as we are back.
OUTAGE = timedelta(minutes=10)
TELL_AGAIN = timedelta(hours=1)


class Gaps:
    """Keeps watch over the accounts' books."""

    def __init__(self, database: Database, queues: Queues, clock: Clock) -> None:
        self._database = database
        self._census = queues.census
        self._clock = clock

    async def polled(
        self, account: Account, before: AccountBook, batch: Batch, stored: Ingested
    ) -> None:
        """Look at one stored page: whether it adds up, and whether an outage is over.

        ``before`` is the book as it was when the turn began: what it has not told
        of yet is told of now.
        """
        accounted = stored.messages + stored.aside + stored.known + batch.ignored
        if accounted != batch.seen:
            log.error("poll.gap", account=account.id, seen=batch.seen, accounted=accounted)
        if accounted != batch.seen or before.gap > before.gap_told:
            await self.tell(account.id)
        if accounted != batch.seen or (not batch.more and self._was_away(account, before)):
            await self._compare_now(account.id)

    async def tell(self, account: AccountId) -> bool:
        """Tell of everything missing that was not told of yet, at most once an hour."""
        book = await read_account(self._database, account)
        if book.gap <= book.gap_told:
            return False
        now = self._clock.now()
        notice = Notice(
            id=f"{account}:gap:{now:{WHEN}}",
            kind="ingest_gap",
            at=now,
            account=account,
            reason=_reason(book),
        )
        return await tell_gap(self._database, book, notice, not_since=now - TELL_AGAIN)

    def _was_away(self, account: Account, before: AccountBook) -> bool:
        last: datetime | None = before.caught_up_at
        usual = timedelta(seconds=account.poll_seconds)
        return last is not None and self._clock.now() - last > usual + OUTAGE

    async def _compare_now(self, account: AccountId) -> None:
        partition = self._database.partitions.of_account(account)
        await self._census.schedule(partition, {account: self._clock.now()})


def _reason(book: AccountBook) -> str:
    """In words that say what was done about it."""
    missing = book.gap - book.gap_told
    things = "thing was" if missing == 1 else "things were"
    return (
        f"{missing} {things} at the marketplace and not here. In all so far: {book.recovered} "
        f"found by comparing with its own lists, and stored; {book.unaccounted} named and not "
        "handed out. The lists are compared again."
    )
