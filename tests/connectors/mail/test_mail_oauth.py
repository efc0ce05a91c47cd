"""Mailboxes that take access tokens and no passwords, over real sockets."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from connectors.amazon.connector import AmazonConnector
from connectors.amazon.mock import AmazonMock
from connectors.base import Connector, ConnectorError, Reply, Unauthorized, Unavailable
from connectors.feed import FeedEntry
from connectors.mail.mock_oauth import CLIENT_SECRET, REFRESH_TOKEN
from connectors.mail.tokens import MOST_ANSWER, OAuth, Tokens
from connectors.mailbox.connector import MailboxConnector
from connectors.seal import unseal
from connectors.vault import OwnVault
from responder.testing import FakeClock
from responder.workers.access import warnings
from tests.connectors.mail.conftest import Shop

MINUTE = timedelta(minutes=1)


def question(shop: Shop, text: str = "Where is it?") -> None:
    shop.mock.deliver([FeedEntry(buyer="Jane", order_id="AB-00001", text=text)])


async def answered(connector: Connector) -> Reply:
    """Read the inbox to its end and answer its first message."""
    message = (await connector.fetch(None)).messages[0]
    reply = Reply(
        id="reply-1",
        thread=message.thread,
        text="It is on its way.",
        reply_to=message.reply_to,
        subject=message.subject,
    )
    await connector.send(reply)
    return reply


async def looked(connector: MailboxConnector) -> None:
    """A poll that has to log in first."""
    await connector._mailbox.rest()
    await connector.fetch(None)


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


async def test_a_token_is_renewed_when_two_thirds_of_its_hour_are_over(shop: Shop) -> None:
    connector = shop.process()
    asked = []

    for minutes in (0, 39, 2, 39, 2):
        shop.clock.advance(minutes * MINUTE)
        await looked(connector)
        asked.append(shop.mock.provider.asked)

    assert asked == [1, 1, 2, 2, 3]


async def test_a_connection_that_stays_open_hears_of_a_revoked_grant_and_goes_on(
    shop: Shop,
) -> None:
    connector = shop.process()
    await connector.fetch(None)
    shop.mock.faults.set({"oauth_refused": 1})
    told = []

    for minutes in (39, 2, 60):
        shop.clock.advance(minutes * MINUTE)
        await connector.fetch(None)
        told.append(bool(connector.access and connector.access.hopeless))

    assert told == [False, True, True]
    with pytest.raises(Unauthorized, match="invalid_grant"):
        await looked(connector)


async def test_a_token_that_is_refused_before_its_end_is_renewed_once(shop: Shop) -> None:
    question(shop)
    connector = shop.process()
    await connector.fetch(None)
    shop.clock.advance(10 * MINUTE)
    shop.mock.provider.dead |= set(shop.mock.provider._ends)

    await answered(connector)  # SMTP is the first to hear of it
    await looked(connector)

    assert shop.mock.provider.asked == 2


async def test_imap_too_has_the_next_token_where_one_is_refused(shop: Shop) -> None:
    connector = shop.process()
    await connector.fetch(None)
    shop.clock.advance(10 * MINUTE)
    shop.mock.provider.dead |= set(shop.mock.provider._ends)

    await looked(connector)

    assert shop.mock.provider.asked == 2


async def test_one_that_was_given_just_now_is_not_renewed_for_a_refusal(shop: Shop) -> None:
    connector = shop.process()
    shop.mock.faults.set({"oauth_token_dead": 1})

    for _ in range(3):
        with pytest.raises(Unauthorized, match=r"the access token was refused \(status 401\)"):
            await connector.fetch(None)

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


async def test_a_grant_that_was_revoked_is_told_of_while_the_token_still_works(shop: Shop) -> None:
    connector = shop.process()
    await connector.fetch(None)
    shop.mock.faults.set({"oauth_refused": 1})
    shop.clock.advance(45 * MINUTE)

    await looked(connector)

    [(_, said)] = warnings(connector.access, shop.clock.now()) if connector.access else []
    assert said == (
        "its session cannot be renewed: the renewal was refused (invalid_grant); "
        "authorize the app again"
    )
    shop.clock.advance(20 * MINUTE)
    with pytest.raises(Unauthorized, match="no access token; it could not be renewed"):
        await looked(connector)
    assert shop.mock.provider.asked == 2, "a refusal is not asked for again and again"


@pytest.mark.parametrize("fault", ["oauth_unavailable", "oauth_garbled", "oauth_lost"])
async def test_a_token_url_that_does_not_answer_is_tried_again(shop: Shop, fault: str) -> None:
    connector = shop.process()
    shop.mock.faults.set({fault: 1})

    with pytest.raises(Unavailable, match="that is tried again") as raised:
        await connector.fetch(None)

    assert not raised.value.maybe_done
    assert connector.access is not None
    assert list(warnings(connector.access, shop.clock.now())) == [], "nobody need be asked"
    shop.mock.faults.set({})
    for _ in range(3):
        with pytest.raises(Unavailable):
            await connector.fetch(None)
    assert shop.mock.provider.asked == 1, "not at once"
    shop.clock.advance(2 * MINUTE)
    await connector.fetch(None)


async def test_a_token_url_that_answers_without_end_is_not_read_to_it(clock: FakeClock) -> None:
    async def much(_: web.Request) -> web.Response:
        return web.json_response({"access_token": "good", "more": "x" * MOST_ANSWER})

    application = web.Application()
    application.router.add_post("/token", much)
    async with TestServer(application) as server:
        url = str(server.make_url("/token"))
        config = OAuth(token_url=url, client_id="app", refresh_token=REFRESH_TOKEN)
        tokens = Tokens(config, clock.now)

        with pytest.raises(Unavailable, match="cannot be read"):
            await tokens.current()

        await tokens.close()


async def test_an_outage_of_the_token_url_is_over_two_minutes_after_its_end(shop: Shop) -> None:
    connector = shop.process()
    await connector.fetch(None)
    shop.mock.faults.set({"oauth_unavailable": 1})
    shop.clock.advance(40 * MINUTE)
    for _ in range(60):
        shop.clock.advance(MINUTE)
        with suppress(Unavailable):
            await looked(connector)
    shop.mock.faults.set({})
    shop.clock.advance(2 * MINUTE)

    await looked(connector)

    assert 25 < shop.mock.provider.asked < 40


async def test_two_processes_renew_a_token_that_rotates_once_and_both_use_it(shop: Shop) -> None:
    shop.mock.faults.set({"oauth_once": 1})
    one, two = shop.process(), shop.process()
    for minutes in (0, 41, 41):
        shop.clock.advance(minutes * MINUTE)
        await looked(one)
        await looked(two)

    assert shop.mock.provider.asked == 3

    restarted = shop.process()
    await restarted.fetch(None)
    assert shop.mock.provider.asked == 3, "it finds what was kept"


async def test_while_another_process_gets_the_first_token_this_one_waits(shop: Shop) -> None:
    assert await shop.vault.begin()
    connector = shop.process()

    with pytest.raises(Unavailable, match="another process is getting an access token"):
        await connector.fetch(None)

    assert shop.mock.provider.asked == 0


async def test_what_is_kept_is_sealed(shop: Shop) -> None:
    vault = OwnVault()
    shop.mock.faults.set({"oauth_once": 1})

    await shop.process(vault).fetch(None)

    assert "mock-refresh" in unseal(vault.text, CLIENT_SECRET)
    assert "mock-" not in vault.text


async def test_what_a_public_client_keeps_is_sealed_under_its_first_token(shop: Shop) -> None:
    oauth = replace(shop.mock.provider.config(shop.mock.url), client_secret="")
    vault = OwnVault()
    shop.mock.provider.client_secret = None

    tokens = Tokens(oauth, shop.clock.now, vault)
    await tokens.current()

    await tokens.close()
    assert "mock-access" in unseal(vault.text, REFRESH_TOKEN)


async def test_a_lost_answer_that_used_up_the_token_asks_a_person(shop: Shop) -> None:
    connector = shop.process()
    shop.mock.faults.set({"oauth_once": 1, "oauth_lost": 1})
    with pytest.raises(Unavailable):
        await connector.fetch(None)
    shop.mock.faults.set({})
    shop.clock.advance(2 * MINUTE)

    with pytest.raises(Unauthorized, match="invalid_grant"):
        await connector.fetch(None)


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
