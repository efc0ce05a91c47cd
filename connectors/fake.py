"""A connector for tests: an inbox that is a list, a marketplace that does what it is told."""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime

from connectors.access import Access
from connectors.base import (
    Author,
    Batch,
    Census,
    Cursor,
    InboundMessage,
    Missing,
    Receipt,
    Reply,
    SetAside,
    Span,
    Trace,
    Unavailable,
)
from connectors.files import FileLimits
from connectors.limits import refuse_files
from connectors.order_facts import Order


class FakeConnector:
    """Keeps books like a marketplace; ``trouble`` is raised, one a call, before it does anything.

    ``lose_answers`` takes that many replies and then loses the answer, as a
    connection that breaks after the last byte does. ``hidden`` are messages that
    the source lists but that ``fetch`` never brings: an event that was lost, a mail
    that somebody moved. ``vanish`` makes that many things of the next page be named
    and not handed out.
    """

    def __init__(self, now: Callable[[], datetime], page: int = 100) -> None:
        self._now = now
        self._page = page
        self.inbox: list[InboundMessage] = []
        self.hidden: list[InboundMessage] = []
        self.vanish = 0
        self.set_aside: list[SetAside] = []
        self.accepted: list[Reply] = []
        self.acknowledged: list[str] = []
        self.orders: dict[str, Order] = {}
        self.trouble: deque[Exception] = deque()
        self.order_trouble: deque[Exception] = deque()
        self.census_trouble: deque[Exception] = deque()
        self.censuses: list[Span] = []
        self.trace_trouble: deque[Exception] = deque()
        self.traces: deque[Trace] = deque()  # what ``trace`` answers; the truth when empty
        self.looked_for: list[Reply] = []  # what ``trace`` was asked about
        self.reread_as: dict[str, Batch] = {}
        self.access: Access | None = None
        self.lose_answers = 0
        self.files: FileLimits | None = None  # what a reply may carry
        self.fetches = 0
        self.closed = False

    def writes(
        self, text: str, *, thread: str = "thread-1", at: datetime | None = None, **more: object
    ) -> InboundMessage:
        """A buyer writes."""
        fields: dict[str, object] = {
            "id": f"message-{len(self.inbox) + 1}",
            "thread": thread,
            "author": Author.BUYER,
            "sent_at": at or self._now(),
            "text": text,
            "buyer": f"buyer of {thread}",
        }
        message = InboundMessage(**(fields | more))  # type: ignore[arg-type]
        self.inbox.append(message)
        return message

    def loses(self, text: str, **more: object) -> InboundMessage:
        """A buyer writes, and ``fetch`` will never bring it."""
        name = f"hidden-{len(self.hidden) + 1}"
        self.hidden.append(self.writes(text, **{"id": name, **more}))  # type: ignore[arg-type]
        return self.inbox.pop()

    async def fetch(self, cursor: Cursor | None) -> Batch:
        self.fetches += 1
        self._raise(self.trouble)
        start = int(cursor or 0)
        page: Sequence[InboundMessage] = self.inbox[start : start + self._page]
        aside, self.set_aside = self.set_aside, []
        vanished, self.vanish = self.vanish, 0
        return Batch(
            messages=page,
            cursor=Cursor(str(start + len(page))),
            more=start + len(page) < len(self.inbox),
            set_aside=aside,
            receipts=[message.id for message in page],
            counted=len(page) + len(aside) + vanished,
        )

    async def census(self, span: Span, cursor: Cursor | None, missing: Missing) -> Census:
        """The whole list, sorted by time, a page at a time."""
        self._raise(self.census_trouble)
        self.censuses.append(span)
        listed = [one for one in [*self.inbox, *self.hidden] if one.sent_at < span.until]
        listed = sorted((one for one in listed if one.sent_at >= span.since), key=_sent_at)
        start = int(cursor or 0)
        page = listed[start : start + self._page]
        lacking = await missing([message.id for message in page])
        end = start + len(page)
        found = [message for message in page if message.id in lacking]
        batch = Batch(messages=found, cursor=Cursor(str(end)), more=end < len(listed))
        return Census(listed=len(page), found=batch)

    async def reread(self, ref: str) -> Batch | None:
        """What ``reread_as`` holds for ``ref``, one a call."""
        self._raise(self.trouble)
        return self.reread_as.pop(ref, None)

    async def acknowledge(self, batch: Batch) -> None:
        self.acknowledged += batch.receipts

    def file_limits(self, thread: str) -> FileLimits | None:  # noqa: ARG002 - the protocol's
        return self.files

    async def send(self, reply: Reply) -> Receipt:
        self._raise(self.trouble)
        refuse_files(reply, self.files)
        self.accepted.append(reply)
        if self.lose_answers:
            self.lose_answers -= 1
            raise Unavailable("the answer was lost", maybe_done=True)
        return Receipt(id=f"receipt-{len(self.accepted)}", accepted_at=self._now())

    async def trace(self, reply: Reply, since: datetime) -> Trace:  # noqa: ARG002 - the protocol's
        self.looked_for.append(reply)
        self._raise(self.trace_trouble)
        if self.traces:
            return self.traces.popleft()
        found = any(one.id == reply.id for one in self.accepted)
        return Trace.SENT if found else Trace.ABSENT

    async def order(self, order_id: str) -> Order | None:
        self._raise(self.order_trouble)
        return self.orders.get(order_id)

    async def check(self) -> str:
        self._raise(self.trouble)
        return "the fake answers"

    async def close(self) -> None:
        self.closed = True

    def _raise(self, trouble: deque[Exception]) -> None:
        if trouble:
            raise trouble.popleft()


def _sent_at(message: InboundMessage) -> datetime:
    return message.sent_at
