import asyncio
from contextlib import suppress
from dataclasses import replace
from imaplib import IMAP4
from io import BufferedReader, BytesIO
from socket import socket, socketpair
from threading import Event
from types import SimpleNamespace
from typing import cast

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError

from connectors.base import Unavailable, news_of
from connectors.exits import Exit
from connectors.mail.config import ImapConfig, Tls
from connectors.mail.ear import Ear
from connectors.mail.imap_line import imap_client
from connectors.taobao.connector import TaobaoConnector
from connectors.taobao.mock import TaobaoMock
from tests.connectors.amazon.conftest import World


async def begun(world: World, count: int) -> None:
    """Until that many connections of the mailbox are idle."""
    for _ in range(400):
        if len(world.mock._mailbox._connections) >= count:
            await asyncio.sleep(0.1)
            return
        await asyncio.sleep(0.02)


async def test_a_new_mail_is_told_of(world: World) -> None:
    connector = world.connector()
    listening = asyncio.create_task(connector.news())
    await begun(world, 1)
    assert not listening.done()

    world.write(1)

    assert await asyncio.wait_for(listening, 10)


async def test_who_stops_listening_is_not_waited_for(world: World) -> None:
    listening = asyncio.create_task(world.connector().news())
    await begun(world, 1)

    listening.cancel()

    with suppress(asyncio.CancelledError):
        await asyncio.wait_for(listening, 5)
    assert listening.cancelled()


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("step", ["dial", "starttls"])
async def test_who_stops_while_the_line_is_made_leaves_nobody_listening(
    world: World, step: str, closed: bool
) -> None:
    config = world.mock.account().imap
    line = Delayed(step)
    ear = Ear(replace(config, tls=Tls.STARTTLS if step == "starttls" else Tls.NONE), dial=line.dial)
    listening = asyncio.create_task(ear.news())
    await asyncio.to_thread(line.waits.wait, 10)

    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    if closed:
        ear.close()
    line.go_on.set()

    await asyncio.wait_for(asyncio.to_thread(ear._line._thread.shutdown), 10)
    assert not line.idles


async def test_a_line_that_breaks_is_unavailable(world: World) -> None:
    listening = asyncio.create_task(world.connector().news())
    await begun(world, 1)

    world.mock._mailbox.disconnect()

    with pytest.raises(Unavailable):
        await asyncio.wait_for(listening, 10)


async def test_who_does_not_want_to_hear_does_not_even_connect(world: World) -> None:
    account = world.mock.account()
    deaf = world.connector(replace(account, imap=replace(account.imap, idle=False)))

    assert not await deaf.news()
    assert not world.mock._mailbox._connections


async def test_a_marketplace_without_news_has_no_ear(world: World) -> None:
    shop = TaobaoMock(now=world.now)

    assert news_of(TaobaoConnector(shop.account(), now=world.now)) is None


class Delayed:
    """A way to a server on which one step lasts until it may go on."""

    def __init__(self, step: str) -> None:
        self.waits, self.go_on, self.idles = Event(), Event(), False
        self._step = step

    def dial(self, config: ImapConfig, way_out: Exit | None) -> IMAPClient:
        client = imap_client(config, way_out)
        idle = client.idle

        def idling() -> None:
            self.idles = True
            idle()

        client.idle = idling
        client.starttls = lambda _: self._start_tls(client._imap)
        self._wait_in("dial")
        return client

    def _start_tls(self, line: IMAP4) -> None:
        """The library lets go of the plain socket first, as TLS does."""
        plain = line.sock
        wrapped = socket(fileno=plain.detach())
        wrapped.settimeout(plain.gettimeout())
        self._wait_in("starttls")
        line.sock, line.file = wrapped, wrapped.makefile("rb")

    def _wait_in(self, step: str) -> None:
        if step == self._step:
            self.waits.set()
            self.go_on.wait(10)


class Repeating:
    """A server that says at every IDLE how many mails there are, news or not."""

    def __init__(self, counts: list[int]) -> None:
        self.counts = counts
        self._imap = SimpleNamespace(untagged_responses={}, file=BufferedReader(BytesIO()))
        self._timeout = SimpleNamespace(read=1)
        self._sockets = socketpair()

    def login(self, *_: str) -> None: ...

    def select_folder(self, *_: str, **__: bool) -> dict[bytes, int]:
        return {b"UIDNEXT": 1, b"UIDVALIDITY": 1}

    def has_capability(self, _: str) -> bool:
        return True

    def idle(self) -> None: ...

    def socket(self) -> socket:
        return self._sockets[0]

    def idle_check(self, _: float) -> list[tuple[int, bytes]]:
        return [(self.counts.pop(0), b"EXISTS")]

    def idle_done(self) -> tuple[bytes, list[tuple[int, bytes]]]:
        return b"", []


async def test_the_same_count_once_more_is_no_news() -> None:
    server = Repeating([5, 5, 5, 6, 6])
    config = ImapConfig(host="imap.example", port=993, username="u", password="p")
    ear = Ear(config, dial=lambda *_: cast("IMAPClient", server))

    heard = [await ear.news(), await ear.news()]

    assert (heard, server.counts) == ([True, True], [6])


async def test_half_a_line_is_news_too() -> None:
    class Halting(Repeating):
        def idle_check(self, _: float) -> list[tuple[int, bytes]]:
            raise IMAPClientAbortError("socket error: unterminated line: b'* 1 FETCH (FLAGS'")

    config = ImapConfig(host="imap.example", port=993, username="u", password="p")
    ear = Ear(config, dial=lambda *_: cast("IMAPClient", Halting([])))

    assert await ear.news()
