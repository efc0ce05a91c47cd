"""What goes wrong in the real world: nothing is lost, and it is said clearly."""

import asyncio
import os
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.integration.api import Api, approve_all
from tests.integration.processes import Server, World, until, world

pytestmark = [pytest.mark.process, pytest.mark.timeout(200)]

AWAY = 30.0  # seconds without a store


def letters(name: str, count: int, text: str = "Where is my parcel?") -> list[dict[str, Any]]:
    form = "112-{:07d}-0000000" if name == "amazon" else "39{:017d}"
    return [
        {"buyer": f"buyer {number}", "order_id": form.format(number), "text": text}
        for number in range(count)
    ]


async def post(api: Api, entries: list[dict[str, Any]]) -> None:
    status, body = await api.call("POST", "/_mock/messages", entries)
    assert status in {200, 201}, body


async def everything_is_stored(here: World) -> bool:
    for api, account in ((here.amazon, "amazon-us"), (here.taobao, "taobao-main")):
        delivered = {one["id"] for one in await api.get("/_mock/messages")}
        if set(await stored_ids(here.console, account)) != delivered:
            return False
    return True


async def stored_ids(console: Api, account: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for item in await console.every(f"/api/v1/conversations?view=all&account={account}"):
        whole = await console.get(f"/api/v1/conversations/{item['id']}")
        found.update(one["id"] for one in whole["messages"] if one["author"] == "buyer")
    return found


async def test_a_store_that_is_gone_for_30_seconds_costs_time_and_nothing_else(
    tmp_path: Path,
) -> None:
    store = Server(tmp_path / "server")
    await store.start()
    try:
        async with world(tmp_path, store=store.url) as here:
            await post(here.amazon, letters("amazon", 20))
            await here.start_daemon()
            await until(partial(everything_is_stored, here), "the first messages")

            await store.kill()
            await post(here.taobao, letters("taobao", 20, "我的快递到哪了"))
            status, answer = await here.console.call("GET", "/api/v1/conversations")
            ready, _ = await here.console.call("GET", "/readyz")
            await asyncio.sleep(AWAY)
            alive, _ = await here.console.call("GET", "/healthz")
            await store.start()
            await until(here.console.answers, "the service to be ready again", 60)
            await until(partial(everything_is_stored, here), "the messages of the outage", 60)
            await until(partial(all_answered, here), "all replies", 90, by=(here.daemon,))

            assert (status, answer["error"]["code"]) == (503, "store_unavailable")
            assert (ready, alive) == (503, 200)
            sent = [*await here.amazon.get("/_mock/sent"), *await here.taobao.get("/_mock/sent")]
            assert Counter(Counter(one["thread"] for one in sent).values()) == {1: len(sent)}
            assert "worker.failing" in here.daemon.said
            assert "worker.recovered" in here.daemon.said
    finally:
        await store.kill()


async def all_answered(here: World) -> bool:
    await approve_all(here.console)
    return not (await here.console.get("/api/v1/conversations?view=open&limit=1"))["items"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB where the store lies."""
    place = tmp_path / "store"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m,mode=700", "tmpfs", str(place)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        if "CI" in os.environ and os.getuid() == 0:
            pytest.fail(f"CI must try a full disk: {mounted.stderr}")
        pytest.skip("a full disk needs the right to mount a small one")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


async def test_a_full_disk_is_said_and_nothing_is_lost_when_there_is_room_again(
    tmp_path: Path, small_disk: Path
) -> None:
    async with world(tmp_path) as here:
        await here.start_daemon()
        for start in range(0, 1_200, 100):
            entries = letters("amazon", start + 100, "Where is it? " * 300)[start:]
            await post(here.amazon, entries)

        await until(partial(_says, here, "is full: make room"), "the daemon to say it", 60)
        await make_room(small_disk)
        await until(partial(everything_is_stored, here), "all messages", 90)

        assert (await stored_ids(here.console, "amazon-us")).most_common(1)[0][1] == 1
        assert await here.daemon.stop() == 0


async def make_room(disk: Path) -> None:
    arguments = ("mount", "-o", "remount,size=200m", str(disk))
    assert await (await asyncio.create_subprocess_exec(*arguments)).wait() == 0


async def _says(here: World, words: str) -> bool:
    return words in here.daemon.said


async def test_bad_mail_is_stored_or_set_aside_with_a_reason_and_stops_nothing(
    tmp_path: Path,
) -> None:
    faults = {
        "broken_mime": 0.2,
        "unknown_charset": 0.2,
        "html_only": 0.2,
        "lookalike_domain": 0.2,
        "duplicate_mail": 0.2,
        "late_mail": 0.1,
    }
    async with world(tmp_path) as here:
        status, _ = await here.amazon.call("PUT", "/_mock/faults", faults)
        assert status == 200
        await post(here.amazon, letters("amazon", 200))
        no_order = {"buyer": "nobody", "order_id": None, "text": "Do you ship to Hawaii?"}
        text = "All about my parcel. " * 50_000  # 1 MB
        huge = {"buyer": "novelist", "order_id": None, "text": text}
        await post(here.amazon, [no_order, huge])

        await here.start_daemon()
        await until(partial(everything_is_stored, here), "every real message", 60)

        [amazon, _] = (await here.console.get("/api/v1/accounts"))["items"]
        again = amazon["seen"] - amazon["stored"] - amazon["ignored"] - amazon["set_aside"]
        assert amazon["set_aside"] > 10, "look-alikes wait for a person"
        assert again > 10, "duplicates were seen and not stored twice"
        assert amazon["reachable"]
        whole = await _conversation_of(here.console, "novelist")
        assert whole["messages"][0]["text"].split() == text.split()


async def _conversation_of(console: Api, buyer: str) -> dict[str, Any]:
    [item] = await console.every(f"/api/v1/conversations?view=all&q={buyer}")
    whole: dict[str, Any] = await console.get(f"/api/v1/conversations/{item['id']}")
    return whole


@pytest.mark.parametrize("fault", ["session_expired", "bad_signature"])
async def test_a_dead_token_or_a_wrong_signature_is_named_and_the_other_account_goes_on(
    tmp_path: Path, fault: str
) -> None:
    async with world(tmp_path) as here:
        await here.taobao.call("PUT", "/_mock/faults", {fault: 1})
        await post(here.taobao, letters("taobao", 5, "我的快递到哪了"))
        await post(here.amazon, letters("amazon", 5))
        await here.start_daemon()

        await until(partial(_reachable, here, "taobao-main", wanted=False), "trouble to be named")
        await until(partial(_stored, here, "amazon-us", 5), "the other account's messages")
        await here.taobao.call("PUT", "/_mock/faults", {})
        await until(partial(everything_is_stored, here), "the sick account's messages", 60)

        assert "account_down" in here.daemon.said
        assert await _reachable(here, "taobao-main", wanted=True)


async def _account(here: World, name: str) -> dict[str, Any]:
    items = (await here.console.get("/api/v1/accounts"))["items"]
    found: dict[str, Any] = next(item for item in items if item["id"] == name)
    return found


async def _reachable(here: World, name: str, *, wanted: bool) -> bool:
    account = await _account(here, name)
    return bool(account["reachable"]) is wanted and (wanted or bool(account["problem"]))


async def _stored(here: World, name: str, count: int) -> bool:
    return int((await _account(here, name))["stored"]) == count


@asynccontextmanager
async def _faulty(here: World, rates: dict[str, float]) -> AsyncIterator[None]:
    await here.taobao.call("PUT", "/_mock/faults", rates)
    yield
    await here.taobao.call("PUT", "/_mock/faults", {})


async def test_an_event_for_a_refund_that_is_not_there_waits_for_a_person(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.start_daemon()
        async with _faulty(here, {"refund_missing": 1, "tmc_broken_content": 1}):
            await post(here.taobao, letters("taobao", 10, "退货退款"))

        await until(partial(_set_aside, here), "the refunds that are not there to be set aside")
        await until(partial(everything_is_stored, here), "the real messages")


async def _set_aside(here: World) -> bool:
    return int((await _account(here, "taobao-main"))["set_aside"]) >= 2
