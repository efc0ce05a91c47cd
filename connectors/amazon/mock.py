"""Amazon in a box: a mailbox, a way out for replies, and the APIs, on one machine.

It speaks the real wire formats, injects real faults, and keeps its books over
a ``kill -9``. Everything that a buyer writes comes from a feed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

from connectors.amazon import mock_books, mock_door, mock_mail
from connectors.amazon.config import AmazonConfig, SpApiConfig
from connectors.amazon.mock_books import Books, Delivery, MailKind, Shape
from connectors.amazon.mock_desk import DESK_FAULTS
from connectors.amazon.mock_http import HttpSide
from connectors.amazon.wire import senders
from connectors.box import BoxServer, Running
from connectors.budget import Rate
from connectors.faults import Faults
from connectors.feed import FeedEntry, FeedError
from connectors.journal import Journal
from connectors.mail.config import ImapConfig, SmtpConfig, Tls
from connectors.mail.mock_imap import ARCHIVE, MailboxServer, since_epoch
from connectors.mail.mock_oauth import OAUTH_FAULTS, Provider
from connectors.mail.mock_smtp import Enclosed, MailSubmission
from connectors.mail.mock_turned_away import NO
from connectors.mail.wire.mime import Mail
from connectors.order_feed import OrderEntry, order_routes

USERNAME: Final = "seller"
PASSWORD: Final = "mock-password"  # noqa: S105 - a mock's
SENDER: Final = "support@shop.example"
FAULTS: Final = {
    "message_lost": 0.0,  # a message about an order is taken, its answer is lost
    "attachment_refused_later": 0.0,  # a reply with files is accepted, then a mail refuses it
    "bounced_later": 0.0,  # a reply is accepted, then a delivery report comes
    "confirmation_copy": 1.0,  # Amazon's copy of a reply arrives in the inbox
    "broken_mime": 0.0,
    "duplicate_body": 0.0,  # the same mail again under another Message-ID
    "duplicate_mail": 0.0,
    "html_only": 0.0,
    "huge_mail": 0.0,  # a megabyte of text
    "http_403": 0.0,  # a missing role, or one of Amazon's short false alarms
    "http_429": 0.0,
    "http_500_empty": 0.0,
    "http_503": 0.0,  # with a page of HTML
    "imap_disconnect": 0.0,  # in the middle of a mail
    "imap_login_refused": 0.0,
    "imap_too_many": 0.0,  # connections of this login
    "late_mail": 0.0,  # arrives three hours after the buyer wrote
    "mail_moved": 0.0,  # somebody has moved it to the archive before we look
    "mail_overtaken": 0.0,  # appears only after a mail with a higher UID
    "login_refused": 0.0,  # Login with Amazon: 401 invalid_client
    "rate_header_missing": 0.0,
    **OAUTH_FAULTS,
    **DESK_FAULTS,
    "lookalike_domain": 0.0,  # a phishing copy arrives beside the real mail
    "refused_later": 0.0,  # a reply is accepted, then Amazon says that the buyer opted out
    "refused_without_name": 0.0,  # the same, in a mail that does not say which reply it means
    "smtp_4xx": 0.0,
    "smtp_5xx_data": 0.0,
    "smtp_timeout_after_data": 0.0,  # the reply is accepted, the answer is lost
    "token_dead": 0.0,
    "uidvalidity_change": 0.0,
    "unknown_charset": 0.0,
}
_ORDER_ID: Final = re.compile(r"[0-9]{3}-[0-9]{7}-[0-9]{7}")
_MEGABYTE: Final = "All work and no play.\n" * 48_000
_LATE: Final = timedelta(hours=3)


class AmazonMock(Running):
    """One seller's Amazon. Port 0 means any free port; the real ones can be read after start.

    With ``sent_folder`` the mailbox provider keeps what was sent, as many do. ``rates``: where
    this seller's quotas are not the published ones, by operation.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        dice: Random,
        host: str = "127.0.0.1",
        http_port: int = 0,
        imap_port: int = 0,
        smtp_port: int = 0,
        journal: Path | None = None,
        faults: Faults | None = None,
        marketplace_id: str = "ATVPDKIKX0DER",
        sender: str = SENDER,
        sent_folder: bool = False,
        rates: Mapping[str, Rate] | None = None,
    ) -> None:
        self.host = host
        self.imap_port = imap_port
        self.smtp_port = smtp_port
        self.faults = faults or Faults(FAULTS, dice)
        self.marketplace_id = marketplace_id
        self.sender = sender
        self._now = now
        self.provider = Provider(self.faults, now, USERNAME)
        self.books = Books(Journal(journal), since_epoch(now()), self._show)
        self._mailbox = MailboxServer(
            self.books,
            write=partial(mock_mail.written, marketplace_id=marketplace_id, sender=sender),
            header=partial(mock_mail.header, marketplace_id=marketplace_id, sender=sender),
            breaks=lambda: self.faults.strikes("imap_disconnect"),
            refuses=lambda: next(filter(self.faults.strikes, NO), ""),
            provider=self.provider,
        )
        if sent_folder:
            self._mailbox.open_sent_folder()
        self._submission = MailSubmission(
            self.faults,
            sender=sender,
            knows=self._knows,
            accept=self._accept,
            provider=self.provider,
        )
        self._http = HttpSide(
            self.books,
            self.faults,
            self,
            marketplace_id=marketplace_id,
            now=now,
            dice=dice,
            rates=rates,
        )
        self._overtaken: list[int] = []
        self._server = BoxServer(self._http, host, http_port)

    async def start(self) -> None:
        """Read the books and listen on all three ports."""
        self.books.load()
        for reply in self.books.accepted:
            self._mailbox.show_sent(mock_books.about(reply, MailKind.SENT, 0))
        login = {"username": USERNAME, "password": PASSWORD}
        self.imap_port = await self._mailbox.start(self.host, self.imap_port, **login)
        self.smtp_port = await self._submission.start(self.host, self.smtp_port, **login)
        routes = [*self._http.routes(), *self.provider.routes()]
        await self._server.start([*routes, *order_routes(self.place)])

    async def stop(self) -> None:
        """Cut every connection and close the books."""
        await self._mailbox.stop()
        await self._submission.stop()
        await self._server.stop()
        self.books.journal.close()

    @property
    def url(self) -> str:
        """Root of its HTTP."""
        return self._server.url

    @property
    def http_port(self) -> int:
        return self._server.port

    @property
    def delivered(self) -> int:
        """How many messages of buyers it was given so far, over all starts."""
        return len(self.books.by_message_id)

    def account(self, *, oauth: bool = False) -> AmazonConfig:
        """What a connector needs to know to be this seller. Call it after the start.

        ``oauth``: it logs in to the mail servers with access tokens.
        """
        password = "" if oauth else PASSWORD
        return AmazonConfig(
            marketplace_id=self.marketplace_id,
            imap=ImapConfig(
                host=self.host,
                port=self.imap_port,
                username=USERNAME,
                password=password,
                tls=Tls.NONE,
            ),
            smtp=SmtpConfig(
                host=self.host,
                port=self.smtp_port,
                username=USERNAME,
                password=password,
                sender=self.sender,
                tls=Tls.NONE,
            ),
            oauth=self.provider.config(self.url) if oauth else None,
            sp_api=SpApiConfig(
                endpoint=self.url,
                lwa_endpoint=self.url,
                client_id=mock_door.CLIENT_ID,
                client_secret=mock_door.CLIENT_SECRET,
                refresh_token=mock_door.REFRESH_TOKEN,
            ),
        )

    def place(self, entry: OrderEntry) -> None:
        """An order, or what has become of it. ``ValueError`` for an id of another form."""
        if not _ORDER_ID.fullmatch(entry.order_id):
            raise ValueError("order_id: must look like 111-2223334-5556667")
        self.books.place(entry, self._now())

    def add(self, entries: list[FeedEntry]) -> list[str]:
        """Deliver buyers' messages; returns their ids. Raises ``FeedError``, then none is taken."""
        for number, entry in enumerate(entries, start=1):
            if entry.order_id is not None and not _ORDER_ID.fullmatch(entry.order_id):
                raise FeedError(f"entry:{number}: order_id: must look like 111-2223334-5556667")
        return [self._add(entry) for entry in entries]

    def _add(self, entry: FeedEntry) -> str:
        if self.faults.strikes("huge_mail"):
            entry = entry.model_copy(update={"text": f"{entry.text}\n{_MEGABYTE}"})
        shape = next((s for s in Shape if s is not Shape.PLAIN and self.faults.strikes(s)), None)
        mail = mock_books.bought_from(
            entry,
            serial=len(self.books.deliveries),
            now=self._now(),
            shape=shape or Shape.PLAIN,
            delay=_LATE if self.faults.strikes("late_mail") else timedelta(0),
        )
        if self.books.knows_thread(mail.thread):
            mail = mock_books.as_follow_up(mail)
        if self.faults.strikes("uidvalidity_change"):
            self.books.renew_mailbox()
            self._mailbox.rebuild()
        if self.faults.strikes("mail_moved"):
            mail = replace(mail, folder=ARCHIVE)
        self.books.deliver(mail)
        if self.faults.strikes("duplicate_mail"):
            self.books.deliver(mail)
        if self.faults.strikes("duplicate_body"):
            other = mail.message_id.replace("<", "<again-", 1)
            self.books.deliver(replace(mail, message_id=other))
        if self.faults.strikes("lookalike_domain"):
            self.books.deliver(mock_books.look_alike(mail, len(self.books.deliveries)))
        return mail.message_id

    def _show(self, index: int, mail: Delivery) -> None:
        """Show a mail; one that is overtaken only when the second one after it has come."""
        if self.faults.strikes("mail_overtaken"):
            self._overtaken.append(index)
        else:
            self._mailbox.show(index, mail)
        while self._overtaken and index - self._overtaken[0] >= 2:
            late = self._overtaken.pop(0)
            self._mailbox.show(late, self.books.deliveries[late])

    def _knows(self, address: str) -> bool:
        alias = senders.alias_of(address)
        return bool(alias) and alias in self.books.buyers

    def _accept(self, mail: Mail, to: str, files: Enclosed) -> None:
        """Keep a reply, and deliver what Amazon mails about it."""
        reply = mock_books.taken(self.books, mail, to, self._now(), files)
        self.books.accept(reply)
        self._mailbox.show_sent(mock_books.about(reply, MailKind.SENT, 0))
        kinds = {
            MailKind.COPY: "confirmation_copy",
            MailKind.OPT_OUT: "refused_later",
            MailKind.UNNAMED: "refused_without_name",
            MailKind.BOUNCE: "bounced_later",
        }
        if files:
            kinds[MailKind.ATTACHMENT] = "attachment_refused_later"
        for kind, fault in kinds.items():
            if self.faults.strikes(fault):
                self.books.deliver(mock_books.about(reply, kind, len(self.books.deliveries)))
