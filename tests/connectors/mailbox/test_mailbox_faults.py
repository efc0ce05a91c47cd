"""Every fault the mock has, and that the connector lives through it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.base import (
    ConnectorError,
    InboundMessage,
    Kind,
    Rejected,
    Reply,
    Span,
    Trace,
    Unauthorized,
    Unavailable,
)
from connectors.feed import FeedEntry
from connectors.files import DOCUMENTS, MIB, PICTURES, FileLimits, OutgoingFile
from connectors.mailbox.connector import MailboxConnector
from connectors.mailbox.mock import MailboxMock
from connectors.mailbox.plugin import MailboxOptions
from responder.testing import FakeClock
from tests.connectors.inboxes import drain, lacking, survey


@pytest.fixture
async def mock(clock: FakeClock) -> AsyncIterator[MailboxMock]:
    async with MailboxMock(now=clock.now) as box:
        yield box


@pytest.fixture
async def connector(mock: MailboxMock, clock: FakeClock) -> AsyncIterator[MailboxConnector]:
    made = MailboxConnector(mock.account(), now=clock.now)
    yield made
    await made.close()


def write(mock: MailboxMock, *, count: int = 1) -> None:
    mock.deliver(
        FeedEntry(buyer=f"Buyer {number}", order_id=f"AB-{number:05d}", text=f"Where? {'x' * 600}")
        for number in range(count)
    )


async def first(connector: MailboxConnector, mock: MailboxMock) -> InboundMessage:
    write(mock)
    return (await drain(connector)).messages[0]


def answer_to(message: InboundMessage) -> Reply:
    return Reply(
        id="reply-1",
        thread=message.thread,
        text="It is on its way.",
        reply_to=message.reply_to,
        subject=message.subject,
    )


async def test_an_html_mail_says_the_same(mock: MailboxMock, connector: MailboxConnector) -> None:
    mock.faults.set({"html_only": 1})

    assert (await first(connector, mock)).text == f"Where? {'x' * 600}"


async def test_a_mail_that_comes_twice_has_one_id(
    mock: MailboxMock, connector: MailboxConnector
) -> None:
    mock.faults.set({"duplicate_mail": 1})
    write(mock)

    found = (await drain(connector)).messages

    assert (len(found), len({one.id for one in found})) == (2, 1)


async def test_beside_a_mail_forgeries_are_set_aside_and_newsletters_left_alone(
    mock: MailboxMock, connector: MailboxConnector
) -> None:
    mock.faults.set({"forged_sender": 1, "newsletter": 1})
    write(mock)

    page = await connector.fetch(None)

    assert (len(page.messages), len(page.set_aside), page.ignored) == (1, 1, 1)


async def test_a_broken_line_loses_nothing(mock: MailboxMock, connector: MailboxConnector) -> None:
    write(mock, count=5)
    mock.faults.set({"imap_disconnect": 1})

    with pytest.raises(Unavailable):
        await connector.fetch(None)
    mock.faults.set({})

    assert len((await drain(connector)).messages) == 5


@pytest.mark.parametrize(
    ("fault", "failure"), [("imap_login_refused", Unauthorized), ("imap_too_many", Unavailable)]
)
async def test_a_login_that_is_refused_needs_a_person_and_too_many_connections_a_pause(
    mock: MailboxMock, connector: MailboxConnector, fault: str, failure: type[ConnectorError]
) -> None:
    write(mock)
    mock.faults.set({fault: 1})

    with pytest.raises(failure):
        await connector.fetch(None)
    mock.faults.set({})

    assert len((await drain(connector)).messages) == 1


async def test_a_rebuilt_mailbox_gives_the_same_ids(
    mock: MailboxMock, connector: MailboxConnector
) -> None:
    message = await first(connector, mock)
    cursor = (await drain(connector)).cursor
    mock.faults.set({"uidvalidity_change": 1})
    write(mock)

    with pytest.raises(Unavailable):  # the server has cut the line
        await connector.fetch(cursor)
    found = (await drain(connector, cursor)).messages

    assert message.id in {one.id for one in found}
    assert len(found) == 2


async def test_a_mail_that_was_moved_is_found_by_the_census(
    mock: MailboxMock, connector: MailboxConnector, clock: FakeClock
) -> None:
    mock.faults.set({"mail_moved": 1})
    write(mock)
    missed = await drain(connector)
    span = Span(since=clock.now() - timedelta(hours=1), until=clock.now() + timedelta(seconds=1))

    found = await survey(connector, span, lacking())

    assert (missed.messages, len(found)) == ([], 1)


@pytest.mark.parametrize(
    ("fault", "failure"), [("smtp_4xx", Unavailable), ("smtp_5xx_data", Rejected)]
)
async def test_a_refused_reply_was_surely_not_sent(
    mock: MailboxMock, connector: MailboxConnector, fault: str, failure: type[Exception]
) -> None:
    message = await first(connector, mock)
    mock.faults.set({fault: 1})

    with pytest.raises(failure) as refused:
        await connector.send(answer_to(message))

    assert not getattr(refused.value, "maybe_done", False)
    assert mock.sent() == []


async def test_a_lost_answer_is_found_in_the_sent_folder(
    mock: MailboxMock, connector: MailboxConnector, clock: FakeClock
) -> None:
    message = await first(connector, mock)
    since = clock.now()
    mock.faults.set({"smtp_timeout_after_data": 1})

    with pytest.raises(Unavailable) as lost:
        await connector.send(answer_to(message))

    assert lost.value.maybe_done
    assert await connector.trace(answer_to(message), since) is Trace.SENT
    assert len(mock.sent()) == 1


async def test_a_provider_that_keeps_nothing_cannot_tell(clock: FakeClock) -> None:
    async with MailboxMock(now=clock.now, sent_folder=False) as mock:
        connector = MailboxConnector(mock.account(), now=clock.now)
        message = await first(connector, mock)
        since = clock.now()
        await connector.send(answer_to(message))

        assert await connector.trace(answer_to(message), since) is Trace.UNKNOWN
        await connector.close()


async def test_a_reply_that_comes_back_is_a_refusal_of_it(
    mock: MailboxMock, connector: MailboxConnector, clock: FakeClock
) -> None:
    message = await first(connector, mock)
    cursor, since = (await drain(connector)).cursor, clock.now()
    mock.faults.set({"bounced_later": 1})

    receipt = await connector.send(answer_to(message))
    [refusal] = (await drain(connector, cursor)).messages

    assert (refusal.kind, refusal.refuses, refusal.thread) == (
        Kind.REFUSAL,
        receipt.id,
        message.thread,
    )
    assert await connector.trace(answer_to(message), since) is Trace.REFUSED


async def test_a_buyers_machine_answers_in_the_thread_and_starts_no_clock(
    mock: MailboxMock, connector: MailboxConnector
) -> None:
    message = await first(connector, mock)
    cursor = (await drain(connector)).cursor
    mock.faults.set({"vacation_reply": 1})

    await connector.send(answer_to(message))
    [answer] = (await drain(connector, cursor)).messages

    assert (answer.kind, answer.thread) == (Kind.NOTICE, message.thread)


async def test_books_survive_a_kill_with_their_uids(clock: FakeClock, tmp_path: Path) -> None:
    journal = tmp_path / "mailbox.jsonl"
    async with MailboxMock(now=clock.now, journal=journal) as mock:
        connector = MailboxConnector(mock.account(), now=clock.now)
        message = await first(connector, mock)
        cursor = (await drain(connector)).cursor
        await connector.send(answer_to(message))
        sent, delivered = mock.sent(), mock.delivered()
        await connector.close()

    async with MailboxMock(now=clock.now, journal=journal) as mock:
        connector = MailboxConnector(mock.account(), now=clock.now)
        again = await drain(connector, cursor)
        await connector.close()
        assert (mock.sent(), mock.delivered()) == (sent, delivered)
        assert again.messages == []


async def test_a_shop_may_take_other_files_or_none(
    mock: MailboxMock, connector: MailboxConnector, clock: FakeClock
) -> None:
    message = await first(connector, mock)
    pdf = OutgoingFile(name="a.pdf", content_type="application/pdf", content=b"%PDF-" + b"x" * 99)
    small = FileLimits(count=1, total=50, types=PICTURES | DOCUMENTS)

    for files in (None, small):
        config = replace(mock.account(), files=files)
        shop = MailboxConnector(config, now=clock.now)
        assert shop.file_limits(message.thread) == files
        with pytest.raises(Rejected):
            await shop.send(replace(answer_to(message), files=(pdf,)))
        await shop.close()

    assert mock.sent() == []


def test_the_limit_of_a_mailbox_is_configured() -> None:
    server = {"host": "mail.example", "port": 993, "username": "u", "password": "p"}
    table = {"imap": server, "smtp": server | {"from": "shop@shop.example"}}

    usual = MailboxOptions.model_validate(table).files
    small = MailboxOptions.model_validate(table | {"most_megabytes": 2, "most_files": 3}).files

    assert usual is not None
    assert (usual.count, usual.total) == (10, 10 * MIB)
    assert small is not None
    assert (small.count, small.total) == (3, 2 * MIB)
    assert MailboxOptions.model_validate(table | {"most_files": 0}).files is None
    assert MailboxOptions.model_validate(table | {"most_megabytes": 0}).files is None
    with pytest.raises(ValueError, match="most_megabytes"):
        MailboxOptions.model_validate(table | {"most_megabytes": 26})


def test_the_sender_of_a_mailbox_is_one_address() -> None:
    server = {"host": "mail.example", "port": 993, "username": "u", "password": "p"}

    with pytest.raises(ValueError, match="write one address"):
        MailboxOptions.model_validate(
            {"imap": server, "smtp": server | {"from": "Miller, Shop <shop@shop.example>"}}
        )
