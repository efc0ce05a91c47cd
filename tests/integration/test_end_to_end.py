"""Real input, all the way: mock inbox, daemon as its own process, approval by API, mock's books."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.integration.api import approve_all, mark
from tests.integration.processes import World, until, world

pytestmark = [pytest.mark.process, pytest.mark.timeout(280)]

MESSAGES = 300  # of each marketplace
CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
SHIPPED = Path(__file__).parents[2] / "config" / "demo"


def feed(name: str, directory: Path) -> Path:
    """Real buyers' messages where they lie beside the checkout, else the demo's, repeated."""
    real = CORPORA / f"feed-{name}.jsonl"
    if real.exists():
        lines = real.read_text(encoding="utf-8").splitlines()[:MESSAGES]
    else:
        once = (SHIPPED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        lines = [_other_buyer(once[at % len(once)], at) for at in range(MESSAGES)]
    path = directory / f"feed-{name}.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _other_buyer(line: str, number: int) -> str:
    """Another buyer with another order: two who name one order would share its copies."""
    entry = json.loads(line)
    order = entry.get("order_id")
    changes = {
        "buyer": f"{entry['buyer']} {number}",
        "order_id": f"{order[:-4]}{number:04d}" if order else None,
    }
    return json.dumps(entry | changes, ensure_ascii=False)


async def test_600_real_messages_are_each_answered_once_in_their_thread(tmp_path: Path) -> None:
    feeds = {name: feed(name, tmp_path) for name in ("amazon", "taobao")}

    async with world(tmp_path, feeds=feeds) as here:
        await here.start_daemon()
        await until(lambda: _all_drafted(here), "a draft for every conversation", 90)
        await approve_all(here.console, signed=True)
        await until(lambda: _all_answered(here), "every reply to be sent", 90)

        await _books_agree(here)
        assert await here.daemon.stop() == 0


async def _all_drafted(here: World) -> bool:
    stored = sum(one["stored"] for one in (await here.console.get("/api/v1/accounts"))["items"])
    if stored < 2 * MESSAGES:
        return False
    waiting = await here.console.every("/api/v1/conversations?view=open")
    return all(one["draft"] for one in waiting)


async def _all_answered(here: World) -> bool:
    await approve_all(here.console, signed=True)
    return not (await here.console.get("/api/v1/conversations?view=open&limit=1"))["items"]


async def _books_agree(here: World) -> None:
    """What the mocks accepted, held against what the store says was sent, to whom, where."""
    for api, account in ((here.amazon, "amazon-us"), (here.taobao, "taobao-main")):
        delivered = {message["id"]: message for message in await api.get("/_mock/messages")}
        accepted = [
            (reply["thread"], reply["buyer"], _same(reply["text"]))
            for reply in await api.get("/_mock/sent")
        ]
        ours = []
        for conversation, text in await replies_in_the_store(here, account):
            whole = await here.console.get(f"/api/v1/conversations/{conversation}")
            asked = next(one["id"] for one in whole["messages"] if one["author"] == "buyer")
            ours.append((delivered[asked]["thread"], delivered[asked]["buyer"], text))
            assert text.endswith(f"({mark(conversation)})"), (
                "these words were meant for this thread"
            )

        assert Counter(ours) == Counter(accepted), account
        threads = {message["thread"] for message in delivered.values()}
        assert Counter(thread for thread, _, _ in accepted) == dict.fromkeys(threads, 1)


async def replies_in_the_store(here: World, account: str) -> list[tuple[str, str]]:
    """(conversation, text) of every reply that the store says was sent."""
    found = []
    for item in await here.console.every(f"/api/v1/conversations?view=answered&account={account}"):
        whole: dict[str, Any] = await here.console.get(f"/api/v1/conversations/{item['id']}")
        found += [
            (item["id"], _same(message["text"]))
            for message in whole["messages"]
            if message["author"] == "seller" and message["approved_by"]
        ]
    return found


def _same(text: str) -> str:
    return "".join(text.split())


def test_ci_has_the_real_feeds() -> None:
    if "CI" in os.environ:
        assert CORPORA.exists(), "CI runs beside the shared corpora"
