"""A daemon that starts while its store reads its data waits for it, and says so."""

import asyncio
from typing import Any

import pytest
from fakeredis import FakeAsyncRedis
from redis.exceptions import BusyLoadingError
from structlog.testing import capture_logs

from responder.clock import SystemClock
from responder.store.connect import connect, opened
from responder.testing import HastyClock


class LoadingRedis(FakeAsyncRedis):
    """A server that has begun to read its data: so many requests are answered with that."""

    left = 0

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        if self.left:
            self.left -= 1
            raise BusyLoadingError("Redis is loading the dataset in memory")
        answer = super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        return await answer


async def test_a_store_that_is_loading_is_waited_for_and_told_of_once() -> None:
    redis, clock = LoadingRedis(decode_responses=True), HastyClock()
    redis.left = 5
    before = clock.now()

    with capture_logs() as logs:
        database = await opened(redis, clock, 4, asyncio.Event())

    assert database is not None
    assert len(database.partitions.all) == 4
    assert (clock.now() - before).total_seconds() == 5
    assert [line["event"] for line in logs] == ["store.loading"]


async def test_whoever_is_told_to_stop_while_the_store_is_loading_ends() -> None:
    redis, stop = LoadingRedis(decode_responses=True), asyncio.Event()
    redis.left = 5
    stop.set()

    assert await opened(redis, HastyClock(), 4, stop) is None
    assert redis.left == 5


async def reads_its_data(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that is up and lets clients log in, and nothing else as yet."""
    while request := await reader.read(65536):
        for command in request.split(b"*")[1:]:
            logs_in = b"CLIENT" in command
            writer.write(b"+OK\r\n" if logs_in else b"-LOADING Redis is loading the dataset\r\n")
    writer.close()


async def test_a_server_elsewhere_that_is_loading_is_waited_for_too() -> None:
    server = await asyncio.start_server(reads_its_data, "127.0.0.1", 0)
    url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}?protocol=2"

    async with server, connect(url, SystemClock()) as redis:
        with pytest.raises(BusyLoadingError):
            await redis.get("mr:meta")
