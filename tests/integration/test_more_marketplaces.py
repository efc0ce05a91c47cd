"""Every marketplace of the registry, all the way: mock, daemon, approval, the mock's books."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.integration.api import Api, approve_all
from tests.integration.processes import Process, make_token, until
from tests.ports import free_ports

pytestmark = [pytest.mark.process, pytest.mark.timeout(200)]

BUYERS = 12
ORDERS = {
    "aliexpress": "81{:014d}",
    "ebay": "12-{:05d}-34567",
    "mailbox": "AB-{:05d}",
}


def feed(directory: Path, name: str) -> Path:
    path = directory / f"feed-{name}.jsonl"
    entries = [
        {
            "buyer": f"buyer {number}",
            "order_id": ORDERS[name].format(number),
            "text": f"Hello, where is my parcel? It should have been here {number} days ago.",
            "language": "en",
        }
        for number in range(BUYERS)
    ]
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return path


def write_config(config: Path, directory: Path, port: int) -> None:
    config.mkdir()
    (config / "responder.toml").write_text(
        f"""
        [store]
        url = "embedded:{directory / "store"}"
        [console]
        port = {port}
        undo = "0s"
        [[accounts]]
        id = "aliexpress-1"
        marketplace = "aliexpress"
        poll_every = "200ms"
        [accounts.aliexpress]
        gateway = "http://127.0.0.1:{port + 1}/router/rest"
        app_key = "12345678"
        app_secret = "helloworld"
        session = "mock-session"
        seller_id = "cn1000000001mock"
        [[accounts]]
        id = "ebay-1"
        marketplace = "ebay"
        poll_every = "200ms"
        [accounts.ebay]
        endpoint = "http://127.0.0.1:{port + 2}"
        username = "mock_shop"
        client_id = "mock-client-id"
        client_secret = "mock-client-secret"
        refresh_token = "v^1.1#mock-refresh"
        [[accounts]]
        id = "mailbox-1"
        marketplace = "mailbox"
        poll_every = "200ms"
        [accounts.mailbox.imap]
        host = "127.0.0.1"
        port = {port + 4}
        tls = "none"
        username = "shop"
        password = "mock-password"
        [accounts.mailbox.smtp]
        host = "127.0.0.1"
        port = {port + 5}
        tls = "none"
        username = "shop"
        password = "mock-password"
        from = "help@shop.example"
        """
    )


@asynccontextmanager
async def running(directory: Path) -> AsyncIterator[tuple[Api, dict[str, Api], Process]]:
    """The three mocks, and a daemon that polls them."""
    port = free_ports(8)
    ports = {"aliexpress": port + 1, "ebay": port + 2, "mailbox": port + 3}
    config = directory / "config"
    write_config(config, directory, port)
    mocks = [
        Process(
            ["mock", name, "--port", str(at), "--feed", str(feed(directory, name))],
            directory / f"{name}.log",
            directory,
        )
        for name, at in ports.items()
    ]
    daemon = Process(["serve", "--config", str(config)], directory / "daemon.log", directory)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        apis = {name: Api(session, f"http://127.0.0.1:{at}") for name, at in ports.items()}
        console = Api(session, f"http://127.0.0.1:{port}")
        try:
            for mock in mocks:
                await mock.start()
            console.token = await make_token(config, directory)
            await daemon.start()
            await until(console.answers, "the daemon", by=[daemon])
            yield console, apis, daemon
        finally:
            for process in (daemon, *mocks):
                if process.process is not None:
                    await process.stop()


async def test_each_message_is_drafted_approved_and_sent_once_in_its_thread(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as (console, mocks, daemon):

        async def all_drafted() -> bool:
            items = await console.every("/api/v1/conversations?view=open")
            return len(items) == len(mocks) * BUYERS and all(one["draft"] for one in items)

        async def all_answered() -> bool:
            await approve_all(console)
            return not (await console.get("/api/v1/conversations?view=open&limit=1"))["items"]

        await until(all_drafted, "a draft for each", 90, by=[daemon])
        await until(all_answered, "every reply to be sent", 90)
        for name, mock in mocks.items():
            written = sorted(one["thread"] for one in await mock.get("/_mock/messages"))
            answered = sorted(one["thread"] for one in await mock.get("/_mock/sent"))
            assert answered == written, name
        assert await daemon.stop() == 0
