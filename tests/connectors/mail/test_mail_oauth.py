"""Mailboxes that take access tokens and no passwords, over real sockets."""

import asyncio
from dataclasses import replace
from random import Random

import pytest

from connectors.amazon.connector import AmazonConnector
from connectors.amazon.mock import AmazonMock
from connectors.base import ConnectorError, Reply, Unauthorized, Unavailable
from connectors.feed import FeedEntry
from connectors.mail.mock_oauth import REFRESH_TOKEN
from connectors.mailbox.connector import MailboxConnector
from responder.testing import FakeClock
from tests.connectors.mail.conftest import Shop
from tests.connectors.mail.letters import answered, question


async def test_a_mailbox_is_read_and_answered_with_one_token_and_no_password(shop: Shop) -> None:
    question(shop)
    connector = shop.process()

    reply = await answered(connector)

    assert [one["text"].strip() for one in shop.mock.sent()] == [reply.text]
    assert shop.mock.provider.asked == 1, "IMAP and SMTP share it"
    assert (await connector.check()).endswith("SMTP ok, logged in with an access token (XOAUTH2)")
    assert REFRESH_TOKEN not in repr(connector._tokens)
    assert REFRESH_TOKEN not in repr(shop.mock.account(oauth=True))


async def test_amazons_mail_logs_in_with_tokens_too(clock: FakeClock) -> None:
    async with AmazonMock(now=clock.now, dice=Random(7)) as mock:
        mock.add([FeedEntry(buyer="Ann", order_id="111-2223334-5556667", text="Where is it?")])
        connector = AmazonConnector(mock.account(oauth=True), clock.now)

        await answered(connector)
        line = await connector.check()

        await connector.close()
        assert len(mock.books.accepted) == 1
        assert "logged in with an access token (XOAUTH2), Selling Partner API ok" in line
        assert connector.access is not None


async def test_passwords_are_no_way_in_that_anybody_watches(shop: Shop) -> None:
    connector = MailboxConnector(shop.mock.account(), now=shop.clock.now)

    await connector.check()

    assert connector.access is None
    assert shop.mock.provider.asked == 0
    await connector.close()


async def test_the_ear_and_the_files_log_in_with_the_same_token(shop: Shop) -> None:
    heard, connector = asyncio.Event(), shop.process()
    shop.mock._mailbox.on_line = lambda line: heard.set() if b"IDLE" in line else None
    await connector.fetch(None)
    listening = asyncio.create_task(connector.news())
    await heard.wait()
    await asyncio.sleep(0.1)  # the mock has only heard of it yet

    question(shop)

    assert await asyncio.wait_for(listening, 10)
    assert shop.mock.provider.asked == 1


async def test_smtp_says_that_a_token_was_refused(shop: Shop) -> None:
    question(shop)
    connector = shop.process()
    message = (await connector.fetch(None)).messages[0]
    shop.mock.faults.set({"oauth_token_dead": 1})

    with pytest.raises(Unauthorized, match="SMTP 535 at login: the access token was refused"):
        await connector.send(
            Reply(id="r", thread=message.thread, text="Hi", reply_to=message.reply_to)
        )


async def test_a_token_of_another_mailbox_opens_nothing(shop: Shop) -> None:
    account = shop.mock.account(oauth=True)
    other = MailboxConnector(
        replace(account, imap=replace(account.imap, username="another")), now=shop.clock.now
    )

    with pytest.raises(Unauthorized, match="the access token was refused"):
        await other.fetch(None)

    await other.close()


async def test_only_the_servers_that_are_named_take_the_token(shop: Shop) -> None:
    known, account = shop.mock.account(), shop.mock.account(oauth=True)
    assert account.oauth is not None
    mixed = replace(known, imap=account.imap, oauth=replace(account.oauth, servers=("imap",)))
    connector = MailboxConnector(mixed, now=shop.clock.now)
    question(shop)

    await answered(connector)

    assert connector._outbox._config.bearer is None
    await connector.close()


@pytest.mark.parametrize(
    ("fault", "failure"),
    [("imap_login_refused", Unauthorized), ("imap_too_many", Unavailable)],
)
async def test_a_no_to_the_login_means_what_it_means_with_a_password(
    shop: Shop, fault: str, failure: type[ConnectorError]
) -> None:
    shop.mock.faults.set({fault: 1})

    with pytest.raises(failure):
        await shop.process().fetch(None)
