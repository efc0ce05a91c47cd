"""Compares what each source lists with what we have, slowly, and takes in what is missing."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

import structlog

from connectors.base import (
    Batch,
    Census,
    ConnectorError,
    Cursor,
    Kind,
    RateLimited,
    Span,
    Unavailable,
)
from responder.clock import Clock
from responder.domain.backoff import backoff
from responder.domain.census import EVERY, SETTLED, Progress, planned
from responder.domain.model import AccountId
from responder.metrics import Metrics
from responder.store.accounts import AccountBook, read_account
from responder.store.codec import dump_progress
from responder.store.database import Database
from responder.store.gaps import close_gap, missing
from responder.store.inbox import Book, Ingested, Page, ingest
from responder.store.queue import Claim
from responder.store.queues import Queues
from responder.workers.accounts import Account, Accounts
from responder.workers.gaps import Gaps
from responder.workers.intake import count_new, page_of
from responder.workers.loop import Crew
from responder.workers.rounds import plan_new, start_turns

log = structlog.get_logger()

PAGE_TIMEOUT = 90.0  # seconds; under the lease of the census queue
BETWEEN_PAGES = timedelta(seconds=1)
NOT_NOW = timedelta(minutes=5)  # while the inbox itself cannot be read, or is not read to its end
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=30)


class _Page(NamedTuple):
    """One page of a census, stored."""

    census: Census
    page: Page
    stored: Ingested


class Reconciler:
    """One page of one account's lists at a time; whoever holds the census lease reads it."""

    name = "census"

    def __init__(
        self,
        database: Database,
        queues: Queues,
        accounts: Accounts,
        *,
        crew: Crew,
        clock: Clock,
        metrics: Metrics,
        dice: Random,
    ) -> None:
        self._database = database
        self._queue = queues.census
        self._accounts = accounts
        self._crew = crew
        self._clock = clock
        self._metrics = metrics
        self._dice = dice
        self._gaps = Gaps(database, queues, clock)
        self._failing: set[AccountId] = set()

    async def plan(self) -> None:
        """Put every account that is new to the store into the queue, not all at one time."""
        now = self._clock.now()
        plans = {one: now + SETTLED * self._dice.uniform(1, 2) for one in self._accounts}
        await plan_new(self._queue, plans)

    async def next_at(self) -> datetime | None:
        return await self._queue.next_at() if self._crew.free else None

    async def run_once(self) -> bool:
        free = self._crew.free
        claims = await self._queue.claim(free, for_crew=True) if free else []
        await start_turns(claims, self._accounts, self._queue, self._crew, self._turn)
        return len(claims) == free and self._crew.free > 0

    async def _turn(self, account: Account, claim: Claim) -> None:
        """One page. Whatever goes wrong, also while a failure is dealt with, the lease ends."""
        try:
            await self._page(account, claim)
        except Exception as error:
            log.error(
                "census.error", account=account.id, error=error.__class__.__name__, exc_info=error
            )

    async def _page(self, account: Account, claim: Claim) -> None:
        try:
            await self._step(account, claim)
            self._failing.discard(account.id)
        except RateLimited as error:
            await self._queue.postpone(claim, self._clock.now() + error.retry_after)
        except ConnectorError as error:
            await self._later(account, claim, error)

    async def _later(self, account: Account, claim: Claim, error: ConnectorError) -> None:
        wait = backoff(max(claim.tries, 1), self._dice, first=FIRST_WAIT, most=LONGEST_WAIT)
        await self._queue.postpone(claim, self._clock.now() + wait)
        if account.id not in self._failing:
            self._failing.add(account.id)
            log.warning("census.failing", account=account.id, error=str(error))

    async def _step(self, account: Account, claim: Claim) -> None:
        book = await read_account(self._database, account.id)
        now = self._clock.now()
        if book.began is None or book.caught_up_at is None or book.failures:
            await self._queue.postpone(claim, now + NOT_NOW, afresh=True)
            return
        progress = planned(book.census, began=book.began, caught_up_at=book.caught_up_at, now=now)
        if progress is None:
            await self._queue.postpone(claim, now + NOT_NOW, afresh=True)
            return
        page = await self._read(account, claim, progress)
        if page is None:
            log.warning("census.lease_lost", account=account.id)
            return
        await self._settle(account, progress, page)

    async def _read(self, account: Account, claim: Claim, progress: Progress) -> _Page | None:
        """Compare one page and store what was missing; None when the lease was lost."""
        census = await self._census(account, progress)
        now = self._clock.now()
        found = census.found
        count = progress.found + _gaps_in(found)
        then = replace(progress, cursor=found.cursor, found=count)
        if not found.more:
            then = then.finished(now)
        page = page_of(self._accounts.get(account.id, account), found, now)
        page = replace(page, cursor=dump_progress(then), book=Book.CENSUS)
        stored = await ingest(
            self._database,
            page,
            claim,
            next_poll=now + (BETWEEN_PAGES if found.more else EVERY * self._dice.uniform(0.9, 1.1)),
        )
        return None if stored is None else _Page(census, page, stored)

    async def _census(self, account: Account, progress: Progress) -> Census:
        assert progress.since is not None
        assert progress.until is not None
        span = Span(since=progress.since, until=progress.until)
        cursor = Cursor(progress.cursor) if progress.cursor else None
        try:
            async with asyncio.timeout(PAGE_TIMEOUT):
                return await account.connector.census(
                    span, cursor, lambda ids: missing(self._database, account.id, ids)
                )
        except asyncio.TimeoutError:
            raise Unavailable("the source's list did not come in time") from None

    async def _settle(self, account: Account, progress: Progress, page: _Page) -> None:
        """Tell of what was missing; close a gap when a whole census was clean."""
        lost = page.stored.messages + page.stored.aside
        if lost:
            log.warning("census.found", account=account.id, missing=lost)
            count_new(self._metrics, page.page, page.stored, self._clock.now())
        if lost or not page.census.found.more:
            await self._gaps.tell(account.id)
        if not page.census.found.more and not progress.found and not _gaps_in(page.census.found):
            book: AccountBook = await read_account(self._database, account.id)
            if book.gap_since is not None:
                await close_gap(self._database, book)


def _gaps_in(found: Batch) -> int:
    """How many of these should have come by themselves; platforms tell of their notices or not."""
    return sum(message.kind is Kind.CHAT for message in found.messages) + len(found.set_aside)
