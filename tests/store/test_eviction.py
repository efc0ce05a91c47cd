"""A server that throws away what it was given when its memory is full is no store."""

import asyncio
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from responder.clock import SystemClock
from responder.errors import StoreUnusable
from responder.store.connect import connect, opened
from responder.store.eviction import check_eviction
from responder.store.scripts import RedisClient
from tests.store.servers import server

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server(tmp_path_factory.mktemp("cache"), "--save", "") as port:
        yield f"redis://127.0.0.1:{port}"


async def set_to(redis: RedisClient, policy: str, maxmemory: str = "100mb") -> None:
    settings = ("maxmemory", maxmemory, "maxmemory-policy", policy)
    await redis.execute_command("CONFIG SET", *settings)


@pytest.mark.parametrize("policy", ["allkeys-lru", "allkeys-lfu", "allkeys-random"])
async def test_a_daemon_starts_on_no_cache(url: str, policy: str) -> None:
    async with connect(url, SystemClock()) as redis:
        await set_to(redis, policy)

        with pytest.raises(StoreUnusable, match=f"{policy}.*maxmemory-policy noeviction"):
            await opened(redis, SystemClock(), None, asyncio.Event())


async def test_a_server_that_throws_away_what_would_end_anyway_is_warned_of(url: str) -> None:
    async with connect(url, SystemClock()) as redis:
        await set_to(redis, "volatile-lru")

        with capture_logs() as logs:
            assert await opened(redis, SystemClock(), None, asyncio.Event())

    assert [line["event"] for line in logs] == ["store.may_forget"]
    assert "volatile-lru" in logs[0]["hint"]


@pytest.mark.parametrize(
    ("policy", "maxmemory"), [("noeviction", "100mb"), ("allkeys-lru", "0"), ("volatile-ttl", "0")]
)
async def test_a_server_that_throws_nothing_away_is_fine(
    url: str, policy: str, maxmemory: str
) -> None:
    async with connect(url, SystemClock()) as redis:
        await set_to(redis, policy, maxmemory)

        assert await check_eviction(redis) == ""


async def test_a_server_that_does_not_tell_is_trusted(url: str) -> None:
    async with connect(url, SystemClock()) as redis:
        await set_to(redis, "allkeys-lru")
        await redis.execute_command(
            "ACL", "SETUSER", "shop", "on", "nopass", "+@all", "-info", "~*"
        )

        async with connect(url.replace("://", "://shop:any@"), SystemClock()) as restricted:
            assert await check_eviction(restricted) == ""
