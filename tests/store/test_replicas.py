"""A store whose replicas may take over at any moment."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from redis import Redis

from responder.clock import SystemClock
from responder.errors import WritesLost
from responder.store.connect import connect
from responder.store.database import open_database
from responder.testing import HastyClock
from tests.ports import free_ports
from tests.store.servers import patient, server
from tests.store.shop import Shop

pytestmark = pytest.mark.process

FLUSHES = ("--appendonly", "yes", "--appendfsync", "always", "--save", "")


@pytest.fixture
def first(tmp_path: Path) -> Iterator[int]:
    folder = tmp_path / "first"
    folder.mkdir()
    with server(folder, *FLUSHES, "--repl-diskless-sync-delay", "0") as port:
        yield port


@pytest.fixture
def replica(tmp_path: Path, first: int) -> Iterator[Redis]:
    folder = tmp_path / "replica"
    folder.mkdir()
    follow = ("--replicaof", f"127.0.0.1 {first}")
    with server(folder, *FLUSHES, *follow) as port, patient(port) as client:
        yield client


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[int, Redis]]:
    """A node of a cluster that has all slots, and its replica."""
    with (
        _node(tmp_path / "node") as port,
        _node(tmp_path / "replica") as other,
        patient(port) as node,
        patient(other) as replica,
    ):
        node.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        bus = int(replica.config_get("cluster-port")["cluster-port"])
        node.execute_command("CLUSTER", "MEET", "127.0.0.1", other, bus)
        name = node.execute_command("CLUSTER", "MYID").decode()
        _until(lambda: name in str(replica.execute_command("CLUSTER", "NODES")))
        replica.execute_command("CLUSTER", "REPLICATE", name)
        node.set("ready", 1)
        yield port, replica


@contextmanager
def _node(folder: Path) -> Iterator[int]:
    folder.mkdir()
    options = ("--cluster-enabled", "yes", "--cluster-port", str(free_ports(1)), "--save", "")
    with server(folder, *options, "--repl-diskless-sync-delay", "0") as port:
        yield port


async def test_what_a_replica_has_taken_is_durable(first: int, replica: Redis) -> None:
    _follows(replica)
    async with connect(f"redis://127.0.0.1:{first}", SystemClock()) as redis:
        shop = Shop(await open_database(redis, SystemClock()), HastyClock())
        await shop.buyer_writes()

        await shop.database.durable(shop.partition)

        assert replica.exists(shop.partition.events)


async def test_what_no_replica_takes_is_not_durable(first: int, replica: Redis) -> None:
    _follows(replica)
    async with connect(f"redis://127.0.0.1:{first}", SystemClock()) as redis:
        shop = Shop(await open_database(redis, HastyClock()), HastyClock())
        with _standing_still(replica):
            await shop.buyer_writes()

            with pytest.raises(WritesLost, match="no replica"):
                await shop.database.durable(shop.partition)


async def test_a_clusters_replicas_count_as_well(cluster: tuple[int, Redis]) -> None:
    port, replica = cluster
    _follows(replica)
    async with connect(f"redis+cluster://127.0.0.1:{port}", SystemClock()) as redis:
        shop = Shop(await open_database(redis, HastyClock()), HastyClock())
        await shop.buyer_writes()
        slow = await open_database(redis, SystemClock())
        await slow.durable(shop.partition)
        with _standing_still(replica):
            await shop.buyer_writes()

            with pytest.raises(WritesLost, match="no replica"):
                await shop.database.durable(shop.partition)


@contextmanager
def _standing_still(replica: Redis) -> Iterator[None]:
    process = int(replica.info("server")["process_id"])
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def _follows(replica: Redis) -> None:
    """Return when it has what there is to take over."""
    _until(lambda: replica.info("replication").get("master_link_status") == "up")


def _until(holds: Callable[[], bool]) -> None:
    deadline = monotonic() + 20
    while not holds():
        assert monotonic() < deadline, "the replica does not follow"
        sleep(0.05)
