"""First words and a configuration that is read anew, with real processes over the real wire."""

import signal
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.api import approve_all
from tests.integration.processes import World, until, world

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]

WORDS = "您好，消息已收到，客服会尽快回复您。"
POLICY = '[taobao]\nrespond_within = "{}"\nwarn_at = ["50%"]\n'
SPEAKS = POLICY + f'[taobao.first_words]\nopen = {{{{ zh = "{WORDS}" }}}}\n'


def says(here: World, sla: str) -> None:
    (here.directory / "config" / "sla.toml").write_text(sla, encoding="utf-8")


async def buyer_writes(here: World, buyer: str, text: str) -> None:
    letter = {"buyer": buyer, "order_id": None, "text": text}
    status, _ = await here.taobao.call("POST", "/_mock/messages", letter)
    assert status < 300


async def sent(here: World) -> list[str]:
    return [one["text"] for one in await here.taobao.get("/_mock/sent")]


async def conversations(here: World, view: str = "open") -> list[dict[str, Any]]:
    """Each once: one whose deadline moves while pages are read may stand on two of them."""
    found = await here.console.every(f"/api/v1/conversations?view={view}")
    return list({one["id"]: one for one in found}.values())


async def test_first_words_are_said_once_and_the_clock_goes_on(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        says(here, SPEAKS.format("3m"))
        await here.start_daemon()
        await buyer_writes(here, "小新", "我的快递到哪了？")

        async def spoken() -> bool:
            return await sent(here) == [WORDS]

        async def read_back() -> bool:
            [shop] = [
                one
                for one in (await here.console.get("/api/v1/accounts"))["items"]
                if one["id"] == "taobao-main"
            ]
            return bool(shop["known"])

        await until(spoken, "the first words")
        await until(read_back, "their copy to be listed")
        await buyer_writes(here, "小新", "在吗？")

        async def drafted() -> bool:
            [one] = await conversations(here)
            whole = await here.console.get(f"/api/v1/conversations/{one['id']}")
            return len(whole["messages"]) == 3 and one["draft"] is not None

        await until(drafted, "the second message to be drafted for")
        [one] = await conversations(here)
        assert (one["state"], await sent(here)) == ("waiting", [WORDS])
        waited = datetime.fromisoformat(one["due_at"]) - datetime.fromisoformat(
            one["waiting_since"]
        )
        assert waited == timedelta(minutes=3)

        await approve_all(here.console)

        async def answered() -> bool:
            return len(await sent(here)) == 2 and not await conversations(here)

        await until(answered, "the answer")
        [shop] = [
            one
            for one in (await here.console.get("/api/v1/accounts"))["items"]
            if one["id"] == "taobao-main"
        ]
        assert shop["budget"][0]["in_time"] == 2


async def test_a_signal_has_the_promises_read_anew_and_a_bad_file_changes_nothing(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as here:
        says(here, POLICY.format("3m"))
        await here.start_daemon()
        await buyer_writes(here, "小新", "我的快递到哪了？")

        async def waits() -> bool:
            return len(await conversations(here)) == 1

        async def has_two_hours() -> bool:
            [one] = await conversations(here)
            due, since = (datetime.fromisoformat(one[name]) for name in ("due_at", "waiting_since"))
            return due - since == timedelta(hours=2)

        async def said_what_is_wrong() -> bool:
            return "config.not_reloaded" in here.daemon.said

        await until(waits, "the message")
        assert here.daemon.process is not None
        says(here, POLICY.format("soon"))
        here.daemon.process.send_signal(signal.SIGHUP)
        await until(said_what_is_wrong, "the mistake to be named")
        assert not await has_two_hours()
        status, refused = await here.console.call("POST", "/api/v1/reload")
        assert status == 422
        assert "'soon' is no duration" in refused["error"]["details"]["problems"][0]

        says(here, POLICY.format("2h"))
        here.daemon.process.send_signal(signal.SIGHUP)
        await until(has_two_hours, "the open conversation to be planned anew")

        says(here, POLICY.format("3m"))
        status, done = await here.console.call("POST", "/api/v1/reload")
        assert (status, done) == (200, {"accounts": ["taobao-main"], "needs_restart": False})
        assert await here.daemon.stop() == 0
