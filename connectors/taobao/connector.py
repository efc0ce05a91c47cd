"""Taobao's inbox and outbox for one shop: refund threads, and chat where it is switched on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.access import Access
from connectors.base import (
    Attachment,
    Batch,
    Census,
    Cursor,
    Missing,
    Receipt,
    Rejected,
    Reply,
    Span,
    Trace,
    Unavailable,
)
from connectors.files import FileLimits
from connectors.order_facts import Order
from connectors.pictures import Pictures
from connectors.readback import Attributions
from connectors.session import in_words
from connectors.shared import ALONE, Shared
from connectors.taobao import chat, exchange, outbox, refund, seller, tmc, trade
from connectors.taobao.account import TopAccount
from connectors.taobao.census import TopCensus
from connectors.taobao.inbox import from_chat, set_aside
from connectors.taobao.order_desk import TaobaoOrderDesk
from connectors.taobao.position import Position, understood, woken, written
from connectors.taobao.threads import Harvest, RefundReader
from connectors.top.client import TopClient, Transport
from connectors.top.errors import NotThere
from connectors.top.values import Row

ROOM = 200  # messages in one batch
LOOKS = 60  # threads read for one batch
LOOKS_BESIDE_CHAT = 8  # chat is counted in seconds: it does not wait for many refunds
TRACE_PAGES = 20
PICTURES = ("alicdn.com", "taobaocdn.com", "tbcdn.cn", "taobao.com", "tmall.com")
A_DAY = timedelta(days=1)


class TaobaoConnector:
    """One Taobao or Tmall shop, as ``connectors.base.Connector`` promises.

    ``now`` is the clock: it stamps requests, and TOP refuses those that are
    over ten minutes off. ``transport`` is how requests travel; by HTTP if it is not said.
    ``shared`` is what it has in common with whoever else asks for the account.
    """

    def __init__(
        self,
        account: TopAccount,
        *,
        now: Callable[[], datetime],
        transport: Transport | None = None,
        shared: Shared = ALONE,
    ) -> None:
        self._account = account
        self._now = now
        self._client = TopClient(account, now, transport, shared)
        self._refunds = RefundReader(self._client, account, now, shared.pigeonholes)
        self._lists = TopCensus(self._client, now, chat=account.chat)
        self._known = Attributions()
        self._pictures = Pictures(
            hosts=PICTURES, own=account.gateway, proxy=account.proxy, user_agent=account.user_agent
        )
        self.orders = TaobaoOrderDesk(self._client, now, send=self.send, trace=self.trace)

    async def fetch(self, cursor: Cursor | None) -> Batch:
        """At most 200 messages: chat first, then the refund threads that have news.

        A refund thread is read as a whole, so its older messages come again
        with the same ids.
        """
        before = understood(cursor)
        position = woken(before, self._now())
        page = await self._chat_page(position.chat)
        found, sweep = await self._refunds.harvest(
            cursor,
            position,
            room=ROOM - len(page.messages),
            looks=LOOKS_BESIDE_CHAT if page.messages else LOOKS,
        )
        if found.stop is not None and not (page.messages or found.messages or found.set_aside):
            raise found.stop
        then = replace(
            position,
            chat=page.last_id,
            # A sweep that has just begun brings what TMC was left with before.
            alive=position.alive
            if found.heard_all or position.sweep != before.sweep
            else before.alive,
            turn=position.turn + found.turned,
            unread=found.unread,
            sweep=sweep,
        )
        return self._batch(page, found, then)

    async def acknowledge(self, batch: Batch) -> None:
        """Confirm to TMC what ``batch`` came from, 200 at a time."""
        await self._refunds.confirm(batch.receipts)

    async def census(self, span: Span, cursor: Cursor | None, missing: Missing) -> Census:
        """Compare chat by its time, then every refund that has changed since ``span`` began."""
        return await self._lists.page(span, cursor, missing)

    async def send(self, reply: Reply) -> Receipt:
        """Deliver ``reply``; its ``Receipt.id`` is the id that a later fetch shows it under."""
        call = outbox.delivery(reply)
        answer = await self._client.ask(call)
        place = outbox.target(reply.thread)
        message_id, at = (
            exchange.added(place.phase, answer)
            if isinstance(place, outbox.RefundTarget)
            else chat.sent(answer)
        )
        if not message_id:
            raise Unavailable("a good answer without the message's id", maybe_done=True)
        self._known.note(message_id, reply.id)
        return Receipt(id=message_id, accepted_at=at or self._now())

    async def trace(self, reply: Reply, since: datetime) -> Trace:
        """Read the thread back. Chat knows our id; a refund thread is searched for the words.

        Where some of it cannot be read, the reply may be in that; and a refund thread that does not
        even show what is answered shows nothing.
        """
        place = outbox.target(reply.thread)
        if isinstance(place, outbox.ChatTarget):
            return await self._in_chat(reply, since, place.chat_id)
        return await self._in_refund(reply, since, place)

    async def attached(self, file: Attachment) -> bytes | None:
        """What a buyer's picture shows; None where it cannot be had."""
        return await self._pictures.read(file)

    def file_limits(self, thread: str) -> FileLimits | None:
        """What a reply in ``thread`` may carry; None where it carries nothing."""
        try:
            return outbox.file_limits(thread)
        except Rejected:
            return None

    async def order(self, order_id: str) -> Order | None:
        """The order's facts, with the amount of a refund that runs on it."""
        try:
            answer = await self._client.ask(replace(trade.read_trade(order_id), can_wait=True))
        except NotThere:
            return None
        told = trade.order(answer)
        refund_id = trade.refund_id(answer)
        if told is None or not refund_id:
            return told
        return replace(told, refund_amount=await self._refund_fee(refund_id))

    async def set_memo(self, tid: str, memo: str, flag: int) -> None:
        """Write the memo and flag that colleagues see on an order. ``flag`` is 0 to 5."""
        length = len(memo.encode("utf-8", "replace"))
        if length > trade.MEMO_BYTES:
            raise Rejected(f"the memo has {length} bytes, an order takes {trade.MEMO_BYTES}")
        if flag not in trade.FLAGS:
            raise Rejected(f"there is no flag {flag}, only 0 to 5")
        await self._client.ask(trade.update_memo(tid, memo, flag))

    async def check(self) -> str:
        """Ask for refunds, the TMC queue, chat and whose session it is; nothing is taken out."""
        now = self._now()
        _, changed = refund.changed_refunds(await self._ask_changed(now))
        waiting = tmc.waiting(await self._client.ask(tmc.queue(self._account.group_name)))
        line = f"TOP ok: {changed} refunds changed in a day, {waiting} TMC messages waiting"
        if self._account.chat:
            await self._client.ask(chat.read("", 1))
        on = "chat (our extension) answers" if self._account.chat else "chat off"
        if self._account.seller:
            on += f", {await seller.confirmed(self._client, self._account.seller)}"
        return f"{line}, {on}, {in_words(self.access)}"

    @property
    def access(self) -> Access:
        """How the session and the app's calls of the day stand."""
        return self._client.access

    async def close(self) -> None:
        await self._client.close()
        await self._pictures.close()

    def _batch(self, page: chat.ChatPage, found: Harvest, then: Position) -> Batch:
        aside = [set_aside(broken, "chat", self._now()) for broken in page.broken]
        return Batch(
            messages=[*map(from_chat, page.messages), *found.in_order()],
            cursor=written(then),
            more=page.more or found.more,
            set_aside=[*aside, *found.set_aside.values()],
            ignored=found.ignored,
            receipts=found.receipts,
            counted=page.named + found.counted,
        )

    async def _chat_page(self, since_id: str) -> chat.ChatPage:
        if not self._account.chat:
            return chat.ChatPage(last_id=since_id)
        return chat.page(await self._client.ask(chat.read(since_id)), since_id)

    async def _in_chat(self, reply: Reply, since: datetime, chat_id: str) -> Trace:
        last_id, start, absent = "", since - outbox.LOOK_BACK, Trace.ABSENT
        for _ in range(TRACE_PAGES):
            call = replace(chat.read_chat(chat_id, start, last_id), urgent=True)
            answer = await self._client.ask(call)
            page = chat.page(answer, last_id)
            if outbox.in_chat(reply, since, page.messages, self._known):
                return Trace.SENT
            absent = Trace.UNKNOWN if page.broken else absent
            if not page.more:
                return absent
            last_id = page.last_id
        return Trace.UNKNOWN

    async def _in_refund(self, reply: Reply, since: datetime, place: outbox.RefundTarget) -> Trace:
        absent = Trace.ABSENT
        for number in range(1, TRACE_PAGES + 1):
            call = exchange.read_thread(place.refund_id, place.phase, number)
            answer = await self._client.ask(replace(call, urgent=True))
            page = exchange.thread_page(place.phase, answer)
            if outbox.in_refund(reply, since, page.messages, self._known):
                return Trace.SENT
            shows_nothing = number == 1 and not page.messages
            absent = Trace.UNKNOWN if page.broken or shows_nothing else absent
            if not page.goes_on(number):
                return absent
        return Trace.UNKNOWN

    async def _refund_fee(self, refund_id: str) -> str:
        try:
            call = refund.read_refund(refund_id)
            return refund.refund(await self._client.ask(replace(call, can_wait=True))).fee
        except NotThere:
            return ""

    async def _ask_changed(self, now: datetime) -> Row:
        return await self._client.ask(refund.changed(now - A_DAY, now, 1, page_size=1))
