"""What the marketplace in a box has delivered and accepted, kept over any crash.

A mail is not stored but described: it is written out anew, byte for byte the
same, each time somebody reads it.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from connectors.amazon.wire import senders
from connectors.amazon.wire.inbound import thread_key
from connectors.feed import FeedAttachment, FeedEntry
from connectors.journal import Journal
from connectors.mail.wire import text
from connectors.mail.wire.mime import Mail
from connectors.order_feed import OrderEntry


class MailKind(StrEnum):
    BUYER = "buyer"
    LOOKALIKE = "lookalike"
    COPY = "copy"
    OPT_OUT = "opt_out"
    ATTACHMENT = "attachment"  # a reply is refused because of a file
    UNNAMED = "unnamed"  # an opt-out that names the buyer's alias and the order, but no reply
    BOUNCE = "bounce"
    SENT = "sent"  # the provider's copy in the sent folder, not in the inbox


REFUSALS = frozenset({MailKind.OPT_OUT, MailKind.ATTACHMENT, MailKind.UNNAMED, MailKind.BOUNCE})


class Shape(StrEnum):
    """How a buyer's mail is written: one of the faults that a mail can have, or none."""

    PLAIN = "plain"
    HTML_ONLY = "html_only"
    UNKNOWN_CHARSET = "unknown_charset"
    BROKEN_MIME = "broken_mime"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One mail in the inbox. ``at`` is what its Date says, ``arrived`` when the mailbox got it."""

    kind: MailKind
    message_id: str
    buyer: str
    alias: str
    order_id: str
    text: str
    at: datetime
    arrived: datetime
    language: str = ""
    shape: Shape = Shape.PLAIN
    follow_up: bool = False
    attachments: tuple[FeedAttachment, ...] = ()
    about: str = ""  # Message-ID of the reply that a copy or a refusal is about
    folder: str = ""  # where somebody moved it; "" is the inbox

    @property
    def thread(self) -> str:
        return thread_key(self.alias, self.order_id)

    @property
    def told(self) -> str:
        """Its own words, for a search by text."""
        return f"{self.about}\n{self.message_id}\n{self.order_id}\n{self.buyer}\n{self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A reply that SMTP took."""

    message_id: str
    to: str
    alias: str
    buyer: str
    order_id: str
    in_reply_to: str
    subject: str
    text: str
    at: datetime
    files: tuple[dict[str, Any], ...] = ()

    def told(self, *, refused: bool = False) -> dict[str, object]:
        """As ``GET /_mock/sent`` tells it; ``refused``: a later mail says so."""
        return {
            "id": self.message_id,
            "reply_id": self.message_id.strip("<>").partition("@")[0],
            "thread": thread_key(self.alias, self.order_id),
            "buyer": self.buyer,
            "to": self.to,
            "order_id": self.order_id or None,
            "in_reply_to": self.in_reply_to or None,
            "text": self.text,
            "files": list(self.files),
            "at": self.at.isoformat(),
            "refused": refused,
        }


