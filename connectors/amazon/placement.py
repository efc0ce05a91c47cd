"""Finding the thread of a mail that does not name its buyer's alias.

Amazon's copies of own replies, its notices and its refusals name an order or
only a buyer's display name. The mailbox itself knows which alias that is: what
was read lately is remembered, and the rest is searched for.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from connectors.amazon.wire.inbound import thread_key
from connectors.base import Author, InboundMessage, Kind, SetAside
from connectors.mail.outcome import Ignored
from connectors.mail.wire.cursors import Position

Search = Callable[[Sequence[object]], Awaitable[list[InboundMessage] | None]]
_REMEMBERED = 20_000  # orders, and names


@dataclass(frozen=True, slots=True)
class _Buyer:
    alias: str
    relay: str
    name: str


class ThreadFinder:
    """Places messages. ``search`` looks in the mailbox for buyers' messages by IMAP criteria; it
    gives None where it cannot find all of them.

    What it remembers only saves searches: without it the answers are the same.
    """

    def __init__(self, search: Search, *, remembered: int = _REMEMBERED) -> None:
        self._search = search
        self._remembered = remembered
        self._by_order: dict[str, _Buyer] = {}
        self._threads_by_name: dict[str, set[str]] = {}
        # Up to where every mail since the first look was seen here; None after a gap. Only
        # then is a name with one thread known to have no second one.
        self._seen_up_to: Position | None = None

    def pass_over(self, start: Position, end: Position, *, is_first_look: bool) -> None:
        """Note that all mails from ``start`` up to ``end`` are being read now."""
        seen = self._seen_up_to
        if is_first_look or (
            seen and seen.uidvalidity == start.uidvalidity and start.next_uid <= seen.next_uid
        ):
            self._seen_up_to = end
        else:
            self._forget_names()

    def remember(self, message: InboundMessage) -> None:
        """Learn from a message that names its alias."""
        if message.author is not Author.BUYER:
            return
        buyer = _Buyer(message.buyer_id, message.reply_to.get("to", ""), message.buyer)
        for order_id in message.order_ids[:1]:
            self._by_order[order_id] = buyer
        if self._seen_up_to or message.buyer in self._threads_by_name:
            self._threads_by_name.setdefault(message.buyer, set()).add(message.thread)
        if len(self._by_order) > self._remembered:
            self._by_order.pop(next(iter(self._by_order)))
        if len(self._threads_by_name) > self._remembered:
            self._forget_names()

    async def place(self, message: InboundMessage, ref: str) -> InboundMessage | SetAside | Ignored:
        """``message`` in its thread, where that is certain. Nothing is ever guessed.

        A copy of an own reply that fits nowhere is left out (the buyer loses
        nothing by it); anything else that fits nowhere needs a person.
        """
        if message.order_ids:
            return await self._by_its_order(message)
        if message.kind is Kind.REFUSAL and message.refuses:
            return message  # the reply that it names says which thread
        if message.buyer:
            threads = await self._threads_of(message.buyer)
            if len(threads) == 1:
                thread = next(iter(threads))
                return replace(message, thread=thread, buyer_id=thread.partition("|")[0])
        if message.author is Author.SELLER:
            return Ignored("a copy of an own reply that fits no thread for certain")
        reason = "a mail about a buyer that names neither an order nor one buyer for certain"
        return SetAside(id=message.id, reason=reason, ref=ref, at=message.sent_at)

    async def _by_its_order(self, message: InboundMessage) -> InboundMessage:
        """An order has one buyer. Where none wrote about it, the order is all of the key."""
        order_id = message.order_ids[0]
        if order_id not in self._by_order:
            for found in await self._search(["HEADER", "Subject", order_id]) or ():
                self.remember(found)
        buyer = self._by_order.get(order_id)
        if buyer is None:
            return message
        reply_to = {**message.reply_to, "to": buyer.relay} if message.reply_to else {}
        return replace(
            message,
            thread=thread_key(buyer.alias, order_id),
            buyer_id=buyer.alias,
            buyer=message.buyer or buyer.name,
            reply_to=reply_to,
        )

    async def _threads_of(self, name: str) -> set[str]:
        if name not in self._threads_by_name and self._seen_up_to is None:
            found = await self._search(["HEADER", "From", name])
            if found is None:  # one of those that were not found may be a second thread
                return set()
            self._threads_by_name[name] = {each.thread for each in found if each.buyer == name}
        return self._threads_by_name.get(name, set())

    def _forget_names(self) -> None:
        self._threads_by_name.clear()
        self._seen_up_to = None
