"""Proactive messages all the way, with real processes: an order, an approval, one message."""

import shutil
from functools import partial
from pathlib import Path

import pytest

from tests.integration.processes import Process, Server, World, until, world
from tests.ports import free_ports

pytestmark = [pytest.mark.process, pytest.mark.timeout(200)]
ORDER, TRADE = "111-2223334-5556667", "390000000000000001"
WANTED = """
[proactive]
occasions = ["large_quantity"]
[[accounts]]"""
SP_API = """
[accounts.sp_api]
endpoint = "http://127.0.0.1:{port}"
lwa_endpoint = "http://127.0.0.1:{port}"
client_id = "amzn1.application-oa2-client.mock"
client_secret = "mock-client-secret"
refresh_token = "Atzr|mock-refresh-token"
[[accounts]]
id = "taobao-main\""""


def configure(here: World) -> None:
    """The world's configuration, with order facts and proactive messages."""
    path = here.directory / "config" / "responder.toml"
    lines = "\n".join(line.strip() for line in path.read_text().splitlines())
    api = SP_API.format(port=here.port + 1)
    whole = lines.replace('[[accounts]]\nid = "taobao-main"', api)
    path.write_text(whole.replace("[[accounts]]", WANTED, 1))


async def test_two_orders_are_written_about_once_over_a_kill(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        configure(here)
        for api, order in ((here.amazon, ORDER), (here.taobao, TRADE)):
            status, _ = await api.call("POST", "/_mock/orders", {"order_id": order, "quantity": 40})
            assert status == 201
        await here.start_daemon()
        await until(lambda: _stand(here, "proposed", 2), "two proposals", 60)
        for item in (await here.console.get("/api/v1/outreach"))["items"]:
            path = f"/api/v1/outreach/{item['id']}/approve"
            assert (await here.console.call("POST", path, {"version": 1}))[0] == 202
        await until(lambda: _stand(here, "sent", 2), "both to leave", 60)
        await here.daemon.kill()
        await here.start_daemon()

        assert await _stand(here, "sent", 2)
        assert not (await here.console.get("/api/v1/outreach"))["items"]
        told = await here.amazon.get("/_mock/proactive")
        assert [(one["order_id"], one["action"]) for one in told] == [
            (ORDER, "confirmOrderDetails")
        ]
        assert (await here.console.get("/api/v1/counts"))["open"] == 0
        assert await here.daemon.stop() == 0


@pytest.mark.timeout(590)
async def test_two_daemons_on_one_store_write_about_each_order_once(tmp_path: Path) -> None:
    """Both look, both send, and one of them is killed in the middle."""
    orders = [f"111-2223334-{5_556_000 + number}" for number in range(4)]
    store = Server(tmp_path / "server")
    await store.start()
    try:
        async with world(tmp_path, store=store.url) as here:
            configure(here)
            for order in orders:
                entry = {"order_id": order, "quantity": 40}
                assert (await here.amazon.call("POST", "/_mock/orders", entry))[0] == 201
            await here.start_daemon()
            other = _other_daemon(here)
            await other.start()
            await until(lambda: _stand(here, "proposed", 4), "four proposals", 90)
            for item in (await here.console.get("/api/v1/outreach"))["items"]:
                path = f"/api/v1/outreach/{item['id']}/approve"
                assert (await here.console.call("POST", path, {"version": 1}))[0] == 202
            await until(partial(_settled, here, 1), "the first to leave", 60)
            await other.kill()
            await until(partial(_settled, here, 4), "all to leave", 420)

            told = [one["order_id"] for one in await here.amazon.get("/_mock/proactive")]
            sent = (await here.console.get("/api/v1/outreach?state=sent"))["items"]
            assert len(told) == len(set(told)), "a buyer was written to twice"
            assert {one["order_id"] for one in sent} <= set(told) <= set(orders)
            assert await here.daemon.stop() == 0
    finally:
        await store.kill()


async def _settled(here: World, count: int) -> bool:
    """So many are sent, or were in the hands of who died: of those a person must decide."""
    found = [
        await here.console.get(f"/api/v1/outreach?state={state}") for state in ("sent", "uncertain")
    ]
    return sum(len(one["items"]) for one in found) >= count


def _other_daemon(here: World) -> Process:
    """Another process on the same store; its console is on a port of its own."""
    config = here.directory / "other"
    shutil.copytree(here.directory / "config", config)
    path = config / "responder.toml"
    port = f"port = {here.port}\n"
    assert port in path.read_text()
    path.write_text(path.read_text().replace(port, f"port = {free_ports(1)}\n", 1))
    return Process(["serve", "--config", str(config)], here.directory / "other.log", here.directory)


async def _stand(here: World, state: str, count: int) -> bool:
    return len((await here.console.get(f"/api/v1/outreach?state={state}"))["items"]) == count
