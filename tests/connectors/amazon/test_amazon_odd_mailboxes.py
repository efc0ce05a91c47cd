"""Mailboxes that do not do what a look for a thread wants of them: the inbox goes on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from connectors.amazon.config import AmazonConfig
from connectors.amazon.connector import AmazonConnector
from connectors.base import Author, Cursor, Span
from connectors.mail.config import SmtpConfig
from tests.connectors.amazon.mails import SAMPLES
from tests.connectors.inboxes import lacking
from tests.connectors.mail.odd_imap import Kept, OddImap, serving

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SPAN = Span(since=NOW - timedelta(hours=4), until=NOW - timedelta(hours=1))
SMTP = SmtpConfig(host="127.0.0.1", port=1, username="u", password="p", sender="a@shop.example")
COPY = (SAMPLES / "own_copy_bare.eml").read_bytes()
QUESTION = (SAMPLES / "pt_br_presale.eml").read_bytes()
ARCHIVE = b'* LIST (\\HasNoChildren \\Archive) "/" Archive\r\n'


@asynccontextmanager
async def connected(server: OddImap) -> AsyncIterator[AmazonConnector]:
    async with serving(server) as imap:
        config = AmazonConfig(marketplace_id="ATVPDKIKX0DER", imap=imap, smtp=SMTP)
        made = AmazonConnector(config, lambda: NOW)
        yield made
        await made.close()


@pytest.mark.parametrize("refused", [b"CHARSET UTF-8 SINCE", "Zoë".encode()])
async def test_a_server_that_searches_for_no_foreign_words_does_not_stop_the_inbox(
    refused: bytes,
) -> None:
    copy = COPY.replace(b"Maria Silva", "Zoë".encode())
    server = OddImap({"INBOX": [Kept(1, QUESTION), Kept(2, copy)]}, refuses=[refused])

    async with connected(server) as connector:
        page = await connector.fetch(Cursor("7:2"))

    assert (page.messages, page.ignored, page.cursor) == ([], 1, "7:3")


async def test_a_folder_that_is_gone_stops_neither_the_inbox_nor_the_comparison() -> None:
    server = OddImap({"INBOX": [Kept(1, QUESTION)], "Archive": []}, listed=ARCHIVE)

    async with connected(server) as connector:
        before = await connector.census(SPAN, None, lacking())
        del server.folders["Archive"]
        server.listed = b""
        after = await connector.census(SPAN, before.found.cursor, lacking())
        server.folders["INBOX"].append(Kept(2, COPY))
        page = await connector.fetch(Cursor("7:2"))

    assert before.found.more
    assert (after.listed, after.found.more) == (0, False)
    assert [one.author for one in page.messages] == [Author.SELLER]


async def test_a_folder_that_was_removed_a_moment_ago_does_not_stop_the_inbox() -> None:
    server = OddImap({"INBOX": [Kept(1, QUESTION), Kept(2, COPY)]}, listed=ARCHIVE)

    async with connected(server) as connector:
        page = await connector.fetch(Cursor("7:2"))

    assert [one.author for one in page.messages] == [Author.SELLER]


async def test_a_server_without_a_namespace_of_ones_own_does_not_stop_the_inbox() -> None:
    server = OddImap(
        {"INBOX": [Kept(1, QUESTION), Kept(2, COPY)]}, namespace=b"* NAMESPACE NIL NIL NIL\r\n"
    )

    async with connected(server) as connector:
        page = await connector.fetch(Cursor("7:2"))

    assert [one.author for one in page.messages] == [Author.SELLER]


async def test_among_more_mails_than_are_read_no_thread_is_guessed() -> None:
    others = [Kept(number, QUESTION) for number in range(1, 202)]
    server = OddImap({"INBOX": [*others, Kept(300, COPY)]})

    async with connected(server) as connector:
        page = await connector.fetch(Cursor("7:300"))

    assert (page.messages, page.ignored) == ([], 1)
