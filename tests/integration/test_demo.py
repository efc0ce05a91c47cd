"""The demo itself: killed with everything in it, it goes on where it was."""

from collections import Counter
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from tests.integration.api import Api, approve_all
from tests.integration.processes import Process, until
from tests.ports import free_ports

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]


async def test_a_demo_that_was_killed_goes_on_with_nothing_lost_and_nothing_sent_twice(
    tmp_path: Path,
) -> None:
    port, data = free_ports(5), tmp_path / "demo"
    arguments = ["demo", "--port", str(port), "--rate", "2", "--data", str(data)]
    demo = Process(arguments, tmp_path / "demo.log", tmp_path)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        console = Api(session, f"http://127.0.0.1:{port}")
        mocks = {
            "amazon-demo": Api(session, f"http://127.0.0.1:{port + 1}"),
            "taobao-demo": Api(session, f"http://127.0.0.1:{port + 4}"),
        }
        try:
            await demo.start()
            await until(partial(up, console, data), "the demo", by=[demo])
            await until(partial(approved, console), "a reply to be approved")
            await demo.kill()
            await demo.start()
            await until(partial(up, console, data), "the second start", by=[demo])
            await until(partial(both_polled, console), "both accounts to be read again")
            await until(partial(all_stored, console, mocks), "every message", 60)

            for mock in mocks.values():
                sent = Counter(
                    one["reply_id"] or one["id"] for one in await mock.get("/_mock/sent")
                )
                assert set(sent.values()) <= {1}
            assert await demo.stop() == 0
        finally:
            if not demo.has_ended:
                await demo.stop()


async def up(console: Api, data: Path) -> bool:
    if not await console.answers() or not (data / "token").exists():
        return False
    console.token = (data / "token").read_text().strip()
    return (await console.call("GET", "/api/v1/me"))[0] == 200


async def approved(console: Api) -> bool:
    return await approve_all(console) > 0


async def both_polled(console: Api) -> bool:
    accounts = (await console.get("/api/v1/accounts"))["items"]
    return all(one["reachable"] and one["ok_at"] for one in accounts)


async def all_stored(console: Api, mocks: dict[str, Api]) -> bool:
    for account, mock in mocks.items():
        delivered = {one["id"] for one in await mock.get("/_mock/messages")}
        stored: set[str] = set()
        for item in await console.every(f"/api/v1/conversations?view=all&account={account}"):
            whole = await console.get(f"/api/v1/conversations/{item['id']}")
            stored |= {one["id"] for one in whole["messages"] if one["author"] == "buyer"}
        if len(delivered - stored) > 2:  # buyers write while we count
            return False
    return True
