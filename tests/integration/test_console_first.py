"""The console listens before anybody works: where it cannot, nothing was read and nothing sent."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from responder.app import ROLES, Running, serve
from responder.clock import SystemClock
from responder.errors import ResponderError
from responder.settings import Loaded, load
from responder.store.connect import connect
from responder.store.database import open_database
from responder.store.queues import Queues
from tests.ports import free_ports

pytestmark = pytest.mark.process  # the embedded store is one
SHOP = """
[store]
url = "embedded:{store}"
[console]
port = {port}
[[accounts]]
id = "tb"
marketplace = "taobao"
[accounts.top]
gateway = "http://127.0.0.1:{gateway}/router/rest"
app_key = "12345678"
app_secret = "x"
session = "x"
"""


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.fixture
def gateway() -> Iterator[socket.socket]:
    """A marketplace that only notices who comes."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.setblocking(False)
        yield door


def configured(directory: Path, *, port: int, gateway: int) -> Loaded:
    shop = SHOP.format(store=directory / "store", port=port, gateway=gateway)
    (directory / "responder.toml").write_text(shop)
    return load(directory)


async def run(loaded: Loaded, stop: asyncio.Event, up: list[Running]) -> None:
    def is_up(running: Running) -> None:
        up.append(running)
        stop.set()

    await serve(loaded, roles=ROLES, clock=SystemClock(), stop=stop, on_ready=is_up)


async def planned_polls(loaded: Loaded) -> int:
    clock = SystemClock()
    async with connect(loaded.settings.store.url, clock) as redis:
        database = await open_database(redis, clock, None)
        return (await Queues(database).depths())["poll"]


async def test_where_the_port_is_taken_nobody_has_begun_to_work(
    tmp_path: Path, taken: int, gateway: socket.socket
) -> None:
    loaded = configured(tmp_path, port=taken, gateway=gateway.getsockname()[1])
    up: list[Running] = []

    with pytest.raises(ResponderError, match=f"cannot listen on 127.0.0.1:{taken}"):
        await run(loaded, asyncio.Event(), up)

    assert not up
    with pytest.raises(BlockingIOError):
        gateway.accept()
    assert await planned_polls(loaded) == 0


async def test_where_it_is_free_work_begins(tmp_path: Path) -> None:
    nobody = free_ports(2)
    loaded = configured(tmp_path, port=nobody, gateway=nobody + 1)
    up: list[Running] = []

    await run(loaded, asyncio.Event(), up)

    [running] = up
    assert running.console is not None
    assert await planned_polls(loaded) == 1
