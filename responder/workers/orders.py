"""Order facts for drafts: asked for politely, remembered for a while, never waited for long."""

import asyncio
from collections import OrderedDict
from datetime import datetime, timedelta

import structlog

from connectors.base import ConnectorError, Order, RateLimited
from responder.clock import Clock
from responder.domain.model import AccountId
from responder.workers.accounts import Account

log = structlog.get_logger()

KEEP = timedelta(minutes=10)
MOST = 5_000  # remembered orders
TIMEOUT = 5.0  # seconds; a draft without facts beats no draft
AT_ONCE = 8  # requests of one account
AFTER_FAILURE = timedelta(seconds=10)


class Orders:
    """Asks each account's connector, within what the marketplace allows."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[tuple[AccountId, str], tuple[datetime, Order | None]] = (
            OrderedDict()
        )
        self._not_before: dict[AccountId, datetime] = {}
        self._slots: dict[AccountId, asyncio.Semaphore] = {}

    async def find(self, account: Account, order_id: str) -> Order | None:
        """The order, or None: unknown there, or not to be had right now."""
        key, now = (account.id, order_id), self._clock.now()
        if key in self._known and self._known[key][0] > now:
            return self._known[key][1]
        async with self._slots.setdefault(account.id, asyncio.Semaphore(AT_ONCE)):
            if self._not_before.get(account.id, now) > now:
                return None
            try:
                async with asyncio.timeout(TIMEOUT):
                    order = await account.connector.order(order_id)
            except RateLimited as error:
                self._pause(account.id, error.retry_after, "rate limited")
                return None
            except (ConnectorError, asyncio.TimeoutError) as error:
                self._pause(account.id, AFTER_FAILURE, str(error) or "no answer in time")
                return None
        self._remember(key, now + KEEP, order)
        return order

    def _pause(self, account: AccountId, wait: timedelta, reason: str) -> None:
        now = self._clock.now()
        if self._not_before.get(account, now) <= now:
            log.warning(
                "orders.paused", account=account, reason=reason, seconds=wait.total_seconds()
            )
        self._not_before[account] = now + wait

    def _remember(self, key: tuple[AccountId, str], until: datetime, order: Order | None) -> None:
        self._known[key] = (until, order)
        self._known.move_to_end(key)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
