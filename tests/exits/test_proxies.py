"""What a proxy's answers and troubles mean."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from connectors.base import Unavailable
from connectors.exits import Exit, check_answer, first_of


@pytest.fixture
async def hasty() -> AsyncIterator[Exit]:
    """A proxy whose answer comes in one piece with the mail server's greeting."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nVia: x\r\n\r\n* OK IMAP4rev1 ready\r\n")
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield Exit.of(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")


async def test_the_greeting_right_behind_the_proxys_answer_is_not_lost(hasty: Exit) -> None:
    loop = asyncio.get_running_loop()

    blocking = await asyncio.to_thread(hasty.open, "imap.invalid", 143, 5)
    waiting = await hasty.connect("imap.invalid", 143, 5)

    with blocking, waiting:
        assert await asyncio.to_thread(blocking.recv, 100) == b"* OK IMAP4rev1 ready\r\n"
        assert await loop.sock_recv(waiting, 100) == b"* OK IMAP4rev1 ready\r\n"


async def test_a_proxy_with_an_address_that_leads_nowhere_is_reached_at_its_other_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        nowhere = gone.getsockname()
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        found = [
            (family, socket.SOCK_STREAM, 0, "", address)
            for family, address in (
                (socket.AF_INET, nowhere),
                (socket.AF_UNSPEC, nowhere),  # as IPv6 is where a machine has none
                (socket.AF_INET, proxy.getsockname()),
            )
        ]

        with await first_of(found, 1) as connection:
            assert connection.getpeername() == proxy.getsockname()
        with pytest.raises(ConnectionRefusedError):
            await first_of(found[:1], 1)


async def test_a_proxy_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        way = Exit.of(f"http://127.0.0.1:{silent.getsockname()[1]}")

        with pytest.raises(Unavailable):
            await way.connect("imap.invalid", 143, 0.05)
        with pytest.raises(Unavailable):
            await asyncio.to_thread(way.open, "imap.invalid", 143, 0.05)


@pytest.mark.parametrize(
    "answer", [b"220 smtp.example ESMTP\r\n\r\n", b"HTTP/1.1 what\r\n\r\n", b"\r\n\r\n"]
)
def test_what_is_no_answer_of_a_proxy_opens_no_way(answer: bytes) -> None:
    with pytest.raises(Unavailable):
        check_answer(answer)


@pytest.mark.parametrize("read", [b"", b"x" * 20_000])
async def test_a_proxy_that_hangs_up_or_never_ends_opens_no_way(read: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(read)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        way = Exit.of(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")

        with pytest.raises(Unavailable):
            await way.connect("imap.invalid", 143, 5)
        with pytest.raises(Unavailable):
            await asyncio.to_thread(way.open, "imap.invalid", 143, 5)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://exit.example:21", "http://HOST:PORT"),
        ("exit.example:3128", "http://HOST:PORT"),
        ("http://exit.example", "needs a host and a port"),
        ("http://:3128", "needs a host and a port"),
        ("http://exit.example:99999", "needs a host and a port"),
        ("http://u:hidden@exit.example:3128/path", "nothing follows"),
    ],
)
def test_a_proxy_that_is_not_understood_is_refused_without_showing_its_login(
    url: str, said: str
) -> None:
    with pytest.raises(ValueError, match=said) as raised:
        Exit.of(url)

    assert "hidden" not in str(raised.value)


def test_an_exits_login_is_read_from_its_url_and_not_shown() -> None:
    way = Exit.of("socks5://one%40shop:se%3Acret@Exit.Example:1080")

    assert (way.host, way.port) == ("exit.example", 1080)
    assert (way.username, way.password) == ("one@shop", "se:cret")
    assert "se" not in repr(way).partition("socks5")[2].partition("port")[2]


def test_an_address_of_numbers_and_colons_is_bracketed() -> None:
    way = Exit.of("http://exit.example:3128")

    assert way.greeting("::1", 993).startswith(b"CONNECT [::1]:993 HTTP/1.1\r\nHost: [::1]:993\r\n")
