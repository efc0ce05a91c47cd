"""A shop whose mailbox is on Dovecot, and the relay that its submission hands mail on to."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from imapclient import IMAPClient

from connectors.amazon.config import AmazonConfig
from connectors.amazon.connector import AmazonConnector, Post
from connectors.amazon.mock_books import Shape, bought_from
from connectors.amazon.mock_mail import written
from connectors.base import Reply
from connectors.exits import Exit
from connectors.feed import FeedEntry
from connectors.mail.config import ImapConfig
from connectors.mail.imap_line import imap_client
from connectors.mail.mailbox import Mailbox
from connectors.mail.smtp import Outbox
from tests import dovecot
from tests.dovecot import Dovecot

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MARKETPLACE = "ATVPDKIKX0DER"


class Relay:
    """Where submission hands mail on to: keeps it, or refuses."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.answer = "250 OK"
        self.port = 0

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.taken.append(envelope.content)
        return self.answer


class Counted:
    """An IMAP client that notes what it was asked for."""

    def __init__(self) -> None:
        self.bodies: list[int] = []
        self.searches = 0

    def dial(self, config: ImapConfig, way: Exit | None) -> IMAPClient:
        client = imap_client(config, way)
        fetch, search = client.fetch, client.search

        def fetching(uids: Sequence[int], parts: Sequence[str], *rest: Any) -> Any:
            if "BODY.PEEK[]" in parts:
                self.bodies += uids
            return fetch(uids, parts, *rest)

        def searching(*asked: Any) -> Any:
            self.searches += 1
            return search(*asked)

        client.fetch, client.search = fetching, searching
        return client


def account(server: Dovecot) -> AmazonConfig:
    return AmazonConfig(marketplace_id=MARKETPLACE, imap=server.imap(), smtp=server.smtp())


class Shop:
    """Connectors of one account, closed at the end."""

    def __init__(self, server: Dovecot, made: list[AmazonConnector]) -> None:
        self.server = server
        self._made = made
        self.counted = Counted()

    def connector(self, config: AmazonConfig | None = None) -> AmazonConnector:
        config = config or account(self.server)
        post = Post(Mailbox(config.imap, dial=self.counted.dial), Outbox(config.smtp))
        made = AmazonConnector(config, lambda: NOW, post=post)
        self._made.append(made)
        return made


def mail(number: int, arrived: datetime, text: str = "") -> tuple[bytes, datetime]:
    entry = FeedEntry(
        buyer=f"Buyer {number}",
        order_id=f"111-{number:07d}-7654321",
        text=text or f"Question {number}: where is my parcel?",
        at=arrived,
    )
    told = bought_from(entry, serial=number, now=arrived, shape=Shape.PLAIN, delay=timedelta(0))
    return written(told, marketplace_id=MARKETPLACE, sender=dovecot.SENDER), arrived


def mails(numbers: Iterable[int], since: datetime, step: timedelta) -> Iterator[
    tuple[bytes, datetime]
]:  # fmt: skip
    return (mail(number, since + step * place) for place, number in enumerate(numbers))


def reply_to(message: Any, text: str = "It is on its way.") -> Reply:
    return Reply(
        id="reply-1", thread=message.thread, text=text, reply_to=message.reply_to,
        order_ids=message.order_ids, subject=message.subject,
    )  # fmt: skip
