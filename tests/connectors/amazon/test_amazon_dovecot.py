"""Amazon's inbox and outbox on Debian's Dovecot: a mail server that others wrote."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from time import monotonic, process_time
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from imapclient import IMAPClient

from connectors.amazon.config import AmazonConfig
from connectors.amazon.connector import AmazonConnector, Post
from connectors.amazon.mock_books import Shape, bought_from
from connectors.amazon.mock_mail import written
from connectors.base import Reply, Span, Trace, Unauthorized, Unavailable
from connectors.exits import Exit
from connectors.feed import FeedEntry
from connectors.files import OutgoingFile
from connectors.mail.config import ImapConfig
from connectors.mail.imap_line import imap_client
from connectors.mail.mailbox import Mailbox
from connectors.mail.smtp import Outbox
from tests import dovecot
from tests.connectors.inboxes import drain, lacking, survey
from tests.dovecot import Dovecot

pytestmark = [dovecot.needed, pytest.mark.process]
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


@pytest.fixture
async def relay() -> AsyncIterator[Relay]:
    made, loop = Relay(), asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(made, hostname="relay.example", loop=loop), "127.0.0.1", 0
    )
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


@pytest.fixture
async def server(relay: Relay) -> AsyncIterator[Dovecot]:
    with dovecot.running(relay.port) as made:
        yield made


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


@pytest.fixture
async def open_connectors() -> AsyncIterator[list[AmazonConnector]]:
    made: list[AmazonConnector] = []
    yield made
    for one in made:
        await one.close()


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


@pytest.fixture
def shop(server: Dovecot, open_connectors: list[AmazonConnector]) -> Shop:
    return Shop(server, open_connectors)


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


async def test_every_mail_is_read_once_and_a_cursor_goes_on_where_it_was(shop: Shop) -> None:
    shop.server.put(mails(range(450), NOW - timedelta(days=1), timedelta(minutes=1)))
    connector = shop.connector()

    first = await drain(connector)
    shop.server.put(mails(range(450, 455), NOW, timedelta(0)))
    then = await drain(connector, first.cursor)

    assert [one.buyer for one in first.messages] == [f"Buyer {n}" for n in range(450)]
    assert sorted(one.buyer for one in then.messages) == [f"Buyer {n}" for n in range(450, 455)]
    assert first.messages[0].sent_at == NOW - timedelta(days=1)


async def test_nothing_is_marked_or_moved(shop: Shop) -> None:
    shop.server.put(mails(range(3), NOW, timedelta(0)))
    await drain(shop.connector())

    client = IMAPClient("127.0.0.1", shop.server.imap_port, ssl=False)
    client.login(dovecot.USER, dovecot.PASSWORD)
    client.select_folder("INBOX", readonly=True)
    flags = client.get_flags(client.search("ALL"))
    client.logout()

    assert len(flags) == 3
    assert not any(b"\\Seen" in told for told in flags.values())


async def test_a_restored_mailbox_brings_its_mails_again_under_their_ids(shop: Shop) -> None:
    shop.server.put(mails(range(20), NOW - timedelta(days=1), timedelta(minutes=1)))
    first = await drain(shop.connector())
    shop.server.stop()
    shop.server.forget_uids()
    await asyncio.sleep(1.1)  # a UIDVALIDITY is the second in which it was made
    shop.server.start()

    again = await drain(shop.connector(), first.cursor)

    assert again.cursor.partition(":")[0] != first.cursor.partition(":")[0]
    assert {one.id for one in again.messages} == {one.id for one in first.messages}


async def test_a_server_that_stops_is_unavailable_and_then_goes_on(shop: Shop) -> None:
    shop.server.put(mails(range(2), NOW, timedelta(0)))
    connector = shop.connector()
    first = await drain(connector)

    shop.server.stop()
    with pytest.raises(Unavailable):
        await connector.fetch(first.cursor)
    shop.server.start()
    shop.server.put(mails(range(2, 3), NOW, timedelta(0)))

    assert [one.buyer for one in (await drain(connector, first.cursor)).messages] == ["Buyer 2"]


async def test_a_wrong_password_is_refused(shop: Shop) -> None:
    config = account(shop.server)
    wrong = replace(config, imap=replace(config.imap, password="wrong"))

    with pytest.raises(Unauthorized):
        await shop.connector(wrong).fetch(None)


async def test_mail_that_was_moved_is_found_in_the_archive(shop: Shop) -> None:
    shop.server.put(mails(range(2), NOW, timedelta(0)))
    connector = shop.connector()
    await connector.check()  # makes the folders
    shop.server.put([mail(7, NOW)], folder="Archive")

    span = Span(since=NOW - timedelta(hours=1), until=NOW + timedelta(hours=1))
    found = await survey(connector, span, lacking())

    assert sorted(one.buyer for one in found) == ["Buyer 0", "Buyer 1", "Buyer 7"]


async def test_a_reply_leaves_through_submission_with_its_thread(shop: Shop, relay: Relay) -> None:
    shop.server.put([mail(1, NOW)])
    connector = shop.connector()
    [message] = (await drain(connector)).messages

    receipt = await connector.send(reply_to(message))

    [sent] = [message_from_bytes(one, policy=default) for one in relay.taken]
    assert receipt.id == sent["Message-ID"]
    assert sent["From"] == dovecot.SENDER
    assert sent["To"].endswith("@marketplace.amazon.com")
    assert sent["In-Reply-To"] == sent["References"] == message.reply_to["message_id"]
    assert "It is on its way." in sent.get_content()


@pytest.mark.parametrize("answer", ["451 try later", "550 sender not authorized"])
async def test_what_the_relay_refuses_was_surely_not_sent(
    shop: Shop, relay: Relay, answer: str
) -> None:
    shop.server.put([mail(1, NOW)])
    connector = shop.connector()
    [message] = (await drain(connector)).messages
    relay.answer = answer

    with pytest.raises(Exception) as refused:
        await connector.send(reply_to(message))

    assert not getattr(refused.value, "maybe_done", False), refused.value
    assert relay.taken == []


async def test_a_copy_in_the_sent_folder_proves_a_reply(shop: Shop, relay: Relay) -> None:
    shop.server.put([mail(1, NOW)])
    connector = shop.connector()
    [message] = (await drain(connector)).messages
    reply = reply_to(message)
    await connector.send(reply)
    unknown = await connector.trace(reply, NOW - timedelta(minutes=1))

    shop.server.put([(relay.taken[0], NOW)], folder="Sent")

    assert unknown is Trace.UNKNOWN, "finding nothing never means absent"
    assert await connector.trace(reply, NOW - timedelta(minutes=1)) is Trace.SENT


async def test_the_server_tells_of_new_mail_and_of_what_came_meanwhile(shop: Shop) -> None:
    shop.server.put(mails(range(1), NOW, timedelta(0)))
    connector = shop.connector()
    listening = asyncio.create_task(connector.news())
    await asyncio.sleep(1)
    quiet = listening.done()

    shop.server.put(mails(range(1, 2), NOW, timedelta(0)))
    assert await asyncio.wait_for(listening, 35)

    assert not quiet, "nothing had come yet"
    shop.server.stop()
    with pytest.raises(Unavailable):
        await connector.news()
    shop.server.put(mails(range(2, 3), NOW, timedelta(0)))
    shop.server.start()
    assert await asyncio.wait_for(connector.news(), 10), "one came while nobody listened"


MANY = 50_000


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovecot]:
    """50,000 mails over 50 days, the last of them now; 30,000 of them count as recent."""
    with dovecot.running() as made:
        step = timedelta(days=50) / MANY
        made.put(mails(range(MANY), NOW - timedelta(days=50), step))
        yield made


async def test_a_mailbox_with_50000_mails_opens_without_reading_them_all(
    full: Dovecot, open_connectors: list[AmazonConnector]
) -> None:
    shop = Shop(full, open_connectors)
    connector = shop.connector()
    began, used = monotonic(), process_time()

    page = await connector.fetch(None)

    print(f"first page: {monotonic() - began:.2f} s, our CPU {process_time() - used:.2f} s")
    assert page.more
    assert len(page.messages) == 200
    assert len(shop.counted.bodies) == 200, "only what is told is read"
    assert abs(page.messages[0].sent_at - (NOW - timedelta(days=30))) < timedelta(days=1)


async def test_at_its_end_a_poll_of_50000_mails_reads_what_is_new_and_nothing_else(
    full: Dovecot, open_connectors: list[AmazonConnector]
) -> None:
    shop = Shop(full, open_connectors)
    connector = shop.connector()
    first = await connector.fetch(None)
    uidvalidity = first.cursor.partition(":")[0]
    end = type(first.cursor)(f"{uidvalidity}:{MANY + 1}")
    shop.counted.bodies.clear()
    began, used = monotonic(), process_time()

    for _ in range(20):
        assert (await connector.fetch(end)).messages == []

    took, cpu = (monotonic() - began) / 20, (process_time() - used) / 20
    print(f"a poll at the end: {1000 * took:.1f} ms, our CPU {1000 * cpu:.1f} ms")
    assert shop.counted.bodies == []
    full.put([mail(MANY + 7, NOW)])
    assert [one.buyer for one in (await connector.fetch(end)).messages] == [f"Buyer {MANY + 7}"]
    assert len(shop.counted.bodies) == 1


async def test_files_pass_a_real_submission_as_they_were_and_their_copy_proves_the_reply(
    shop: Shop, relay: Relay
) -> None:
    shop.server.put([mail(1, NOW)])
    connector = shop.connector()
    [message] = (await drain(connector)).messages
    pdf = OutgoingFile(
        name="发票 1.pdf",
        content_type="application/pdf",
        content=b"%PDF-" + bytes(range(256)) * 4000,
    )
    text = OutgoingFile(name="how.txt", content_type="text/plain", content="Größe\n".encode())
    reply = replace(reply_to(message), files=(pdf, text))

    await connector.send(reply)

    [taken] = relay.taken
    read = message_from_bytes(taken, policy=default)
    files = list(read.iter_attachments())
    assert [(one.get_filename(), one.get_payload(decode=True)) for one in files] == [
        (one.name, one.content) for one in reply.files
    ]
    shop.server.put([(taken, NOW)], folder="Sent")
    without = replace(reply, files=())
    assert await connector.trace(without, NOW - timedelta(minutes=1)) is Trace.SENT
