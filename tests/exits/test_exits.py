"""What leaves through an account's own exit, and what leaves without it: nothing."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from connectors.amazon.config import AmazonConfig
from connectors.amazon.connector import AmazonConnector
from connectors.amazon.mock import AmazonMock
from connectors.base import Connector, ConnectorError, Reply, Unauthorized, Unavailable
from connectors.exits import Exit
from connectors.feed import FeedEntry
from connectors.mail.config import ImapConfig, Tls
from connectors.mail.imap_line import imap_client
from connectors.taobao.account import TopAccount
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from tests.exits.proxy import RecordingProxy

MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ORDER = "111-0000001-7654321"
IMAP, SMTP, API = ("imap.shop.invalid", 143), ("smtp.shop.invalid", 587), ("api.shop.invalid", 80)
TOP = ("gateway.shop.invalid", 80)


def now() -> datetime:
    return MORNING


@asynccontextmanager
async def amazon() -> AsyncIterator[tuple[AmazonMock, RecordingProxy]]:
    """A mock whose names only the proxy can resolve: a direct way or look-up cannot succeed."""
    async with AmazonMock(now=now, dice=Random(7)) as mock:
        routes = {
            IMAP: ("127.0.0.1", mock.imap_port),
            SMTP: ("127.0.0.1", mock.smtp_port),
            API: ("127.0.0.1", mock.http_port),
        }
        async with RecordingProxy(routes) as proxy:
            yield mock, proxy


def account(mock: AmazonMock, proxy: str) -> AmazonConfig:
    known = mock.account()
    assert known.sp_api is not None
    endpoint = f"http://{API[0]}"
    return replace(
        known,
        imap=replace(known.imap, host=IMAP[0], port=IMAP[1]),
        smtp=replace(known.smtp, host=SMTP[0], port=SMTP[1]),
        sp_api=replace(known.sp_api, endpoint=endpoint, lwa_endpoint=endpoint),
        proxy=proxy,
        user_agent="shop-one/1.0",
    )


@asynccontextmanager
async def connected(connector: Connector) -> AsyncIterator[Connector]:
    try:
        yield connector
    finally:
        await connector.close()


async def answer_one(connector: Connector) -> Reply:
    """Read the inbox and answer its first message."""
    batch = await connector.fetch(None)
    message = batch.messages[0]
    reply = Reply(
        id="00-aa.1",
        thread=message.thread,
        text="It is on its way.",
        reply_to=message.reply_to,
        order_ids=message.order_ids,
        subject=message.subject,
    )
    await connector.send(reply)
    return reply


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_inbox_replies_and_orders_of_amazon_all_leave_through_the_accounts_exit(
    scheme: str,
) -> None:
    async with amazon() as (mock, proxy):
        mock.add([FeedEntry(buyer="Jane", order_id=ORDER, text="Where is it?")])
        async with connected(AmazonConnector(account(mock, proxy.url(scheme)), now)) as connector:
            await answer_one(connector)
            assert await connector.order(ORDER) is not None
            assert "Selling Partner API ok" in await connector.check()

        assert {seen.target for seen in proxy.seen} == {IMAP, SMTP, API}
        assert proxy.strangers == []
        assert len(mock.books.accepted) == 1
        agents = {seen.user_agent for seen in proxy.seen if seen.user_agent}
        assert agents == ({"shop-one/1.0"} if scheme == "http" else set())


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_access_tokens_for_mail_are_had_through_the_accounts_exit_too(scheme: str) -> None:
    async with amazon() as (mock, proxy):
        mock.add([FeedEntry(buyer="Jane", order_id=ORDER, text="Where is it?")])
        oauth = mock.account(oauth=True).oauth
        assert oauth is not None
        known = account(mock, proxy.url(scheme))
        config = replace(
            known,
            imap=replace(known.imap, password=""),
            smtp=replace(known.smtp, password=""),
            oauth=replace(
                oauth,
                token_url=f"http://{API[0]}/oauth/token",
                proxy=known.proxy,
                user_agent="shop-one/1.0",
            ),
            sp_api=None,
        )
        async with connected(AmazonConnector(config, now)) as connector:
            await answer_one(connector)

        assert {seen.target for seen in proxy.seen} == {IMAP, SMTP, API}
        assert proxy.strangers == []
        agents = {seen.user_agent for seen in proxy.seen if seen.user_agent}
        assert agents == ({"shop-one/1.0"} if scheme == "http" else set())


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_everything_of_taobao_leaves_through_the_accounts_exit(scheme: str) -> None:
    async with (
        TaobaoMock(now=now) as mock,
        RecordingProxy({TOP: ("127.0.0.1", mock.port)}) as proxy,
    ):
        mock.deliver([FeedEntry(buyer="小王", order_id=None, text="在吗")])
        shop = top(mock, proxy.url(scheme))
        async with connected(TaobaoConnector(shop, now=now)) as connector:
            await answer_one(connector)

        assert {seen.target for seen in proxy.seen} == {TOP}
        assert len(mock.books.sent) == 1


def top(mock: TaobaoMock, proxy: str) -> TopAccount:
    return replace(mock.account(), gateway=f"http://{TOP[0]}/router/rest", proxy=proxy)


Ask = Callable[[AmazonConnector], Awaitable[object]]
ASKED: dict[str, Ask] = {
    "the inbox": lambda one: one.fetch(None),
    "an order": lambda one: one.order(ORDER),
    "a reply": lambda one: one.send(
        Reply(id="00-aa.1", thread="t", text="Yes.", reply_to={"to": "a@marketplace.amazon.com"})
    ),
}


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_without_its_exit_an_account_reaches_nothing_and_nothing_was_done(
    scheme: str, name: str
) -> None:
    async with amazon() as (mock, proxy):
        config = account(mock, proxy.url(scheme))
        await proxy.stop()
        async with connected(AmazonConnector(config, now)) as connector:
            with pytest.raises(Unavailable) as raised:
                await ASKED[name](connector)  # type: ignore[arg-type]

        assert not raised.value.maybe_done
        assert mock.books.accepted == []


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize(("fault", "failure"), [("407", Unauthorized), ("502", Unavailable)])
async def test_a_proxy_that_says_no_is_told_from_a_marketplace_that_says_no(
    fault: str, failure: type[ConnectorError], name: str
) -> None:
    async with amazon() as (mock, proxy):
        proxy.fault = fault  # type: ignore[assignment]
        async with connected(AmazonConnector(account(mock, proxy.url()), now)) as connector:
            with pytest.raises(failure) as raised:
                await ASKED[name](connector)  # type: ignore[arg-type]

        assert not getattr(raised.value, "maybe_done", False)
        assert proxy.seen == []


async def test_a_tunnel_that_a_proxy_refuses_has_done_nothing() -> None:
    async with TaobaoMock(now=now) as mock, RecordingProxy({}) as proxy:
        shop = replace(top(mock, proxy.url()), gateway="https://gateway.shop.invalid/router/rest")
        async with connected(TaobaoConnector(shop, now=now)) as connector:
            with pytest.raises(Unavailable) as raised:
                await connector.send(Reply(id="r.1", thread="chat:1", text="在", reply_to={}))

    assert not raised.value.maybe_done
    assert proxy.strangers == [("gateway.shop.invalid", 443)]


async def test_a_proxy_that_wants_a_login_is_given_the_accounts_own() -> None:
    async with amazon() as (mock, proxy):
        proxy.login = "b25lOnNlY3JldA=="  # one:secret
        mock.add([FeedEntry(buyer="Jane", order_id=ORDER, text="Where is it?")])
        config = account(mock, proxy.url(login="one:secret"))
        async with connected(AmazonConnector(config, now)) as connector:
            await answer_one(connector)
            await connector.order(ORDER)

        assert proxy.refused == 0
        assert {seen.target for seen in proxy.seen} == {IMAP, SMTP, API}


@pytest.mark.parametrize("host", ["imap.shop.invalid", "imap.other.invalid"])
async def test_a_mailbox_behind_tls_is_checked_by_its_own_name_through_the_tunnel(
    certificate: Path, host: str
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        tag = (await reader.readline()).split()[0]
        writer.write(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK done\r\n")
        await reader.read()
        writer.close()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    there = server.sockets[0].getsockname()[:2]
    async with server, RecordingProxy({(host, 993): there}) as proxy:
        mailbox = ImapConfig(host=host, port=993, username="u", password="p", tls=Tls.IMPLICIT)
        if host == "imap.shop.invalid":
            client = await asyncio.to_thread(imap_client, mailbox, Exit.of(proxy.url()))
            assert b"IMAP4REV1" in await asyncio.to_thread(client.capabilities)
            await asyncio.to_thread(client.shutdown)
        else:
            with pytest.raises(ssl.SSLCertVerificationError):
                await asyncio.to_thread(imap_client, mailbox, Exit.of(proxy.url()))
