"""Taobao's ways to write about an order unasked: its refund thread, and memo and flag.

The platform has no public way to begin a chat (protocols 0.2). So the buyer is written to only
where a refund thread is open already; what the warehouse or an agent must do stands on the order.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from connectors.base import (
    Audience,
    Cursor,
    Occasion,
    Order,
    OrderNote,
    OrderPage,
    Receipt,
    Rejected,
    Reply,
    Route,
    Trace,
    Unavailable,
)
from connectors.readback import SKEW, Attributions
from connectors.taobao import outbox, refund, trade
from connectors.top.client import TopClient
from connectors.top.errors import NotThere

FIRST_LOOK: Final = timedelta(days=2)
SPAN: Final = timedelta(minutes=30)  # as TOP advises; a day at most
OVERLAP: Final = timedelta(minutes=1)
MEMO: Final = "memo"
RED, YELLOW = 1, 2
_TO_BUYERS: Final = frozenset({Occasion.DELAYED, Occasion.DELIVERED})
_FLAGS: Final = {
    Occasion.UNPAID: YELLOW,
    Occasion.ADDRESS: RED,
    Occasion.QUANTITY: RED,
    Occasion.DELAYED: RED,
}


class TaobaoOrderDesk:
    """One shop's."""

    def __init__(self, client: TopClient, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        self._known = Attributions()

    async def changed(self, cursor: Cursor | None) -> OrderPage:
        """The orders of one span of half an hour, its last page first: rows may be added in front.

        The page that was counted first is read again last, so that nothing slips between pages.
        """
        now = self._now()
        start = _moment(cursor) or now - FIRST_LOOK
        end = min(start + SPAN, now)
        _, total = trade.orders(await self._client.ask(trade.changed(start, end, 1)))
        found: dict[str, Order] = {}
        for number in range(max(-(-total // trade.PAGE), 1), 0, -1):
            page, _ = trade.orders(await self._client.ask(trade.changed(start, end, number)))
            found |= {one.id: one for one in page}
        behind = end < now
        then = end if behind else max(start, end - OVERLAP)
        return OrderPage(orders=tuple(found.values()), cursor=Cursor(then.isoformat()), more=behind)

    async def look(self, order_id: str) -> Order | None:
        """The order, with its refund thread where one is open."""
        try:
            answer = await self._client.ask(trade.read_trade(order_id))
        except NotThere:
            return None
        told, refund_id = trade.order(answer), trade.refund_id(answer)
        if told is None or not refund_id:
            return told
        try:
            open_one = refund.refund(await self._client.ask(refund.read_refund(refund_id)))
        except NotThere:
            return told
        return replace(told, refund_thread=f"refund:{open_one.id}:{open_one.phase}")

    async def route(self, order: Order, occasion: Occasion) -> Route | None:
        """To the buyer in an open refund thread, else onto the order."""
        if occasion in _TO_BUYERS:
            whole = await self.look(order.id)
            if whole is not None and whole.refund_thread:
                return Route(
                    channel=whole.refund_thread,
                    audience=Audience.BUYER,
                    most=refund.TEXT_BYTES,
                    in_bytes=True,
                    language="zh",
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
        """Post it, or write it below what colleagues have written on the order."""
        if note.channel == MEMO:
            await self._write_memo(note)
            return Receipt(id=note.id, accepted_at=self._now())
        call = outbox.delivery(_reply(note))
        self._known.attempt(note.id, self._now())
        name, at = refund.added(await self._client.ask(call))
        if not name:
            raise Unavailable("a good answer without the message's id", maybe_done=True)
        self._known.note(name, note.id)
        return Receipt(id=name, accepted_at=at or self._now())

    async def told(self, note: OrderNote, since: datetime) -> Trace:
        """Read the order or the thread back."""
        if note.channel == MEMO:
            memo, _ = trade.memo(await self._client.ask(trade.read_trade(note.order_id)))
            return Trace.SENT if note.text in memo else Trace.ABSENT
        place = outbox.target(note.channel)
        if not isinstance(place, outbox.RefundTarget):
            return Trace.UNKNOWN
        page = refund.thread_page(
            await self._client.ask(refund.read_thread(place.refund_id, place.phase, 1))
        )
        if outbox.in_refund(_reply(note), since - SKEW, page.messages, self._known):
            return Trace.SENT
        whole = page.total <= refund.THREAD_PAGE
        shows = whole and self._known.would_show(note.id, since, self._now())
        return Trace.ABSENT if shows else Trace.UNKNOWN

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
    return Reply(id=note.id, thread=note.channel, text=note.text, reply_to={})


def _moment(cursor: Cursor | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(cursor or "")
    except ValueError:
        return None
    return found if found.tzinfo else None
