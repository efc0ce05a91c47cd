"""Taobao's ways to write about an order unasked: memo and flag for colleagues, an open refund's
thread for its buyer.

The platform has no public way to begin a chat (protocols 0.2). Only a delay is told in a refund
thread: what holds the parcel back (address, quantity) must stand where the warehouse looks.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from connectors.base import Cursor, Receipt, Rejected, Reply, Trace
from connectors.order_desk import Audience, Occasion, OrderNote, OrderPage, Route
from connectors.order_facts import Order
from connectors.taobao import refund, trade
from connectors.taobao.inbox import refund_thread
from connectors.top.client import TopClient
from connectors.top.errors import NotThere

FIRST_LOOK: Final = timedelta(days=2)
SPAN: Final = timedelta(minutes=30)  # as TOP advises; a day at most
OVERLAP: Final = timedelta(minutes=1)
MEMO: Final = "memo"
RED, YELLOW = 1, 2
_FLAGS: Final = {
    Occasion.UNPAID: YELLOW,
    Occasion.ADDRESS: RED,
    Occasion.QUANTITY: RED,
    Occasion.DELAYED: RED,
}


Send = Callable[[Reply], Awaitable[Receipt]]
Look = Callable[[Reply, datetime], Awaitable[Trace]]


class TaobaoOrderDesk:
    """One shop's. ``send`` and ``trace``: how its answers leave and are looked up."""

    def __init__(
        self,
        client: TopClient,
        now: Callable[[], datetime],
        *,
        send: Send,
        trace: Look,
    ) -> None:
        self._client = client
        self._now = now
        self._send = send
        self._trace = trace
        self._memos = asyncio.Lock()  # a memo is read and written back: two at once lose one

    async def changed(self, cursor: Cursor | None) -> OrderPage:
        """The orders of one span of half an hour, its last page first: rows may be added in front.

        The page that was counted first is read again last, so that nothing slips between pages.
        """
        now = self._now()
        start = _moment(cursor)
        if start is None or start > now:  # left by a clock that was ahead: who knows when that was
            start = now - FIRST_LOOK
        end = min(start + SPAN, now)
        _, total = trade.orders(await self._client.ask(trade.changed(start, end, 1)))
        found: dict[str, Order] = {}
        for number in range(total // trade.PAGE + 1, 0, -1):
            page, _ = trade.orders(await self._client.ask(trade.changed(start, end, number)))
            found |= {one.id: one for one in page}
        behind = end < now
        then = end if behind else max(start, end - OVERLAP)
        return OrderPage(orders=tuple(found.values()), cursor=Cursor(then.isoformat()), more=behind)

    async def look(self, order_id: str) -> Order | None:
        """The order, if there is one."""
        try:
            return trade.order(await self._client.ask(trade.read_trade(order_id)))
        except NotThere:
            return None

    async def route(self, order: Order, occasion: Occasion) -> Route | None:
        """Into an open refund's thread, or onto the order for colleagues; None where they have
        nothing to do.
        """
        thread = await self._thread(order) if occasion is Occasion.DELAYED else ""
        if thread:
            return Route(
                channel=thread,
                audience=Audience.BUYER,
                most=refund.TEXT_BYTES,
                in_bytes=True,
                language="zh",
                comes_back=True,
            )
        if occasion not in _FLAGS:
            return None
        return Route(
            channel=MEMO,
            audience=Audience.WAREHOUSE,
            most=trade.MEMO_BYTES // 2,  # the other half is for what stands there already
            in_bytes=True,
            language="zh",
        )

    async def tell(self, note: OrderNote) -> Receipt:
        """Write it below what colleagues have written on the order, or into the thread."""
        if note.channel != MEMO:
            return await self._send(_reply(note))
        async with self._memos:
            await self._write_memo(note)
        return Receipt(id=note.id, accepted_at=self._now())

    async def told(self, note: OrderNote, since: datetime) -> Trace:
        """Read the order back, or the thread."""
        if note.channel != MEMO:
            return await self._trace(_reply(note), since)
        memo, _ = trade.memo(await self._client.ask(trade.read_trade(note.order_id)))
        return Trace.SENT if note.text in memo else Trace.ABSENT

    def lag(self, note: OrderNote) -> timedelta:  # noqa: ARG002 - the order itself is read
        """None: it reads the order, and the thread."""
        return timedelta(0)

    async def _thread(self, order: Order) -> str:
        """Where the order's open refund is talked about; "" where none is open."""
        if not order.refund_status:
            return ""
        try:
            answer = await self._client.ask(trade.read_trade(order.id))
            for refund_id in trade.open_refunds(answer):
                facts = refund.refund(await self._client.ask(refund.read_refund(refund_id)))
                if facts.phase and facts.status not in trade.CLOSED:
                    return refund_thread(refund_id, facts.phase)
        except NotThere:
            return ""
        return ""

    async def _write_memo(self, note: OrderNote) -> None:
        memo, flag = trade.memo(await self._client.ask(trade.read_trade(note.order_id)))
        if note.text in memo:
            return
        whole = f"{memo}\n{note.text}" if memo else note.text
        length = len(whole.encode("utf-8", "replace"))
        if length > trade.MEMO_BYTES:
            raise Rejected(f"the memo would have {length} bytes, an order takes {trade.MEMO_BYTES}")
        flag = flag or _FLAGS.get(note.occasion, RED)
        await self._client.ask(trade.update_memo(note.order_id, whole, flag))


def _reply(note: OrderNote) -> Reply:
    return Reply(
        id=note.id,
        thread=note.channel,
        text=note.text,
        reply_to={},
        attempted_at=note.attempted_at,
    )


def _moment(cursor: Cursor | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(cursor or "")
    except ValueError:
        return None
    return found if found.tzinfo else None
