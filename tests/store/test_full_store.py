"""A server whose memory is full takes nothing more, but what makes room, and what has happened."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError

from responder.domain.model import State
from responder.domain.states import CLOSED
from responder.store.database import open_database
from responder.store.purge import purge_closed
from responder.testing import FakeClock
from tests.store.lives import answer
from tests.store.shop import UNDO, Shop


@pytest.fixture
async def server(real_store: Path) -> AsyncIterator[Redis]:
    async with Redis(unix_socket_path=str(real_store), decode_responses=True) as redis:
        await redis.flushall()
        yield redis


@asynccontextmanager
async def full(redis: Redis) -> AsyncIterator[None]:
    await redis.config_set("maxmemory", "1")
    try:
        yield
    finally:
        await redis.config_set("maxmemory", "0")


async def test_what_is_closed_and_old_is_forgotten_to_make_room(
    server: Redis, clock: FakeClock
) -> None:
    shop = Shop(await open_database(server, clock), clock)
    await answer(shop, clock)
    clock.advance(timedelta(days=1))

    async with full(server):
        assert await purge_closed(shop.database, CLOSED, clock.now()) == 1


async def test_whoever_only_looks_may_open_it(server: Redis, clock: FakeClock) -> None:
    created = await open_database(server, clock, 4)

    async with full(server):
        found = await open_database(server, clock)

    assert len(found.partitions.all) == len(created.partitions.all)


async def test_a_reply_that_has_left_is_written_down(server: Redis, clock: FakeClock) -> None:
    shop = Shop(await open_database(server, clock), clock)
    conversation, _ = await shop.approved()
    clock.advance(UNDO)
    reply = await shop.attempt(await shop.take(shop.queues.outbox))

    async with full(server):
        with pytest.raises(OutOfMemoryError):
            await shop.buyer_writes("Hello?")
        await shop.accept(conversation, reply)

    assert (await shop.read(conversation)).state is State.ANSWERED
