"""A server behind one name (a proxy, a managed Redis) hands over to another one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.exceptions import ReadOnlyError

from responder.clock import SystemClock
from responder.store.connect import connect
from responder.store.scripts import Scripts
from tests.store.servers import patient, server

pytestmark = pytest.mark.process


class Name:
    """What clients connect to; ``port`` is the server that is behind it now."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, requests = await asyncio.open_connection("127.0.0.1", self.port)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_pass_on(reader, requests))
            tasks.create_task(_pass_on(answers, writer))

    @asynccontextmanager
    async def url(self) -> AsyncIterator[str]:
        proxy = await asyncio.start_server(self.connected, "127.0.0.1", 0)
        async with proxy:
            yield f"redis://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while some := await reader.read(65536):
        writer.write(some)
    writer.close()


async def test_a_server_that_was_made_a_replica_is_left_for_the_one_that_took_over(
    tmp_path: Path,
) -> None:
    """It answers on, and breaks no connection: nothing could be written until a restart."""
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    with (
        server(tmp_path / "first", "--save", "") as first,
        server(tmp_path / "second", "--save", "") as second,
    ):
        name = Name(first)
        async with name.url() as url, connect(url, SystemClock()) as redis:
            scripts = Scripts(redis)
            await scripts.run("schedule", ("wake", "holder", "tries"), ("0", "one", 1))
            with patient(first) as client:
                client.replicaof("127.0.0.1", second)
            name.port = second

            with pytest.raises(ReadOnlyError):
                await scripts.run("schedule", ("wake", "holder", "tries"), ("0", "two", 2))
            await scripts.run("schedule", ("wake", "holder", "tries"), ("0", "two", 2))

            with patient(second) as client:
                assert client.zrange("wake", 0, -1) == [b"two"]
