"""Servers that say odd things of one mail: it holds up no other, and is not lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import Author, Batch, Span, Unavailable
from connectors.mail.config import SmtpConfig
from connectors.mailbox.config import MailboxConfig
from connectors.mailbox.connector import MailboxConnector
from tests.connectors.inboxes import drain, lacking, survey
from tests.connectors.mail.odd_imap import Kept, OddImap, serving

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SMTP = SmtpConfig(host="127.0.0.1", port=1, username="u", password="p", sender="help@shop.example")


def letter(number: int, *lines: str, sender: str = "mia@mail.example") -> bytes:
    head = [f"From: {sender}", "To: help@shop.example", f"Message-ID: <{number}@mail.example>"]
    return "\n".join([*lines, *head, "", "Where is it?"]).encode()


def kept(number: int, *lines: str, date: bytes = Kept.date) -> Kept:
    return Kept(number, letter(number, *lines), date=date)


@asynccontextmanager
async def connected(server: OddImap) -> AsyncIterator[MailboxConnector]:
    async with serving(server) as imap:
        made = MailboxConnector(MailboxConfig(imap=imap, smtp=SMTP), now=lambda: NOW)
        yield made
        await made.close()


SENT = "Date: Fri, 20 Nov 2026 08:00:00 +0000"
PASSED = (
    "Received: from b by c; Fri, 20 Nov 2026 08:05:00 +0000",
    "Received: from a by b; Fri, 20 Nov 2026 08:01:00 +0000",
)


@pytest.mark.parametrize(
    "date",
    [
        b"",
        b" INTERNALDATE NIL",
        b' INTERNALDATE "00-Jan-1970 00:00:00 +0000"',
        b' INTERNALDATE "20-Nov-2026 09:00:00 +9959"',
        b' INTERNALDATE "01-Jan-1970 00:00:00 +0000"',
        b' INTERNALDATE "01-Jan-2099 00:00:00 +0000"',
    ],
)
@pytest.mark.parametrize(
    ("lines", "starts"),
    [
        ((SENT,), "08:00"),
        (PASSED, "08:05"),
        (("Date: Fri, 20 Nov 2026 10:00:00 +0000", *PASSED), "08:05"),
        (("Received: from a by b; Fri, 20 Nov 2026 19:00:00 +0000",), "12:00"),
        (("Received: from a by b; Mon, 00 Jan 0000 00:00:00 +0000",), "12:00"),
        ((), "12:00"),
    ],
)
async def test_a_mail_without_a_time_of_arrival_is_read_with_the_best_time_there_is(
    date: bytes, lines: tuple[str, ...], starts: str
) -> None:
    async with connected(OddImap({"INBOX": [kept(1, *lines, date=date), kept(2)]})) as connector:
        found = (await drain(connector)).messages

    assert [one.id for one in found] == ["<1@mail.example>", "<2@mail.example>"]
    assert f"{found[0].sent_at:%H:%M}" == starts


async def test_a_census_lists_a_mail_without_a_time_of_arrival() -> None:
    span = Span(since=NOW - timedelta(hours=4), until=NOW - timedelta(hours=1))

    async with connected(OddImap({"INBOX": [kept(1, SENT, date=b""), kept(2)]})) as connector:
        found = await survey(connector, span, lacking())

    assert [one.id for one in found] == ["<1@mail.example>", "<2@mail.example>"]


async def patiently(connector: MailboxConnector) -> Batch:
    """What the inbox gives to somebody who goes on where he was, whatever fails."""
    pages: list[Batch] = []
    for _ in range(20):
        with suppress(Unavailable):
            pages.append(await connector.fetch(pages[-1].cursor if pages else None))
            if not pages[-1].more:
                break
    return Batch(
        messages=[one for page in pages for one in page.messages],
        set_aside=[one for page in pages for one in page.set_aside],
        cursor=pages[-1].cursor,
    )


@pytest.mark.parametrize("what", [b"BODY.PEEK[]", b"FETCH"])
async def test_a_mail_that_the_server_refuses_to_hand_out_is_for_a_person(what: bytes) -> None:
    refused = kept(2, SENT)
    refused.refused = what

    async with connected(OddImap({"INBOX": [kept(1), refused, kept(3)]})) as connector:
        with pytest.raises(Unavailable):
            await connector.fetch(None)  # it may be better in a moment
        found = await patiently(connector)

    assert [one.id for one in found.messages] == ["<1@mail.example>", "<3@mail.example>"]
    assert [one.reason for one in found.set_aside] == [
        "the mailbox names this mail but does not hand it out"
    ]


async def test_a_mail_that_was_set_aside_is_read_again_where_it_lies() -> None:
    refused = kept(2, SENT)
    refused.refused = b"BODY.PEEK[]"

    async with connected(OddImap({"INBOX": [refused]})) as connector:
        [aside] = (await patiently(connector)).set_aside
        still = await connector.reread(aside.ref)
        refused.refused = b""
        found = await connector.reread(aside.ref)
        gone = [await connector.reread(ref) for ref in ("INBOX/9", "INBOX/x", "2")]

    assert still is not None
    assert [one.id for one in still.set_aside] == [aside.id]
    assert found is not None
    assert [one.id for one in found.messages] == ["<2@mail.example>"]
    assert gone == [None, None, None]


async def test_a_mail_of_which_the_server_refuses_to_say_how_large_it_is_is_read() -> None:
    shy = kept(2, SENT)
    shy.refused = b"RFC822.SIZE"

    async with connected(OddImap({"INBOX": [kept(1), shy, kept(3)]})) as connector:
        found = await patiently(connector)

    assert [one.id for one in found.messages] == [f"<{one}@mail.example>" for one in (1, 2, 3)]


@pytest.mark.parametrize("what", [b"BODY.PEEK[]", b"FETCH"])
async def test_a_census_goes_on_behind_a_mail_that_the_server_refuses_to_hand_out(
    what: bytes,
) -> None:
    refused = kept(2, SENT)
    refused.refused = what
    span = Span(since=NOW - timedelta(hours=4), until=NOW - timedelta(hours=1))

    async with connected(OddImap({"INBOX": [kept(1), refused, kept(3)]})) as connector:
        found = await survey(connector, span, lacking())

    assert [one.id for one in found] == ["<1@mail.example>", "<3@mail.example>"]


async def test_a_mail_of_which_the_server_says_nothing_is_for_a_person() -> None:
    nothing = Kept(2, b"", body=b"NIL")

    async with connected(OddImap({"INBOX": [kept(1), nothing, kept(3)]})) as connector:
        found = await drain(connector)

    assert [one.id for one in found.messages] == ["<1@mail.example>", "<3@mail.example>"]
    assert len(found.set_aside) == 1


@pytest.mark.parametrize("folder", ["INBOX", "All Mail"])
async def test_an_answer_that_somebody_is_still_writing_is_none(folder: str) -> None:
    answer = letter(2, SENT, "To: mia@mail.example", sender="help@shop.example")
    server = OddImap(
        {"INBOX": [kept(1, SENT)], "All Mail": []},
        listed=b'* LIST (\\HasNoChildren \\All) "/" "All Mail"\r\n',
    )
    server.folders[folder].append(Kept(2, answer, is_draft=True))
    span = Span(since=NOW - timedelta(hours=4), until=NOW - timedelta(hours=1))

    async with connected(server) as connector:
        found = (await drain(connector)).messages
        listed = await survey(connector, span, lacking())
        server.folders[folder][-1].is_draft = False
        sent = await survey(connector, span, lacking("<1@mail.example>"))

    assert [one.author for one in (*found, *listed)] == [Author.BUYER, Author.BUYER]
    assert [(one.author, one.buyer_id) for one in sent] == [(Author.SELLER, "mia@mail.example")]
