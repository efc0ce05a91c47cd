"""Which order a buyer speaks of: eBay's conversations name a listing, never an order."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from connectors.base import ConnectorError
from connectors.ebay.client import EbayClient
from connectors.ebay.wire import orders
from connectors.ebay.wire.orders import Purchase

LOOK_BACK = timedelta(days=90)  # all that eBay tells
FRESH = timedelta(minutes=15)
AFTER_FAILURE = timedelta(minutes=1)
PAGES = 10  # 2000 orders
PATIENCE = timedelta(seconds=20)  # with all of them: a buyer's words wait no longer


class Purchases:
    """The recent orders, by buyer; asked for when somebody writes, kept for 15 minutes.

    What a buyer wrote is never searched for an order: a pasted number would show one buyer
    another's facts.
    """

    def __init__(self, client: EbayClient, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        self._kept: dict[str, list[Purchase]] = {}
        self._good_until: datetime | None = None
        self._under_way: asyncio.Task[None] | None = None

    async def of(self, buyer: str, item: str) -> tuple[str, ...]:
        """This buyer's orders, those of ``item`` alone where there are some, the latest first.

        An order API that does not answer is no reason to leave a buyer's words out: then ().
        """
        if self._good_until is None or self._now() >= self._good_until:
            await self._waited()
        mine = self._kept.get(buyer.casefold(), [])
        fitting = [one for one in mine if item in one.items] if item else mine
        return tuple(one.order_id for one in fitting)

    async def close(self) -> None:
        if self._under_way is not None:
            self._under_way.cancel()
            await asyncio.wait([self._under_way])

    async def _waited(self) -> None:
        """Wait for the orders, asked for once at a time. Who gives up leaves that under way."""
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.create_task(self._renew())
        await asyncio.wait([self._under_way], timeout=PATIENCE.total_seconds())
        if self._under_way.done():
            self._under_way.result()
        else:
            self._good_until = self._now() + AFTER_FAILURE

    async def _renew(self) -> None:
        now = self._now()
        try:
            found = await self._recent(now - LOOK_BACK)
        except ConnectorError:
            self._good_until = now + AFTER_FAILURE
            return
        found.sort(key=lambda one: one.created or now, reverse=True)
        self._kept = {}
        for one in found:
            self._kept.setdefault(one.buyer, []).append(one)
        self._good_until = now + FRESH

    async def _recent(self, since: datetime) -> list[Purchase]:
        found: list[Purchase] = []
        for page in range(PAGES):
            offset = page * orders.PAGE
            told, total = orders.purchases(await self._client.get(orders.recent(since, offset)))
            found += told
            if total <= offset + orders.PAGE:
                break
        return found
