"""One AliExpress shop behind ``connectors.base.Connector``."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.access import Access
from connectors.aliexpress import orders, wire
from connectors.aliexpress.account import AliexpressAccount
from connectors.aliexpress.wire import Marks
from connectors.base import Attachment, InboundMessage, Receipt, Reply, SetAside, Span
from connectors.order_facts import Order
from connectors.pictures import Pictures
from connectors.session import in_words
from connectors.shared import ALONE, Shared
from connectors.threaded.inbox import ThreadedInbox
from connectors.threaded.source import Head, Heads, Thread
from connectors.top.client import TopClient, Transport
from connectors.top.errors import NotThere
from connectors.top.values import Row
from connectors.top.wire import Call

LONGEST_THREAD = 20  # pages of it
MOST_PAGES = 50  # AliExpress tells 5000 channels of one span, no more
PICTURES = ("alicdn.com", "aliexpress-media.com", "aliexpress.com")
A_DAY = timedelta(days=1)


class Channels:
    """What buyers wrote to this shop, as ``threaded.Source`` wants it."""

    page = wire.LIST_PAGE

    def __init__(self, client: TopClient, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now

    async def heads(self, span: Span, number: int) -> Heads:
        """A page of the channels. AliExpress tells no total: whoever asks for the first is counted
        the others, where that page is full.
        """
        page = wire.heads(await self.asked(wire.relations(span, number)), self._now())
        count = len(page.heads) + len(page.set_aside)
        if number > 1:
            return page
        total, last = count, count
        for other in range(2, MOST_PAGES + 1):
            if last < wire.LIST_PAGE:
                break
            last = wire.listed(await self.asked(wire.relations(span, other)))
            total += last
        return replace(page, total=total)

    async def thread(self, head: Head) -> Thread:
        messages: dict[str, InboundMessage] = {}
        aside: dict[str, SetAside] = {}
        for number in range(1, LONGEST_THREAD + 1):
            answer = await self.asked(wire.details(head.thread, number))
            page = wire.thread(answer, head, self._now())
            messages |= {one.id: one for one in page.messages}
            aside |= {item.id: item for item in page.set_aside}
            if page.named < wire.THREAD_PAGE:
                break
        return Thread(
            messages=list(messages.values()),
            set_aside=list(aside.values()),
            named=len(messages) + len(aside),
            cut=page.named >= wire.THREAD_PAGE,
        )

    async def asked(self, call: Call) -> Row:
        """What ``call`` brings, once no error hides inside."""
        return wire.result(await self._client.ask(call), writes=call.writes)


class AliexpressConnector(ThreadedInbox):
    """Reads the shop's channels, answers in them, gives them ranks, asks for orders."""

    def __init__(
        self,
        account: AliexpressAccount,
        *,
        now: Callable[[], datetime],
        transport: Transport | None = None,
        shared: Shared = ALONE,
    ) -> None:
        self._account = account
        self._now = now
        self._client = TopClient(account, now, transport, shared)
        self._channels = Channels(self._client, now)
        self._pictures = Pictures(
            hosts=PICTURES, own=account.gateway, proxy=account.proxy, user_agent=account.user_agent
        )
        super().__init__(self._channels, now, facts=("buyer", "buyer_id"))

    async def send(self, reply: Reply) -> Receipt:
        """Answer in the channel. AliExpress names no id: the receipt's is ours."""
        call = wire.delivery(reply, self._account.seller_id)
        await self._channels.asked(call)
        return Receipt(id=reply.id, accepted_at=self._now())

    async def attached(self, file: Attachment) -> bytes | None:
        """What a buyer's picture shows; None where it cannot be had."""
        return await self._pictures.read(file)

    async def order(self, order_id: str) -> Order | None:
        """The order's facts; None when AliExpress does not know it."""
        try:
            return orders.order(await self._channels.asked(orders.read_order(order_id)))
        except NotThere:
            return None

    async def marks(self, span: Span) -> dict[str, Marks]:
        """The rank of each channel of ``span``, and whether it was dealt with; the first page."""
        return dict(wire.marks(await self._channels.asked(wire.relations(span, 1))))

    async def set_rank(self, thread: str, rank: str) -> None:
        """Give a channel the color that colleagues see: white, red, orange, green, blue, purple."""
        await self._channels.asked(wire.rank_call(thread, rank))

    async def set_processed(self, thread: str, *, dealt_with: bool) -> None:
        """Say whether a channel was dealt with, as AliExpress' own workbench shows it."""
        await self._channels.asked(wire.processed_call(thread, dealt_with=dealt_with))

    async def check(self) -> str:
        """Ask for the channels of a day and for an order that cannot be."""
        now = self._now()
        page = await self._channels.heads(Span(since=now - A_DAY, until=now), 1)
        await self.order("1")
        count = page.total or len(page.heads)
        return f"AliExpress ok: {count} channels in a day, {in_words(self.access)}"

    @property
    def access(self) -> Access:
        """How the session and the app's calls of the day stand."""
        return self._client.access

    async def close(self) -> None:
        await self._client.close()
        await self._pictures.close()
