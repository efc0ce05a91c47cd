"""The store that crashes loses what a power cut would have taken, and nothing else."""

import asyncio
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from tests.chaos.store_server import StoreServer
from tests.ports import free_ports

pytestmark = pytest.mark.process


def _client(server: StoreServer) -> Redis:
    return Redis(port=server.port, retry=Retry(NoBackoff(), 0))


async def _write(server: StoreServer) -> None:
    """Write 1, 2, 3 … until the store dies."""
    number = 0
    with suppress(RedisError, OSError):
        async with _client(server) as client:
            while True:
                number += 1
                await client.rpush("numbers", number)


async def _written(server: StoreServer) -> int:
    async with _client(server) as client:
        return int(await client.llen("numbers"))


async def test_a_crash_takes_a_part_of_the_last_second_and_leaves_the_rest(
    tmp_path: Path,
) -> None:
    dice = Random(7)
    server = StoreServer(tmp_path / "store", free_ports(1), "everysec")
    await server.start()
    lost = 0
    for _ in range(4):
        writer = asyncio.create_task(_write(server))
        await asyncio.sleep(0.3)
        early = await _written(server)
        await asyncio.sleep(1.0)
        crash = await server.crash(dice)
        await writer
        await server.start()

        async with _client(server) as client:
            kept = [int(one) for one in await client.lrange("numbers", 0, -1)]
            await client.flushall()
        lost += crash.lost
        assert 0 < early <= len(kept), "a write that was a second old is gone"
        assert kept == list(range(1, len(kept) + 1)), "only the end is gone"
    await server.stop()

    assert lost > 0, "four crashes, and nothing was ever lost: the test tries nothing"


async def test_with_every_write_flushed_a_crash_loses_nothing(tmp_path: Path) -> None:
    server = StoreServer(tmp_path / "store", free_ports(1), "always")
    await server.start()
    async with _client(server) as client:
        for number in range(50):
            await client.rpush("numbers", number)

    assert (await server.crash(Random(1))).lost == 0

    await server.start()
    async with _client(server) as client:
        assert await client.llen("numbers") == 50
    await server.stop()
