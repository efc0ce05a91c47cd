"""A folder that counts its changes, on Debian's Dovecot: a mail server that others wrote."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from imapclient import IMAPClient

from connectors.base import Attachment
from connectors.exits import Exit
from connectors.mail.config import ImapConfig
from connectors.mail.files import MailFiles
from connectors.mail.imap_line import imap_client
from connectors.mail.mailbox import Mailbox
from connectors.mail.stored import Limits, StoredMail
from connectors.mail.wire.cursors import Position
from tests import dovecot
from tests.dovecot import Dovecot

pytestmark = [dovecot.needed, pytest.mark.process]
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LIMITS = Limits(page=1_000_000, mail=1_000_000)


class Folder:
    """The inbox of one server, read to its end, and what it was asked."""

    def __init__(self, server: Dovecot) -> None:
        self.server = server
        self.asked: list[str] = []
        self.mailbox = Mailbox(server.imap(), dial=self._dial)
        self.at: Position | None = None
        self._put = 0

    def put(self, count: int = 1) -> None:
        numbers = range(self._put, self._put + count)
        self._put += count
        self.server.put((b"Subject: %d\r\n\r\nHello\r\n" % one, NOW) for one in numbers)

    async def poll(self) -> list[int]:
        """The numbers of the mails that came."""
        page = await self.mailbox.page(
            self.at, _number, first_look=NOW - timedelta(days=2), count=100, limits=LIMITS
        )
        self.at = Position(page.state.uidvalidity, page.next_uid)
        return [number for _, number in page.read]

    def _dial(self, config: ImapConfig, way: Exit | None) -> IMAPClient:
        client = imap_client(config, way)
        search = client.search

        def searching(criteria: Sequence[Any], *rest: Any) -> Any:
            self.asked.append("changes" if "MODSEQ" in criteria else "all")
            return search(criteria, *rest)

        client.search = searching
        return client


def _number(mail: StoredMail) -> int:
    return int(mail.content.split()[1])


@pytest.fixture
async def folder() -> AsyncIterator[Folder]:
    with dovecot.running() as server:
        made = Folder(server)
        yield made
        made.mailbox.close()


async def test_a_poll_asks_only_for_what_changed_and_misses_nothing(folder: Folder) -> None:
    folder.put(3)
    first = await folder.poll()
    folder.asked.clear()

    quiet = [await folder.poll(), await folder.poll()]
    folder.put(2)
    then = await folder.poll()

    assert (first, quiet, then) == ([0, 1, 2], [[], []], [3, 4])
    assert folder.asked == ["changes"] * 3


async def test_marks_that_another_program_sets_are_no_mails(folder: Folder) -> None:
    folder.put(3)
    await folder.poll()
    client = IMAPClient("127.0.0.1", folder.server.imap_port, ssl=False)
    client.login(dovecot.USER, dovecot.PASSWORD)
    client.select_folder("INBOX")

    client.add_flags([1, 2, 3], [b"\\Seen"])
    client.delete_messages([3])
    client.expunge()
    client.logout()

    assert await folder.poll() == []
    folder.put()
    assert await folder.poll() == [3]


async def test_a_server_that_was_away_is_asked_from_where_it_was(folder: Folder) -> None:
    folder.put(3)
    await folder.poll()
    folder.mailbox._line.drop()
    folder.put()
    folder.asked.clear()

    assert await folder.poll() == [3]
    assert folder.asked == ["changes"]


async def test_a_restored_mailbox_is_listed_from_its_beginning(folder: Folder) -> None:
    folder.put(3)
    await folder.poll()
    before = folder.at
    folder.mailbox._line.drop()
    folder.server.stop()
    folder.server.forget_uids()
    await asyncio.sleep(1.1)  # a UIDVALIDITY is the second in which it was made
    folder.server.start()
    folder.asked.clear()

    again = await folder.poll()

    assert sorted(again) == [0, 1, 2]
    assert before is not None
    assert folder.at is not None
    assert folder.at.uidvalidity != before.uidvalidity
    assert set(folder.asked) == {"all"}


PICTURE = b"\x89PNG" + bytes(range(256)) * 40


def with_picture() -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "0"
    mail.set_content("It is broken.")
    mail.add_attachment(PICTURE, maintype="image", subtype="png", filename="crack.png")
    mail.add_attachment(bytes(2_000_000), maintype="video", subtype="mp4", filename="crack.mp4")
    return bytes(mail)


async def test_a_picture_is_cut_out_of_its_mail_on_a_connection_of_its_own(folder: Folder) -> None:
    folder.server.put([(with_picture(), NOW)])
    asked: list[str] = []

    def dial(config: ImapConfig, way: Exit | None) -> IMAPClient:
        client = imap_client(config, way)
        fetch, logout = client.fetch, client.shutdown

        def fetching(uids: Any, parts: Sequence[str]) -> Any:
            asked.extend(parts)
            return fetch(uids, parts)

        def ending() -> None:
            asked.append("hung up")
            logout()

        client.fetch, client.shutdown = fetching, ending
        return client

    files = MailFiles(folder.server.imap(), dial=dial)
    file = Attachment(
        name="crack.png", content_type="image/png", size=len(PICTURE), ref="INBOX/1/2"
    )

    found = await files.read(file)
    wrong = await files.read(replace(file, size=7))
    files.close()

    assert found == PICTURE
    assert asked[:4] == ["RFC822.SIZE", "BODY.PEEK[2.MIME]", "BODY.PEEK[2]", "hung up"]
    assert wrong is None


@pytest.mark.parametrize("ref", ["INBOX/9/2", "INBOX/1/7", "INBOX/1/2]", "INBOX/x/2", "2", ""])
async def test_a_part_that_is_not_there_is_none(folder: Folder, ref: str) -> None:
    folder.server.put([(with_picture(), NOW)])
    files = MailFiles(folder.server.imap())
    file = Attachment(name="crack.png", content_type="image/png", size=len(PICTURE), ref=ref)

    assert await files.read(file) is None
    files.close()
