"""From mock inbox to stored draft: messages a second through one daemon, and its memory.

Both marketplaces run as processes of their own and speak their real wire (IMAP
and SP-API; TOP over HTTP); the daemon is one process with all roles and its
embedded store. Every message is a conversation of its own. The clock runs from
the daemon's start; what counts is a draft that is stored, not one that was worked out.
"""

import asyncio
import json
import re
import sys
import tempfile
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

if not __package__:  # started by its path: the queue.py beside it is not Python's
    sys.path[0] = str(Path(__file__).parents[2])

import click

from tests.integration.api import Api
from tests.integration.processes import World, until, world

CHUNK = 1_000
TEXTS = {
    "amazon": (
        "Where is my parcel? The tracking has not moved.",
        "Please cancel my order.",
        "The box arrived broken.",
    ),
    "taobao": (
        "我的快递三天没动了，帮我看看到哪了？",
        "收到的杯子碎了一个，怎么处理呀",
        "能开发票吗",
    ),
}


def entries(name: str, start: int, count: int) -> list[dict[str, Any]]:
    form = "{:03d}-{:07d}-{:07d}" if name == "amazon" else "39{:03d}{:07d}{:07d}"
    return [
        {
            "buyer": f"buyer {number}",
            "order_id": form.format(number % 900, number, number),
            "text": TEXTS[name][number % len(TEXTS[name])],
        }
        for number in range(start, start + count)
    ]


async def fill(api: Api, name: str, count: int) -> None:
    for start in range(0, count, CHUNK):
        status, body = await api.call(
            "POST", "/_mock/messages", entries(name, start, min(CHUNK, count - start))
        )
        assert status in {200, 201}, body


async def figure(here: World, line: str) -> float:
    """The value of one line of the metrics."""
    try:
        async with here.console.session.get(here.console.root + "/metrics") as answer:
            text = await answer.text()
    except asyncio.TimeoutError:  # it counts what is open, and is busy with something better
        return 0.0
    found = re.search(rf"^{re.escape(line)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def memory(pid: int) -> float:
    """Resident megabytes of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


async def measure(messages: int, samples: int, share_amazon: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as directory:
        async with world(Path(directory)) as here:
            amazon = int(messages * share_amazon)
            await fill(here.amazon, "amazon", amazon)
            await fill(here.taobao, "taobao", messages - amazon)
            started = perf_counter()
            await here.start_daemon()
            assert here.daemon.process is not None
            pid = here.daemon.process.pid
            rows = []
            for step in range(1, samples + 1):
                goal = messages * step // samples
                await until(partial(_drafted, here, goal), f"{goal} drafts", 3600)
                rows.append(
                    {
                        "messages": goal,
                        "seconds": round(perf_counter() - started, 2),
                        "daemon_mb": round(memory(pid), 1),
                    }
                )
                took, used = rows[-1]["seconds"], rows[-1]["daemon_mb"]
                click.echo(f"{goal:>8} drafts, {took:>7.1f} s, daemon {used:.0f} MB", err=True)
            await until(partial(_open, here, messages), f"{messages} open conversations", 60)
            seconds = rows[-1]["seconds"]
            return {
                "messages": messages,
                "amazon": amazon,
                "seconds": seconds,
                "messages_per_second": round(messages / seconds, 1),
                "samples": rows,
            }


async def _drafted(here: World, goal: int) -> bool:
    return await figure(here, 'responder_drafts_total{outcome="stored"}') >= goal


async def _open(here: World, goal: int) -> bool:
    counts = await here.console.get("/api/v1/counts")
    return bool(counts["open"] == goal)


def run(messages: int = 6_000, samples: int = 5, share_amazon: float = 0.5) -> dict[str, Any]:
    """The benchmark as ``responder bench pipeline`` runs it."""
    return asyncio.run(measure(messages, samples, share_amazon))


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 6_000
    share = float(sys.argv[2]) if len(sys.argv) > 2 else 0.5
    json.dump(run(count, 10, share), sys.stdout, indent=2)
