"""Order facts for drafts: asked for politely, remembered for a while, never waited for long."""

import asyncio
from collections import Counter, OrderedDict
from datetime import datetime, timedelta

import structlog

from connectors.base import ConnectorError, RateLimited
from connectors.order_facts import Order
from responder.clock import Clock
from responder.domain.model import AccountId
from responder.workers.accounts import Account

log = structlog.get_logger()

KEEP = timedelta(minutes=10)
MOST = 5_000  # remembered orders
TIMEOUT = 5.0  # seconds; a draft without facts beats no draft
PROBE_TIMEOUT = 1.0  # of an account that failed before: the others' drafts wait for it
AT_ONCE = 8  # requests of one account
AFTER_FAILURE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=5)


class Orders:
    """Asks each account's connector, within what the marketplace allows.

    ``patience``: seconds that a question waits for its turn behind others of its account.
    """

    def __init__(self, clock: Clock, *, patience: float = TIMEOUT) -> None:
        self._clock = clock
        self._patience = patience
        self._known: OrderedDict[tuple[AccountId, str], tuple[datetime, Order | None]] = (
            OrderedDict()
        )
        self._not_before: dict[AccountId, datetime] = {}
        self._slots: dict[AccountId, asyncio.Semaphore] = {}
        self._failures: Counter[AccountId] = Counter()  # in a row
        self._probed: set[AccountId] = set()  # failed before, and being tried by one request

    async def find(self, account: Account, order_id: str) -> Order | None:
        """The order, or None: unknown there, or not to be had right now."""
        key, now = (account.id, order_id), self._clock.now()
        if key in self._known and self._known[key][0] > now:
            return self._known[key][1]
        slots = self._slots.setdefault(account.id, asyncio.Semaphore(AT_ONCE))
        if not await self._has_turn(account.id, slots):
            return None
        try:
            return await self._ask(account, key) if self._may_ask(account.id) else None
        finally:
            slots.release()

    async def _has_turn(self, account: AccountId, slots: asyncio.Semaphore) -> bool:
        """Whether it came soon. One that answers slowly is left alone: all drafts wait for it."""
        if not self._may_ask(account):
            return False
        try:
            async with asyncio.timeout(self._patience):
                return await slots.acquire()
        except asyncio.TimeoutError:
            if not self._is_paused(account):
                self._pause(account, AFTER_FAILURE, "slow answers")
            return False

    def _may_ask(self, account: AccountId) -> bool:
        return not self._is_paused(account) and account not in self._probed

    def _is_paused(self, account: AccountId) -> bool:
        now = self._clock.now()
        return self._not_before.get(account, now) > now

    async def _ask(self, account: Account, key: tuple[AccountId, str]) -> Order | None:
        """Ask the marketplace; one that failed before is tried by one request, and a short one."""
        probe = self._failures[account.id] > 0
        if probe:
            self._probed.add(account.id)
        try:
            async with asyncio.timeout(PROBE_TIMEOUT if probe else TIMEOUT):
                order = await account.connector.order(key[1])
        except RateLimited as error:
            self._pause(account.id, error.retry_after, "rate limited")
            return None
        except (ConnectorError, OSError) as error:  # one that its connector let out, or no answer
            self._failed(account.id, str(error) or "no answer in time")
            return None
        finally:
            self._probed.discard(account.id)
        del self._failures[account.id]
        self._remember(key, self._clock.now() + KEEP, order)
        return order

    def _failed(self, account: AccountId, reason: str) -> None:
        """Longer and longer pauses; those who failed together count once."""
        if self._is_paused(account):
            return
        self._failures[account] += 1
        wait = AFTER_FAILURE * (1 << min(self._failures[account] - 1, 10))
        self._pause(account, min(wait, LONGEST_PAUSE), reason)

    def _pause(self, account: AccountId, wait: timedelta, reason: str) -> None:
        if not self._is_paused(account):
            log.warning(
                "orders.paused", account=account, reason=reason, seconds=wait.total_seconds()
            )
        self._not_before[account] = self._clock.now() + wait

    def _remember(self, key: tuple[AccountId, str], until: datetime, order: Order | None) -> None:
        self._known[key] = (until, order)
        self._known.move_to_end(key)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
