"""Proactive messages all the way, with real processes: an order, an approval, one message."""

from pathlib import Path

import pytest

from tests.integration.processes import World, until, world

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


async def _stand(here: World, state: str, count: int) -> bool:
    return len((await here.console.get(f"/api/v1/outreach?state={state}"))["items"]) == count
