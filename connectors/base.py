"""What every marketplace connector promises, and the values that cross the line.

A connector speaks for one seller account on one marketplace. It makes a request
and reports what came back; it never retries, sleeps, schedules or stores. The
caller does that once, for all of them.

Failures are decisions for the caller::

    ConnectorError
    ├── Unavailable    no usable answer: retry, with care where ``maybe_done``
    ├── RateLimited    asked too often: wait ``retry_after``
    ├── Unauthorized   credentials refused: a person must act
    └── Rejected       understood and refused: do not repeat unchanged
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, Protocol

from connectors.files import OutgoingFile
from connectors.order_facts import Order

Cursor = NewType("Cursor", str)  # opaque: only the connector that made it can read it

# Which of these ids (of messages and of things set aside) the caller has not stored.
Missing = Callable[[Sequence[str]], Awaitable[Collection[str]]]


class Author(StrEnum):
    """Who wrote a message. A marketplace's staff writing *for* a buyer count as the buyer."""

    BUYER = "buyer"
    SELLER = "seller"
    PLATFORM = "platform"


class Kind(StrEnum):
    """What a message is for. Only ``CHAT`` by a buyer starts the reply clock."""

    CHAT = "chat"
    NOTICE = "notice"  # return requests, claims, cancellations: shown, not answered here
    REFUSAL = "refusal"  # the marketplace says later that a reply of ours was not delivered


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a message. ``ref`` is how the connector can find it again."""

    name: str
    content_type: str
    size: int  # bytes; 0 when the marketplace does not say
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """One message of a thread, as the marketplace tells it.

    ``id`` is unique within the account and the same each time the message is
    read. ``thread`` names the thread within the account. ``sent_at`` is the
    marketplace's own moment (aware, UTC): the reply clock starts there, never
    at our poll. ``reply_to`` is what ``send`` needs to answer this message;
    nobody but the connector reads it. ``due_at`` is set where the marketplace
    itself names a deadline for the thread.
    """

    id: str
    thread: str
    author: Author
    sent_at: datetime
    text: str
    buyer: str  # display name, as the marketplace shows it (it may be masked)
    kind: Kind = Kind.CHAT
    buyer_id: str = ""
    subject: str = ""
    language: str | None = None  # BCP 47, only where the marketplace says so
    order_ids: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    reply_to: Mapping[str, str] = field(default_factory=dict)
    due_at: datetime | None = None
    refuses: str = ""  # KIND REFUSAL: the ``Receipt.id`` or ``Reply.id`` it is about
    warnings: tuple[str, ...] = ()  # what had to be guessed, e.g. "unknown charset x-foo"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """Something in the inbox that cannot become a message. A person must look.

    ``reason`` says what is wrong without quoting the buyer; ``ref`` says where
    the original still lies (folder and UID, refund id, …).
    """

    id: str
    reason: str
    ref: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One page of an inbox, and where the next one starts.

    Everything that was seen at the source is in exactly one of ``messages``,
    ``set_aside`` and ``ignored`` (a count of mails and events that are not
    messages), so that seen = stored can be checked. ``counted`` is how many things
    the source named for this page, counted before any of them was read: where it
    differs from what the page accounts for, something was lost on the way.
    ``receipts`` are what ``acknowledge`` must confirm, once the page is stored durably.
    """

    messages: Sequence[InboundMessage]
    cursor: Cursor
    more: bool = False  # another page is ready now
    set_aside: Sequence[SetAside] = ()
    ignored: int = 0
    receipts: Sequence[str] = ()
    counted: int | None = None  # None where the source does not name things before they are read

    @property
    def seen(self) -> int:
        return self.accounted if self.counted is None else self.counted

    @property
    def accounted(self) -> int:
        return len(self.messages) + len(self.set_aside) + self.ignored


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From ``since`` up to, not including, ``until``, by the source's own time of arrival."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """One page of the source's own lists, compared with what the caller has.

    ``listed`` counts what the lists name, known things included. ``found`` holds
    what the caller lacked, oldest first; its cursor is where the census goes on,
    and without ``found.more`` it is over.
    """

    listed: int
    found: Batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The marketplace took the reply. ``id`` is its name for it (or ours, where it gives none)."""

    id: str
    accepted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An approved text on its way to one thread.

    ``id`` is the caller's and never reused: a connector carries it wherever the
    wire allows (Message-ID), so that a lost answer can be looked up. ``earlier``,
    for a look at the marketplace, is what the seller has said in this thread
    before in the same words: none of it is a trace of this reply. ``files`` go with
    it in their order; a look at the marketplace needs none of them. ``attempted_at``
    is when it last was written down that it leaves: it tells one attempt from another.
    """

    id: str
    thread: str
    text: str
    reply_to: Mapping[str, str]
    order_ids: tuple[str, ...] = ()
    subject: str = ""
    earlier: tuple[Receipt, ...] = ()
    files: tuple[OutgoingFile, ...] = ()
    attempted_at: datetime | None = None


class Trace(StrEnum):
    """What a look at the marketplace says about a reply whose answer was lost."""

    SENT = "sent"
    ABSENT = "absent"  # it does not show: it may be sent again when it would, had it arrived
    REFUSED = "refused"  # it was there, and was refused afterwards: back to a person
    UNKNOWN = "unknown"  # this marketplace cannot tell: a person decides


def news_of(connector: object) -> Callable[[], Awaitable[bool]] | None:
    """How to wait for news of a connector's inbox; None where it has no way. It is no duty.

    What it gives returns True when there may be news, False where the marketplace will never
    tell, and raises the four failures.
    """
    listen: Callable[[], Awaitable[bool]] | None = getattr(connector, "news", None)
    return listen


class Connector(Protocol):
    """One seller account on one marketplace."""

    async def fetch(self, cursor: Cursor | None) -> Batch:
        """Read the page after ``cursor`` (None: from the connector's first page).

        The same cursor gives the same messages again, with the same ids.
        """

    async def acknowledge(self, batch: Batch) -> None:
        """Tell the marketplace that ``batch`` is stored. Called only when it is durable."""

    async def census(self, span: Span, cursor: Cursor | None, missing: Missing) -> Census:
        """Go through all that the source itself lists for ``span``, a page at a time.

        Independent of ``fetch`` and its cursor: it asks the source's own lists,
        names things as ``fetch`` would, asks ``missing`` about them, and reads whole
        only what is missing. The same ``cursor`` (None: the first page) gives the
        same page again. More than the span may be gone through, never less.
        """

    async def send(self, reply: Reply) -> Receipt:
        """Deliver ``reply``, once. ``Unavailable.maybe_done`` when the answer was lost."""

    async def trace(self, reply: Reply, since: datetime) -> Trace:
        """Look whether ``reply``, attempted at or after ``since``, has arrived.

        It tells what shows now: what left a moment ago may be ``ABSENT`` and still come.
        """

    async def order(self, order_id: str) -> Order | None:
        """The facts of an order; None when the marketplace does not know it."""

    async def check(self) -> str:
        """Try every endpoint of the account; say in one line what answered. Raises the four."""

    async def close(self) -> None:
        """Let go of connections. The connector is not used afterwards."""


class ConnectorError(Exception):
    """Base of the four failures below; never raised itself."""


class Unavailable(ConnectorError):
    """No usable answer came back.

    ``maybe_done`` is True when the request may have been acted on all the same:
    a send must then be looked up, never repeated blindly.
    """

    def __init__(self, reason: str, *, maybe_done: bool = False) -> None:
        super().__init__(reason)
        self.maybe_done = maybe_done


class RateLimited(ConnectorError):
    """We asked too often; ``retry_after`` says when to come back."""

    def __init__(self, retry_after: timedelta, reason: str = "") -> None:
        super().__init__(f"rate limited for {retry_after}" + (f": {reason}" if reason else ""))
        self.retry_after = retry_after


class Unauthorized(ConnectorError):
    """The credentials were refused. Retrying cannot help; a person must act."""


class Rejected(ConnectorError):
    """The marketplace understood the request and said no. Do not retry it unchanged."""
