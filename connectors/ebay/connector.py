"""One eBay seller account behind ``connectors.base.Connector``."""

from collections.abc import Callable
from datetime import datetime, timedelta

from connectors.base import Attachment, InboundMessage, Receipt, Reply, SetAside, Span, Unavailable
from connectors.ebay.client import EbayClient
from connectors.ebay.config import EbayConfig
from connectors.ebay.purchases import Purchases
from connectors.ebay.wire import messages, orders
from connectors.ebay.wire.answers import NotThere
from connectors.order_facts import Order
from connectors.pictures import Pictures
from connectors.threaded.inbox import ThreadedInbox
from connectors.threaded.source import Head, Heads, Thread

LONGEST_THREAD = 20  # pages of it
PICTURES = ("ebayimg.com", "ebaystatic.com")
A_DAY = timedelta(days=1)


class Conversations:
    """What members wrote to this seller, as ``threaded.Source`` wants it."""

    page = messages.PAGE

    def __init__(self, client: EbayClient, config: EbayConfig, now: Callable[[], datetime]) -> None:
        self._client = client
        self._seller = config.username
        self._now = now
        self._purchases = Purchases(client, now)

    async def heads(self, span: Span, number: int) -> Heads:
        answer = await self._client.get(messages.conversations(span, number))
        return messages.heads(answer, self._now())

    async def thread(self, head: Head) -> Thread:
        said: list[messages.Said] = []
        broken: list[SetAside] = []
        named = 0
        for number in range(1, LONGEST_THREAD + 1):
            answer = await self._client.get(messages.conversation(head.thread, number))
            talk = messages.talk(answer, head.thread, self._seller, self._now())
            said += talk.messages
            broken += talk.broken
            named += talk.named
            if not talk.goes_on(number):
                break
        item = head.facts.get("item", "")
        found: dict[str, InboundMessage] = {}
        for one in said:
            order_ids = await self._purchases.of(one.other, item)
            found.setdefault(one.id, messages.inbound(one, head.thread, order_ids))
        twice = len(said) - len(found)
        return Thread(
            messages=tuple(found.values()),
            set_aside=broken,
            named=named - twice,
            cut=talk.goes_on(LONGEST_THREAD),
        )

    async def close(self) -> None:
        await self._purchases.close()


class EbayConnector(ThreadedInbox):
    """Reads members' conversations, answers in them, asks the Fulfillment API for orders."""

    def __init__(self, config: EbayConfig, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._client = EbayClient(config, now)
        self._threads = Conversations(self._client, config, now)
        self._pictures = Pictures(
            hosts=PICTURES, own=config.endpoint, proxy=config.proxy, user_agent=config.user_agent
        )
        super().__init__(self._threads, now)

    async def send(self, reply: Reply) -> Receipt:
        """Answer in the conversation; ``Receipt.id`` is the id that a fetch shows it under."""
        body = messages.delivery(reply)
        answer = await self._client.post(f"{messages.ROOT}/send_message", body)
        name, at = messages.sent(answer)
        if not name:
            raise Unavailable("a good answer without the message's id", maybe_done=True)
        self.known.note(name, reply.id)
        return Receipt(id=name, accepted_at=at or self._now())

    async def attached(self, file: Attachment) -> bytes | None:
        """What a buyer's picture shows; None where it cannot be had."""
        return await self._pictures.read(file)

    async def order(self, order_id: str) -> Order | None:
        """The order's facts with its parcels; None when eBay does not know it."""
        try:
            answer = await self._client.get(orders.one(order_id))
        except NotThere:
            return None
        try:
            shipped = await self._client.get(orders.shipments(order_id))
        except NotThere:
            shipped = {}
        return orders.order(answer, shipped)

    async def check(self) -> str:
        """Log in, and ask for conversations and orders of a day."""
        now = self._now()
        page = await self._threads.heads(Span(since=now - A_DAY, until=now), 1)
        _, total = orders.purchases(await self._client.get(orders.recent(now - A_DAY, 0, 1)))
        return f"eBay ok: {page.total} conversations and {total} orders in a day"

    async def close(self) -> None:
        await self._threads.close()
        await self._client.close()
        await self._pictures.close()
