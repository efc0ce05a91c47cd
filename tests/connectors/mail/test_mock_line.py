"""The mock mail server's line to a client that has left."""

import asyncio
from contextlib import suppress

import pytest

from connectors.mail.mock_line import Fragile


async def test_nothing_is_written_to_a_client_that_has_left(
    caplog: pytest.LogCaptureFixture,
) -> None:
    written = asyncio.Event()

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Fragile(writer, lambda: False)
        line.write(b"* OK hello\r\n")
        writer.transport.abort()
        for _piece in range(20):
            with suppress(ConnectionError):
                line.write(b"* 1 EXISTS\r\n")
        written.set()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server, asyncio.timeout(5):
        _reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await written.wait()
        writer.close()

    assert not [one for one in caplog.records if "socket.send" in one.getMessage()]
