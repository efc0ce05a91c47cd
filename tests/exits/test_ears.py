"""Who waits for news of a mailbox: through the account's own exit, and within TLS."""

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
from connectors.base import Unavailable
from connectors.exits import Exit
from connectors.feed import FeedEntry
from connectors.mail.config import ImapConfig, Tls
from connectors.mail.ear import Ear
from tests.exits.proxy import Address, RecordingProxy

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOST = "imap.shop.invalid"
PORTS = {Tls.NONE: 143, Tls.STARTTLS: 143, Tls.IMPLICIT: 993}
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(serve: Serve, context: ssl.SSLContext | None) -> AsyncIterator[Address]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[:2]
    server.close()


def context_of(certificate: Path) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(certificate)
    return made


def in_front_of(port: int, tls: Tls, context: ssl.SSLContext) -> Serve:
    """What speaks TLS for a mail server that does not."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to_there = await asyncio.open_connection("127.0.0.1", port)
        if tls is Tls.STARTTLS:
            await there.readline()  # its greeting, which only this side of TLS would see
            await started(reader, writer, context)
        ways = [
            asyncio.ensure_future(passed(*way)) for way in ((reader, to_there), (there, writer))
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        to_there.close()
        writer.close()

    return serve


async def started(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, context: ssl.SSLContext
) -> None:
    writer.write(b"* OK ready\r\n")
    while True:
        tag, command = (await reader.readline()).split()[:2]
        if command.upper() == b"STARTTLS":
            writer.write(tag + b" OK begin\r\n")
            return await writer.start_tls(context)
        writer.write(b"* CAPABILITY IMAP4rev1 STARTTLS\r\n" + tag + b" OK done\r\n")


async def passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - of the mock's own books
            await asyncio.sleep(0.02)


def account(mock: AmazonMock, proxy: str, tls: Tls) -> AmazonConfig:
    known = mock.account()
    return replace(
        known, imap=replace(known.imap, host=HOST, port=PORTS[tls], tls=tls), proxy=proxy
    )


@pytest.mark.parametrize("tls", Tls)
@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_who_waits_for_mail_waits_through_the_accounts_exit(
    scheme: str, tls: Tls, certificate: Path
) -> None:
    context = context_of(certificate)
    async with AmazonMock(now=lambda: NOW, dice=Random(7)) as mock:
        serve = in_front_of(mock.imap_port, tls, context)
        outer = context if tls is Tls.IMPLICIT else None
        async with (
            listening(serve, outer) as front,
            RecordingProxy({(HOST, PORTS[tls]): front}) as proxy,
        ):
            connector = AmazonConnector(account(mock, proxy.url(scheme), tls), lambda: NOW)
            waiting = asyncio.create_task(connector.news())
            await until(lambda: bool(mock._mailbox._connections))
            await asyncio.sleep(0.2)
            assert not waiting.done()

            mock.add([FeedEntry(buyer="Jane", order_id="111-0000001-7654321", text="Hello")])

            assert await asyncio.wait_for(waiting, 10)
            assert [seen.target for seen in proxy.seen] == [(HOST, PORTS[tls])]
            assert proxy.strangers == []
            [message] = (await connector.fetch(None)).messages
            assert message.text == "Hello"
            await connector.close()


@pytest.mark.parametrize("tls", [Tls.NONE, Tls.IMPLICIT])
async def test_without_the_exit_nobody_waits_and_no_other_way_is_taken(
    tls: Tls, certificate: Path
) -> None:
    context = context_of(certificate)
    async with AmazonMock(now=lambda: NOW, dice=Random(7)) as mock:
        serve = in_front_of(mock.imap_port, tls, context)
        async with (
            listening(serve, context if tls is Tls.IMPLICIT else None) as front,
            RecordingProxy({(HOST, PORTS[tls]): front}) as proxy,
        ):
            connector = AmazonConnector(account(mock, proxy.url(), tls), lambda: NOW)
            waiting = asyncio.create_task(connector.news())
            await until(lambda: bool(mock._mailbox._connections))

            await proxy.stop()

            with pytest.raises(Unavailable):
                await asyncio.wait_for(waiting, 10)
            with pytest.raises(Unavailable):
                await asyncio.wait_for(connector.news(), 10)
            await connector.close()


def idling(first: bytes, then: bytes) -> Serve:
    """A mail server that answers IDLE with ``first``, and a moment later with ``then``."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n")
        tag = b""
        while line := await reader.readline():
            if line.strip().upper() == b"DONE":
                writer.write(tag + b" OK done\r\n")
                continue
            tag, command = line.split()[:2]
            if command.upper() == b"IDLE":
                writer.write(first.replace(b"TAG", tag))
                await writer.drain()
                if then:
                    await asyncio.sleep(0.3)
                    writer.write(then)
                continue
            if command.upper() == b"CAPABILITY":
                writer.write(b"* CAPABILITY IMAP4rev1 IDLE\r\n")
            elif command.upper() == b"EXAMINE":
                writer.write(b"* 4 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 5] x\r\n")
            writer.write(tag + b" OK done\r\n")

    return serve


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b"+ idling\r\n* 5 EXISTS\r\n", b""),
        (b"+ idling\r\n", b"* 5 EXISTS\r\n"),
        (b"+ idling\r\n* OK Still here\r\n", b"* 5 EXISTS\r\n"),
        (b"+ idling\r\n* 5 EXI", b"STS\r\n"),
        (b"* 5 EXISTS\r\n+ idling\r\n", b""),
    ],
)
@pytest.mark.parametrize("tls", [Tls.NONE, Tls.IMPLICIT])
async def test_news_are_heard_however_the_line_cuts_them(
    tls: Tls, first: bytes, then: bytes, certificate: Path
) -> None:
    context = context_of(certificate) if tls is Tls.IMPLICIT else None
    async with (
        listening(idling(first, then), context) as there,
        RecordingProxy({(HOST, PORTS[tls]): there}) as proxy,
    ):
        config = ImapConfig(host=HOST, port=PORTS[tls], username="u", password="p", tls=tls)
        ear = Ear(config, Exit.of(proxy.url()))

        assert await asyncio.wait_for(ear.news(), 5)
        ear.close()


async def test_a_server_that_refuses_to_tell_is_unavailable_at_once() -> None:
    async with listening(idling(b"TAG NO not now\r\n", b""), None) as there:
        ear = Ear(
            ImapConfig(host=there[0], port=there[1], username="u", password="p", tls=Tls.NONE)
        )

        with pytest.raises(Unavailable):
            await asyncio.wait_for(ear.news(), 5)
        ear.close()
