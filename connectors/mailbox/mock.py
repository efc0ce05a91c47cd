"""A shop's mailbox in a box: IMAP and SMTP, with books that survive a ``kill -9``."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

from connectors.box import BoxServer, Running
from connectors.faults import Faults
from connectors.feed import FeedEntry
from connectors.files import DOCUMENTS, MIB, PICTURES, FileLimits
from connectors.journal import Journal
from connectors.mail.config import ImapConfig, SmtpConfig, Tls
from connectors.mail.mock_imap import ARCHIVE, MailboxServer, since_epoch
from connectors.mail.mock_oauth import OAUTH_FAULTS, Provider
from connectors.mail.mock_smtp import Enclosed, MailSubmission
from connectors.mail.mock_turned_away import NO
from connectors.mail.wire.mime import Mail
from connectors.mailbox import mock_books
from connectors.mailbox.config import MailboxConfig
from connectors.mailbox.mock_books import Books
from connectors.mailbox.mock_mail import Letter, LetterKind, header, written

USERNAME: Final = "shop"
PASSWORD: Final = "mock-password"  # noqa: S105 - a mock's
SENDER: Final = "help@shop.example"
FAULTS: Final = {
    "bounced_later": 0.0,  # a reply is accepted, then a delivery report comes
    "duplicate_mail": 0.0,
    "forged_sender": 0.0,  # beside a mail: one whose sender is not who he claims to be
    "html_only": 0.0,
    "imap_disconnect": 0.0,  # in the middle of a mail
    "imap_login_refused": 0.0,
    "imap_too_many": 0.0,  # connections of this login
    "mail_moved": 0.0,  # somebody has moved it to the archive before we look
    "newsletter": 0.0,  # beside a mail
    **OAUTH_FAULTS,
    "smtp_4xx": 0.0,
    "smtp_5xx_data": 0.0,
    "smtp_timeout_after_data": 0.0,  # the reply is accepted, the answer is lost
    "uidvalidity_change": 0.0,
    "vacation_reply": 0.0,  # a buyer's machine answers each reply
}
_BESIDE: Final = {"forged_sender": LetterKind.FORGED, "newsletter": LetterKind.NEWSLETTER}
_AFTER: Final = {"bounced_later": LetterKind.BOUNCE, "vacation_reply": LetterKind.VACATION}


class MailboxMock(Running):
    """One shop's mailbox. IMAP and SMTP take the two ports after ``port``; 0: any free ones."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        port: int = 0,
        host: str = "127.0.0.1",
        journal: Path | None = None,
        faults: Faults | None = None,
        seed: int = 0,
        sent_folder: bool = True,
    ) -> None:
        self.faults = faults or Faults(FAULTS, Random(seed))  # noqa: S311 - no secrets
        self._now = now
        self._host = host
        self.imap_port = port + 1 if port else 0
        self.smtp_port = port + 2 if port else 0
        self._server = BoxServer(self, host, port)
        self.provider = Provider(self.faults, now, USERNAME, seed)
        self.books = Books(Journal(journal), since_epoch(now()), self._show)
        self._mailbox = MailboxServer(
            self.books,
            write=partial(written, sender=SENDER),
            header=partial(header, sender=SENDER),
            breaks=lambda: self.faults.strikes("imap_disconnect"),
            refuses=lambda: next(filter(self.faults.strikes, NO), ""),
            provider=self.provider,
        )
        if sent_folder:
            self._mailbox.open_sent_folder()
        self._submission = MailSubmission(
            self.faults,
            sender=SENDER,
            knows=self.books.knows,
            accept=self._accept,
            provider=self.provider,
        )

    @property
    def url(self) -> str:
        return self._server.url

    def account(self, *, oauth: bool = False) -> MailboxConfig:
        """What a connector needs to know to be this shop. Call it after the start.

        ``oauth``: it logs in with access tokens.
        """
        password = "" if oauth else PASSWORD
        login: dict[str, Any] = {"username": USERNAME, "password": password, "tls": Tls.NONE}
        return MailboxConfig(
            imap=ImapConfig(host=self._host, port=self.imap_port, **login),
            smtp=SmtpConfig(host=self._host, port=self.smtp_port, sender=SENDER, **login),
            oauth=self.provider.config(self.url) if oauth else None,
            order_form=r"\b[A-Z]{2}-\d{5}\b",
            files=FileLimits(count=10, total=10 * MIB, types=PICTURES | DOCUMENTS),
        )

    async def start(self) -> None:
        """Read the books and listen on all three ports."""
        self.books.load()
        login = {"username": USERNAME, "password": PASSWORD}
        self.imap_port = await self._mailbox.start(self._host, self.imap_port, **login)
        self.smtp_port = await self._submission.start(self._host, self.smtp_port, **login)
        await self._server.start(self.provider.routes())

    async def stop(self) -> None:
        await self._mailbox.stop()
        await self._submission.stop()
        await self._server.stop()
        self.books.journal.close()

    def deliver(self, entries: Iterable[FeedEntry]) -> list[str]:
        """Buyers write, at once."""
        return [self._deliver(entry) for entry in entries]

    def delivered(self) -> list[dict[str, Any]]:
        return [mock_books.told(letter) for letter in self.books.by_buyers]

    def sent(self) -> list[dict[str, Any]]:
        return list(self.books.sent)

    def _deliver(self, entry: FeedEntry) -> str:
        folder = ARCHIVE if self.faults.strikes("mail_moved") else ""
        html = self.faults.strikes("html_only")
        letter = self.books.question(entry, self._now(), html_only=html, folder=folder)
        if self.faults.strikes("uidvalidity_change"):
            self.books.renew_mailbox()
            self._mailbox.rebuild()
        self.books.deliver(letter)
        if self.faults.strikes("duplicate_mail"):
            self.books.deliver(letter)
        for fault, kind in _BESIDE.items():
            if self.faults.strikes(fault):
                name = f"<{kind}.{len(self.books.deliveries)}@elsewhere.example>"
                self.books.deliver(replace(letter, kind=kind, message_id=name, references=()))
        return letter.message_id

    def _show(self, index: int, letter: Letter) -> None:
        self._mailbox.show(index, letter)

    def _accept(self, mail: Mail, to: str, files: Enclosed) -> None:
        """Keep a reply, and deliver what comes of it."""
        reply = mock_books.taken(mail, to, self._now()) | {"files": files}
        self.books.accept(reply)
        self._mailbox.show_sent(self._about(reply, LetterKind.SENT))
        for fault, kind in _AFTER.items():
            if self.faults.strikes(fault):
                self.books.deliver(self._about(reply, kind))

    def _about(self, reply: dict[str, Any], kind: LetterKind) -> Letter:
        own = kind is LetterKind.SENT
        number = len(self.books.deliveries)
        return Letter(
            kind=kind,
            message_id=reply["id"] if own else f"<{kind}.{number}@mail.example>",
            buyer="",
            address=reply["buyer"],
            order_id="",
            text=reply["text"] if own else "I am away.",
            at=self._now().replace(microsecond=0),
            arrived=self._now(),
            references=(*reply["references"].split(), *(() if own else (reply["id"],))),
            about="" if own else reply["id"],
        )
