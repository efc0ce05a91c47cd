"""Reads every account's inbox into the store, and only then says so to the marketplace."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import structlog

from connectors.base import Batch, ConnectorError, Cursor, RateLimited, Unauthorized, Unavailable
from responder.clock import Clock
from responder.domain.backlog import HEAD_START, head_start
from responder.domain.backoff import backoff
from responder.domain.model import AccountId
from responder.metrics import Metrics
from responder.store.accounts import poll_failed, read_account
from responder.store.database import Database
from responder.store.inbox import ingest
from responder.store.notices import WHEN, Notice
from responder.store.queue import Claim
from responder.store.queues import Queues
from responder.workers.access import Watch
from responder.workers.accounts import Account, Accounts
from responder.workers.gaps import Gaps
from responder.workers.intake import count_new, page_of
from responder.workers.loop import Crew
from responder.workers.page import Pages
from responder.workers.poison import THE_STORES, is_the_stores
from responder.workers.reread import ReadAgain
from responder.workers.rounds import plan_new, start_turns
from responder.workers.set_back import SetBack

log = structlog.get_logger()

ACKNOWLEDGE_TIMEOUT = 15.0
LEASE = timedelta(seconds=60)
PAGES_A_TURN = 50  # then the others get theirs
PAGES_WHILE_OTHERS_WAIT = 5
DOWN_AFTER = 3  # failed polls in a row
LONGEST_SILENCE = timedelta(minutes=30)  # of an inbox that asks for pauses; then a person hears
LONGEST_WAIT = timedelta(minutes=5)
SCATTER = 0.1  # of the time between two polls
BREATH = 1.0  # seconds between two pages while too many drafts wait


class Poller:
    """One account is read by one worker at a time: whoever holds its lease."""

    name = "poll"

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
        slow_at: int = 0,  # drafts that wait; 0: never slow
    ) -> None:
        self._database = database
        self._queue = queues.poll
        self._drafts = queues.draft
        self._slow_at = slow_at
        self._accounts = accounts
        self._crew = crew
        self._clock = clock
        self._metrics = metrics
        self._dice = dice
        self._pages = Pages(clock, dice)
        self._gaps = Gaps(database, queues, clock)
        self._watch = Watch(database, clock)
        self._set_back = SetBack(database, queues.poll, clock)
        self._failing: set[AccountId] = set()
        self._backlog: dict[str, timedelta] = {}  # head starts of accounts with more to read

    async def plan(self) -> None:
        """Put every account that is new to the store into the queue."""
        await plan_new(self._queue, dict.fromkeys(self._accounts, self._clock.now()))

    async def next_at(self) -> datetime | None:
        return await self._queue.next_at() if self._crew.free else None

    async def run_once(self) -> bool:
        """Start a turn for each account that is due and not in anybody's hands."""
        await self._set_back.look(self._accounts)
        free = self._crew.free
        claims = await self._queue.claim_in_order(free, self._head_start) if free else []
        await start_turns(claims, self._accounts, self._queue, self._crew, self._turn)
        return len(claims) == free and self._crew.free > 0

    async def _turn(self, account: Account, claim: Claim) -> None:
        """Read an account's new pages, up to a limit."""
        try:
            outcome = await self._outcome(account, claim)
            await self._watch.look(account)
        except Exception as error:
            outcome = "error"
            log.error(
                "poll.error", account=account.id, error=error.__class__.__name__, exc_info=error
            )
            await self._odd(account, claim, error)
        self._metrics.polls.labels(account.id, outcome).inc()
        if outcome == "ok" and account.id in self._failing:
            self._failing.discard(account.id)
            log.info("poll.recovered", account=account.id)

    async def _odd(self, account: Account, claim: Claim, error: Exception) -> None:
        """An inbox that nobody foresaw is a failing inbox: waited for, and told of."""
        if is_the_stores(error):
            self._queue.leave(claim)
            return
        why = Unavailable(f"the inbox cannot be read: {error.__class__.__name__}")
        try:
            await self._failed(account, claim, why)
        except THE_STORES:
            self._queue.leave(claim)

    async def _outcome(self, account: Account, claim: Claim) -> str:
        """How a turn ended; what the marketplace refused is planned anew."""
        try:
            await self._read(account, claim)
        except RateLimited as error:
            if await self._is_silent(account, claim, error):
                await self._failed(account, claim, error)
            else:
                await self._queue.postpone(claim, self._clock.now() + error.retry_after)
            return "rate_limited"
        except ConnectorError as error:
            await self._failed(account, claim, error)
            return error.__class__.__name__.lower()
        return "ok"

    async def _read(self, account: Account, claim: Claim) -> None:
        book = await read_account(self._database, account.id)
        cursor = Cursor(book.cursor) if book.cursor is not None else None
        if cursor is not None and book.rereads:
            again = ReadAgain(
                database=self._database,
                account=account,
                claim=claim,
                clock=self._clock,
                lease=LEASE,
            )
            await again.all(cursor)
        for number in range(1, PAGES_A_TURN + 1):
            batch = await self._pages.read(account.connector, cursor)
            more = batch.more and number < self._pages_now and not self._crew.stopping
            now = self._clock.now()
            pause = timedelta(0) if batch.more else self._until_next(account)
            promised = self._accounts.get(account.id, account)  # as of now: it may be read anew
            page = replace(page_of(promised, batch, now), after=cursor or "")
            stored = await ingest(
                self._database,
                page,
                claim,
                next_poll=now + (LEASE if more else pause),
                keep=more,
            )
            if stored is None:
                log.warning("poll.lease_lost", account=account.id)
                await self._queue.postpone(claim, now)  # if it is ours, the store has lost writes
                return
            self._backlog[account.id] = _head_start(account, batch, now)
            count_new(self._metrics, page, stored, now)
            if stored.aside:
                log.warning("poll.set_aside", account=account.id, count=stored.aside)
            await self._acknowledge(account, claim, batch)
            await self._gaps.polled(account, book, batch, stored)
            if not more:
                return
            cursor = batch.cursor
            await self._breathe()

    def _until_next(self, account: Account) -> timedelta:
        """Up to a tenth sooner than promised: accounts that started together scatter."""
        sooner = 1 - SCATTER * self._dice.random()
        return timedelta(seconds=account.poll_seconds * sooner)

    async def _breathe(self) -> None:
        """Between two pages of a backlog, let the drafter catch up if it is far behind.

        2026-11-22 No message is left at its source for it: only what is taken in has a clock
        that is watched. The first page of a turn, where new messages are, never waits.
        """
        if self._slow_at and await self._drafts.depth() > self._slow_at:
            await self._clock.sleep(BREATH)

    def _head_start(self, account: str) -> timedelta:
        return self._backlog.get(account, HEAD_START)

    @property
    def _pages_now(self) -> int:
        """How many pages a turn may have."""
        return PAGES_A_TURN if self._crew.free else PAGES_WHILE_OTHERS_WAIT

    async def _acknowledge(self, account: Account, claim: Claim, batch: Batch) -> None:
        """Tell the marketplace, once nothing can be lost. If that fails it only sends again."""
        if not batch.receipts:
            return
        await self._database.durable(claim.partition)
        if (await read_account(self._database, account.id)).cursor != batch.cursor:
            # A store that was started anew while we stood still has kept what it was asked to
            # keep, and not the page before it. Where somebody has read on, it comes once more.
            log.warning("poll.not_acknowledged", account=account.id, error="not in the store")
            return
        try:
            async with asyncio.timeout(ACKNOWLEDGE_TIMEOUT):
                await account.connector.acknowledge(batch)
        except (ConnectorError, asyncio.TimeoutError) as error:
            why = str(error) or "no answer in time"
            log.warning("poll.not_acknowledged", account=account.id, error=why)

    async def _is_silent(self, account: Account, claim: Claim, error: RateLimited) -> bool:
        """Whether nothing is read for so long that somebody has to know."""
        now = self._clock.now()
        read_at = (await read_account(self._database, account.id)).ok_at
        if read_at is None:
            return error.retry_after * claim.tries > LONGEST_SILENCE
        return now + error.retry_after - read_at > LONGEST_SILENCE

    async def _failed(self, account: Account, claim: Claim, error: ConnectorError) -> None:
        now = self._clock.now()
        at_once = isinstance(error, Unauthorized | RateLimited)
        notice = Notice(
            id=f"{account.id}:down:{now:{WHEN}}",
            kind="account_down",
            at=now,
            account=account.id,
            reason=str(error),
        )
        wait = backoff(
            max(claim.tries, 1),
            self._dice,
            first=timedelta(seconds=account.poll_seconds),
            most=LONGEST_WAIT,
        )
        await poll_failed(
            self._database,
            claim,
            problem=str(error),
            next_poll=now + (error.retry_after if isinstance(error, RateLimited) else wait),
            down_after=1 if at_once else DOWN_AFTER,
            notice=notice,
        )
        if account.id not in self._failing:
            self._failing.add(account.id)
            log.warning("poll.failing", account=account.id, error=str(error))


def _head_start(account: Account, batch: Batch, now: datetime) -> timedelta:
    """For the next turn: what is not read yet is about as old as the end of what is.

    An account without more to read is as one that nobody has looked at: it goes
    first, for nobody knows what waits there.
    """
    if not batch.more:
        return HEAD_START
    newest = max((message.sent_at for message in batch.messages), default=now)
    return head_start(account.policy.respond_within, newest, now)
