"""An Amazon account of a world: mails as the mock writes them, a mailbox, and a way out."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, ClassVar

from connectors.amazon import mock_books
from connectors.amazon.config import AmazonConfig
from connectors.amazon.connector import AmazonConnector, Post
from connectors.amazon.mock_books import Accepted, Books, Delivery, MailKind, Shape
from connectors.amazon.mock_desk import DESK_FAULTS, MockDesk
from connectors.amazon.mock_mail import written
from connectors.amazon.order_desk import AmazonOrderDesk
from connectors.amazon.wire import senders
from connectors.base import Author, Connector, Kind
from connectors.faults import Faults
from connectors.feed import FeedEntry
from connectors.journal import Journal
from connectors.mail.config import ImapConfig, SmtpConfig, Tls
from connectors.mail.mailbox import Mailbox
from connectors.mail.mock_smtp import enclosed
from connectors.mail.outcome import Outcome
from connectors.mail.smtp import Outbox
from connectors.mail.stored import StoredMail
from connectors.mail.wire import mime
from connectors.mail.wire.outgoing import message_id
from connectors.order_feed import OrderEntry
from responder.simulation.amazon_orders import MemoryApi
from responder.simulation.mailbox import Folder, Mail, MemoryImap, MemorySmtp, WireThread
from responder.simulation.marketplace import COPY_WITHIN, Posted, Shop
from responder.simulation.wire import Wire

PAGE = 20  # mails
LATEST = 5  # mails of which one is moved: some of them before anybody has read them
MOVED_BACK = 0.6
SECOND = timedelta(seconds=1)
MARKETPLACE = "ATVPDKIKX0DER"
SENDER = "support@shop.example"
LOGIN = {"host": "memory", "port": 1, "username": "seller", "password": "x", "tls": Tls.NONE}
CONFIG = AmazonConfig(
    marketplace_id=MARKETPLACE,
    imap=ImapConfig(**LOGIN),  # type: ignore[arg-type]
    smtp=SmtpConfig(**LOGIN, sender=SENDER),  # type: ignore[arg-type]
)
STRANGER = b"From: News <news@shopping.example>\r\nSubject: Sale\r\n\r\nEverything must go.\r\n"


class _Connector(AmazonConnector):
    """Takes each mail apart once, however often it and others come back to it."""

    def __init__(self, *facts: Any, readings: dict[Any, Outcome], **more: Any) -> None:
        super().__init__(*facts, **more)
        self._readings = readings

    def _outcome(self, mail: StoredMail, folder: str) -> Outcome:
        known = (mail.content, mail.arrived, mail.uid, folder)
        if known not in self._readings:
            self._readings[known] = super()._outcome(mail, folder)
        return self._readings[known]


@dataclass(slots=True, kw_only=True)
class AmazonShop(Shop):
    """An inbox that mails come into; ``sent`` is where the provider keeps what left, if it does."""

    mail: ClassVar[bool] = True
    inbox: Folder = field(default_factory=Folder)
    archive: Folder = field(default_factory=Folder)
    sent: Folder | None = None
    books: Books = field(init=False)
    desk: MockDesk = field(init=False)
    readings: dict[Any, Outcome] = field(default_factory=dict)
    guessed: set[str] = field(default_factory=set)  # buyers of whom a refusal named no reply

    def __post_init__(self) -> None:
        self.books = Books(Journal(None), 1, self._arrived)
        self.books.load()
        rates = {"actions_stale": self.profile.odd, "action_gone": self.profile.rejected}
        faults = Faults(DESK_FAULTS, self.dice, rates)
        self.desk = MockDesk(self.books, faults, MARKETPLACE)

    def connector(self, wire: Wire, now: Callable[[], datetime]) -> Connector:
        mailbox = Mailbox(CONFIG.imap, dial=lambda *_: MemoryImap(self), thread=WireThread(wire))
        outbox = Outbox(CONFIG.smtp, dial=lambda *_: MemorySmtp(self, wire))
        post = Post(mailbox, outbox)
        connector = _Connector(CONFIG, now, page=PAGE, post=post, readings=self.readings)
        connector.orders = AmazonOrderDesk(MemoryApi(self, wire), MARKETPLACE, now)
        return connector

    def new_order(self, number: int, dice: Random) -> str:  # noqa: ARG002 - always a new one
        return f"222-{number:07d}-{number:07d}"

    def _book(self, entry: OrderEntry) -> None:
        self.books.place(entry, self.time.now())

    def buyer_writes(self, buyer: str, text: str) -> None:
        at = self.now_to(SECOND)
        self.soon(self.delay(), lambda: self._deliver(buyer, text, at))

    def answered_here(self, buyer: str, text: str) -> None:
        """Seen by us as Amazon's copy of it, where copies are switched on."""
        alias = mock_books.alias(buyer)
        if not self.copies or alias not in self.books.buyers:
            return
        now = self.time.now()
        answer = Accepted(
            message_id=f"<elsewhere{len(self.books.deliveries)}@amazon.example>",
            to="",
            alias=alias,
            buyer=buyer,
            order_id=_order(buyer),
            in_reply_to="",
            subject="",
            text=text,
            at=now,
        )
        self.soon(self.delay(), lambda: self._copy_of_a_colleague(answer))

    def relist(self) -> None:
        """The folder is rebuilt: the same mails, other UIDs, another UIDVALIDITY."""
        self.inbox.renew()

    def move(self, seconds: float) -> None:
        """A person moves one of the latest mails to the archive, and mostly back after a while."""
        latest = list(self.inbox.mails.values())[-LATEST:]
        if latest:
            mail = self.dice.choice(latest)
            self._move(mail, self.inbox, self.archive)
            if self.happens(MOVED_BACK):
                mail = self.archive.last
                self.soon(seconds, lambda: self._move(mail, self.archive, self.inbox))

    def _move(self, mail: Mail, old: Folder, new: Folder) -> None:
        del old.mails[mail.uid]
        new.add(mail.content, mail.arrived)
        self.last_news = self.time.loop.time()

    def knows(self, recipient: str) -> bool:
        return senders.alias_of(recipient) in self.books.buyers

    def take(self, content: bytes, recipient: str) -> None:
        """SMTP has taken a mail of ours."""
        sent = mime.parsed(content, "SENT")
        files = enclosed(sent, content) if sent.attachments else ()
        reply = mock_books.taken(self.books, sent, recipient, self.time.now(), files)
        self.books.accept(reply)
        if self.sent is not None:
            self.sent.add(content, reply.at)
        self.keep(
            Posted(
                id=reply.message_id,
                thread=f"{reply.alias}|{reply.order_id}",
                author=Author.SELLER,
                at=reply.at,
                text=reply.text,
                reply=reply.message_id.strip("<>").partition("@")[0],
                files=tuple(one["sha256"] for one in reply.files),
            ),
            reply.buyer,
        )
        if self.copies:
            wait = self.dice.uniform(0.5, COPY_WITHIN)
            self.soon(wait, lambda: self.books.deliver(self._about(reply, MailKind.COPY)))
        if reply.buyer in self.refusing or self.happens(self.profile.refused_later):
            self.soon(self.dice.uniform(5, 900), lambda: self._refuse(reply))

    def rejects(self) -> bool:
        return self.happens(self.profile.rejected)

    def _deliver(self, buyer: str, text: str, at: datetime) -> None:
        entry = FeedEntry(buyer=buyer, order_id=_order(buyer) or None, text=text, at=at)
        shapes = [one for one in Shape if one is not Shape.PLAIN]
        mail = mock_books.bought_from(
            entry,
            serial=len(self.books.deliveries),
            now=self.time.now(),
            shape=self.dice.choice(shapes) if self.happens(self.profile.odd) else Shape.PLAIN,
            delay=timedelta(0),
        )
        if self.books.knows_thread(mail.thread):
            mail = mock_books.as_follow_up(mail)
        self.books.deliver(mail)
        self.keep(_posted(mail, Author.BUYER), buyer)
        if self.happens(self.profile.duplicate):
            self._once_more(mail)
        if self.happens(self.profile.beside):
            self.books.deliver(mock_books.look_alike(mail, len(self.books.deliveries)))
            self.inbox.add(STRANGER, self.time.now())

    def _once_more(self, mail: Delivery) -> None:
        wait = self.dice.choice((0.01, 5, 600)) * self.dice.random()
        self.soon(wait, lambda: self.books.deliver(replace(mail, arrived=self.time.now())))

    def _copy_of_a_colleague(self, answer: Accepted) -> None:
        copy = self._about(answer, MailKind.COPY)
        self.books.deliver(copy)
        self.keep(_posted(copy, Author.SELLER), answer.buyer)

    def _refuse(self, reply: Accepted) -> None:
        kind = self.dice.choice((MailKind.OPT_OUT, MailKind.BOUNCE))
        if reply.buyer not in self.guessed and self.happens(self.profile.refused_unnamed):
            kind = MailKind.UNNAMED
            self.guessed.add(reply.buyer)
        refusal = self._about(reply, kind)
        self.books.deliver(refusal)
        refuses = "" if kind is MailKind.UNNAMED else reply.message_id
        posted = replace(_posted(refusal, Author.PLATFORM), kind=Kind.REFUSAL, refuses=refuses)
        self.keep(posted, reply.buyer)

    def _about(self, reply: Accepted, kind: MailKind) -> Delivery:
        mail = mock_books.about(reply, kind, len(self.books.deliveries))
        return replace(mail, arrived=self.time.now())

    def _arrived(self, _: int, mail: Delivery) -> None:
        content = written(mail, marketplace_id=MARKETPLACE, sender=SENDER)
        self.inbox.add(content, mail.arrived, gap=self.happens(self.profile.odd))


def reply_name(reply: str) -> str:
    """The Message-ID under which a reply travels."""
    return message_id(reply, SENDER)


def _order(buyer: str) -> str:
    """Every third buyer asks before buying."""
    number = int(buyer.rpartition("-")[2])
    return f"111-{number:07d}-{number:07d}" if number % 3 else ""


def _posted(mail: Delivery, author: Author) -> Posted:
    return Posted(id=mail.message_id, thread=mail.thread, author=author, at=mail.at, text=mail.text)