@dataclass(slots=True)
class Books:
    """All mails and replies, in order. ``on_delivery`` hears of each new mail."""

    journal: Journal
    first_uidvalidity: int  # of a mailbox that is opened for the first time
    on_delivery: Callable[[int, Delivery], None]
    uidvalidity: int = 0
    mailboxes: int = 0  # how often the folder was opened anew
    deliveries: list[Delivery] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    order_dates: dict[str, datetime] = field(default_factory=dict)  # last change, or first mention
    placed: dict[str, OrderEntry] = field(default_factory=dict)
    buyers: dict[str, str] = field(default_factory=dict)  # alias -> name
    by_message_id: dict[str, Delivery] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)  # replies that came back after they were taken
    _threads: set[str] = field(default_factory=set)

    def load(self) -> None:
        """Read the journal; open a new mailbox where there is none."""
        for line in self.journal.read():
            match line.pop("is"):
                case "mailbox":
                    self.uidvalidity = line["uidvalidity"]
                    self.mailboxes += 1
                case "mail":
                    self._keep(_delivery(line))
                case "order":
                    self._place(OrderEntry(**line["entry"]), _moment(line["at"]))
                case "reply":
                    files = tuple(line.get("files", ()))
                    at = _moment(line["at"])
                    self.accepted.append(Accepted(**{**line, "at": at, "files": files}))
        if not self.uidvalidity:
            self.renew_mailbox()

    def uid(self, index: int) -> int:
        """The UID of a mail: other ones after each renewal of the mailbox."""
        return 100 * self.mailboxes + index + 1

    def renew_mailbox(self) -> None:
        """Rebuild the folder: same mails, new UIDs, next UIDVALIDITY."""
        self.uidvalidity = self.uidvalidity + 1 if self.uidvalidity else self.first_uidvalidity
        self.mailboxes += 1
        self.journal.write({"is": "mailbox", "uidvalidity": self.uidvalidity})

    def knows_thread(self, thread: str) -> bool:
        return thread in self._threads

    def deliver(self, delivery: Delivery) -> None:
        """Write down one mail, then show it."""
        self.journal.write({"is": "mail", **_line(delivery)})
        self._keep(delivery)
        self.on_delivery(len(self.deliveries) - 1, delivery)

    def place(self, entry: OrderEntry, now: datetime) -> None:
        """Write down an order, or what has become of it."""
        entry = entry.dated(now)
        told = entry.model_dump(mode="json", exclude_none=True)
        self.journal.write({"is": "order", "entry": told, "at": now.isoformat()})
        self._place(entry, now)

    def _place(self, entry: OrderEntry, at: datetime) -> None:
        self.placed[entry.order_id] = entry
        self.order_dates[entry.order_id] = at

    def accept(self, reply: Accepted) -> None:
        """Write down one reply."""
        self.journal.write({"is": "reply", **asdict(reply), "at": reply.at.isoformat()})
        self.accepted.append(reply)

    def _keep(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        if delivery.kind in REFUSALS:
            self.refused.add(delivery.about)
        if delivery.kind is MailKind.BUYER:
            self.buyers[delivery.alias] = delivery.buyer
            self.by_message_id[delivery.message_id] = delivery
            self._threads.add(delivery.thread)
            if delivery.order_id:
                self.order_dates.setdefault(delivery.order_id, delivery.at)


def taken(
    books: Books, mail: Mail, to: str, now: datetime, files: Sequence[dict[str, Any]] = ()
) -> Accepted:
    """A mail that SMTP took for the relay address ``to`` of a known buyer."""
    alias = senders.alias_of(to)
    question = books.by_message_id.get(mail.header("in-reply-to"))
    named = next(iter(text.order_ids(mail.header("subject"))), "")
    return Accepted(
        message_id=mail.header("message-id"),
        to=to,
        alias=alias,
        buyer=books.buyers[alias],
        order_id=question.order_id if question and question.alias == alias else named,
        in_reply_to=mail.header("in-reply-to"),
        subject=mail.header("subject"),
        text=mail.plain.rstrip("\n"),
        at=now,
        files=tuple(files),
    )


def alias(buyer: str) -> str:
    """The relay alias of a buyer: 14 letters and digits, always the same for one name."""
    return "m" + hashlib.sha256(buyer.strip().encode()).hexdigest()[:13]


def bought_from(
    entry: FeedEntry, *, serial: int, now: datetime, shape: Shape, delay: timedelta
) -> Delivery:
    """A feed entry as the mail that tells of it. Without ``at`` it was written ``delay`` ago."""
    name = " ".join(entry.buyer.split())
    at = (entry.at or now - delay).replace(microsecond=0)
    digest = hashlib.sha256(f"{name}|{entry.order_id}|{entry.text}".encode()).hexdigest()[:16]
    return Delivery(
        kind=MailKind.BUYER,
        message_id=f"<0102{serial:012x}-{digest}-000000@email.amazonses.com>",
        buyer=name,
        alias=alias(name),
        order_id=entry.order_id or "",
        text=entry.text,
        at=at,
        arrived=now,
        language=entry.language or "",
        shape=shape,
        attachments=entry.attachments,
    )


def as_follow_up(mail: Delivery) -> Delivery:
    """The same mail as an answer in a thread that has begun."""
    return replace(mail, follow_up=True)


def look_alike(mail: Delivery, serial: int) -> Delivery:
    """A phishing mail that imitates ``mail``."""
    message_id = f"<{serial:012x}@mailer.account-check.example>"
    return replace(mail, kind=MailKind.LOOKALIKE, message_id=message_id)


def about(reply: Accepted, kind: MailKind, serial: int) -> Delivery:
    """A mail about a reply: Amazon's copy or refusal of it, a bounce, or the provider's own."""
    moment = reply.at.replace(microsecond=0)
    own = f"<0102{serial:012x}-{kind}-000000@email.amazonses.com>"
    return Delivery(
        kind=kind,
        message_id=reply.message_id if kind is MailKind.SENT else own,
        buyer=reply.buyer,
        alias=reply.alias,
        order_id=reply.order_id,
        text=reply.text if kind in {MailKind.COPY, MailKind.SENT} else "",
        at=moment,
        arrived=reply.at,
        about=reply.message_id,
    )


def _line(delivery: Delivery) -> dict[str, Any]:
    """What is not plain in ``delivery`` as JSON; what is empty is left out."""
    line = {name: getattr(delivery, name) for name in Delivery.__slots__}
    line["at"], line["arrived"] = delivery.at.isoformat(), delivery.arrived.isoformat()
    line["attachments"] = [each.model_dump() for each in delivery.attachments]
    return {name: value for name, value in line.items() if value}


def _delivery(line: dict[str, Any]) -> Delivery:
    attachments = tuple(FeedAttachment(**each) for each in line.get("attachments", ()))
    whole = {"order_id": "", "text": "", "alias": "", "buyer": "", **line}
    whole |= {"at": _moment(line["at"]), "arrived": _moment(line["arrived"])}
    kinds = {"kind": MailKind(line["kind"]), "shape": Shape(line.get("shape", Shape.PLAIN))}
    return Delivery(**{**whole, **kinds, "attachments": attachments})


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
