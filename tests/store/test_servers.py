"""The store on servers that a seller brings: one node, a Redis Cluster, Sentinel."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import ConnectionError as RedisConnectionError

from responder.clock import SystemClock
from responder.domain.model import AccountId, State
from responder.domain.states import CLOSED
from responder.store.away import STORE_AWAY
from responder.store.connect import connect
from responder.store.database import FSYNC_INTERVAL, open_database
from responder.store.events import EventFeed
from responder.store.eviction import check_eviction
from responder.store.listing import count, listing
from responder.store.overview import count_open
from responder.store.purge import purge_closed
from responder.store.scripts import RedisClient
from responder.testing import HastyClock
from tests.ports import free_ports
from tests.store.lives import answer, busy_life
from tests.store.servers import patient, server
from tests.store.shop import START, Shop

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def one_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server(tmp_path_factory.mktemp("one"), "--save", "") as port:
        yield f"redis://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with cluster_of_one(tmp_path_factory.mktemp("cluster")) as url:
        yield url


@contextmanager
def cluster_of_one(folder: Path) -> Iterator[str]:
    """A cluster of one node: it refuses whatever touches two slots at once, as all do."""
    options = ("--cluster-enabled", "yes", "--cluster-port", str(free_ports(1)), "--save", "")
    with server(folder, *options) as port:
        with patient(port) as node:
            node.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
            node.set("ready", 1)
        yield f"redis+cluster://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def sentinel(tmp_path_factory: pytest.TempPathFactory, one_node: str) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("sentinel")
    config = folder / "sentinel.conf"
    config.write_text(f"sentinel monitor main 127.0.0.1 {one_node.rpartition(':')[2]} 1\n")
    with server(folder, str(config), "--sentinel") as port:
        yield f"redis+sentinel://127.0.0.1:{port}/main?db=1"


@pytest.mark.parametrize("name", ["one_node", "cluster", "sentinel"])
async def test_a_whole_life_passes_on_every_kind_of_server(
    request: pytest.FixtureRequest, name: str
) -> None:
    clock = HastyClock()
    async with connect(request.getfixturevalue(name), SystemClock()) as redis:
        shop = await empty_shop(redis, clock)
        other = Shop(shop.database, clock, AccountId("taobao-main"))
        await busy_life(shop, clock)
        await answer(other, clock)
        await other.buyer_writes(thread="open")

        assert await count(shop.database, list(State)) == 3
        page = await listing(shop.database, list(State), limit=10)
        assert {one.account for one in page.items} == {shop.account, other.account}
        assert (await count_open(shop.database)).open == 1
        clock.advance(timedelta(days=1))
        assert await purge_closed(shop.database, CLOSED, clock.now()) == 2
        events = await shop.events()
        assert [event.type for event in events].count("purged") == 2


async def empty_shop(redis: RedisClient, clock: HastyClock) -> Shop:
    await redis.flushdb()
    return Shop(await open_database(redis, clock), clock)


async def test_events_of_a_cluster_are_followed_over_all_its_slots(cluster: str) -> None:
    looked_in_vain = asyncio.Event()

    class Noticing(HastyClock):
        async def sleep(self, seconds: float) -> None:
            looked_in_vain.set()
            await super().sleep(seconds)

    clock = Noticing()
    async with connect(cluster, SystemClock()) as redis:
        shop = await empty_shop(redis, clock)
        other = Shop(shop.database, clock, AccountId("taobao-main"))
        await shop.buyer_writes()
        following = EventFeed(shop.database).follow(START)

        first = await anext(following)
        waiting = asyncio.ensure_future(anext(following))
        await looked_in_vain.wait()
        await other.buyer_writes()
        second = await waiting or await anext(following)
        await following.aclose()

        assert [event.account for event in first + second] == [shop.account, other.account]
        assert await EventFeed(shop.database).trim(datetime(1970, 1, 2, tzinfo=UTC)) == 0


async def test_a_cluster_is_given_the_time_to_write(cluster: str) -> None:
    clock = HastyClock()
    async with connect(cluster, SystemClock()) as redis:
        shop = await empty_shop(redis, clock)
        started = clock.now()

        await shop.database.durable(shop.partition)

        assert clock.now() - started == timedelta(seconds=FSYNC_INTERVAL)


async def test_a_command_whose_answer_was_lost_is_not_run_again_by_the_client(
    one_node: str,
) -> None:
    port = int(one_node.rpartition(":")[2])

    async def cut_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass commands on and answers back, but no answer to INCR."""
        from_server, to_server = await asyncio.open_connection("127.0.0.1", port)
        while request := await reader.read(65536):
            to_server.write(request)
            answer = await from_server.read(65536)
            if b"INCR" in request:
                break
            writer.write(answer)
        to_server.close()
        writer.close()

    proxy = await asyncio.start_server(cut_off, "127.0.0.1", 0)
    url = f"redis://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
    async with proxy, connect(one_node, SystemClock()) as direct:
        await direct.flushdb()
        async with connect(url, SystemClock()) as redis:
            with pytest.raises(RedisConnectionError):
                await redis.incr("mr:test")

        assert await direct.get("mr:test") == "1"


async def test_a_cluster_tells_whether_it_throws_things_away(cluster: str) -> None:
    async with connect(cluster, SystemClock()) as redis:
        assert await check_eviction(redis) == ""


async def test_a_cluster_client_does_not_retry_either(cluster: str) -> None:
    async with connect(cluster, SystemClock()) as redis:
        assert isinstance(redis, RedisCluster)
        assert redis.retry.get_retries() == 0


async def test_a_cluster_none_of_whose_nodes_answers_is_a_store_that_is_away(
    tmp_path: Path,
) -> None:
    with ExitStack() as up:
        url = up.enter_context(cluster_of_one(tmp_path))
        async with connect(url, SystemClock()) as redis:
            up.close()

            for _ in range(2):  # first the connection breaks, then no node is known any more
                with pytest.raises(STORE_AWAY):
                    await redis.get("mr:test")
