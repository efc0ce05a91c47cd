"""1,000 accounts polled every minute by one process: its processor time, and who waits how long.

Half are Amazon's (a mailbox each, over IMAP), half Taobao's (TOP over HTTP). They all run in a
second process, which notes when each was polled, and keeps to a test app's quota of TOP. Lag is
how much later than a minute after the one before a poll came. Some shops get a message now
and then. Processor time is user and system time of the daemon and of its embedded store.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

if not __package__:  # started by its path: the queue.py beside it is not Python's
    sys.path[0] = str(Path(__file__).parents[2])

import aiohttp
import click

from tests.integration.processes import Process

POLL_EVERY = 60.0
SETTLE, WATCH = 90.0, 240.0  # seconds: the first polls all come at once
WRITERS = 10  # shops that get a message each second
TICK = 100.0  # of a processor second, as /proc counts


def config(folder: Path, ports: dict[str, Any], poll_every: float) -> Path:
    """A configuration as a person would write it, with an account for each shop."""
    folder.mkdir()
    lines = [f'[store]\nurl = "embedded:{folder.parent / "store"}"\n']
    for number, (imap, smtp, http) in enumerate(ports["amazon"]):
        login = (
            'host = "127.0.0.1"\ntls = "none"\nusername = "seller"\npassword = "mock-password"\n'
        )
        lines.append(
            f'[[accounts]]\nid = "amazon-{number}"\nmarketplace = "amazon"\n'
            f'marketplace_id = "ATVPDKIKX0DER"\nshared_exit = true\n'
            f'poll_every = "{poll_every:g}s"\n'
            f"[accounts.imap]\n{login}port = {imap}\n"
            f'[accounts.smtp]\n{login}port = {smtp}\nfrom = "support-{number}@shop.example"\n'
            f'[accounts.sp_api]\nendpoint = "http://127.0.0.1:{http}"\n'
            f'lwa_endpoint = "http://127.0.0.1:{http}"\n'
            'client_id = "amzn1.application-oa2-client.mock"\n'
            'client_secret = "mock-client-secret"\nrefresh_token = "Atzr|mock-refresh-token"\n'
        )
    for number, port in enumerate(ports["taobao"]):
        lines.append(
            f'[[accounts]]\nid = "taobao-{number}"\nmarketplace = "taobao"\n'
            f'poll_every = "{poll_every:g}s"\nshared_exit = true\n[accounts.top]\n'
            f'gateway = "http://127.0.0.1:{port}/router/rest"\napp_key = "{10_000_000 + number}"\n'
            f'app_secret = "helloworld"\nsession = "session-{number}"\nchat = true\n'
        )
    (folder / "responder.toml").write_text("\n".join(lines))
    return folder


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and of its living children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / TICK
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(cpu_seconds(int(child)) for child in children)


def megabytes(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


@asynccontextmanager
async def market(amazon: int, taobao: int) -> AsyncIterator[dict[str, Any]]:
    """The marketplaces as a process of their own; it ends with us."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.polls_market", str(amazon), str(taobao),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**20,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield json.loads(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()


def lags(polls: dict[str, list[float]], every: float) -> list[float]:
    """How much later than ``every`` after the one before each poll came, shortest first."""
    gaps = (later - earlier for moments in polls.values() for earlier, later in pairwise(moments))
    return sorted(max(gap - every, 0.0) for gap in gaps)


def share(values: Sequence[float], part: float) -> float:
    return values[min(int(len(values) * part), len(values) - 1)] if values else 0.0


async def _buyers(control: str, session: aiohttp.ClientSession, shops: int, each: int) -> None:
    dice = Random(7)
    while True:
        chosen = dice.sample(range(shops), min(each, shops))
        async with session.post(f"{control}/write", json={"shops": chosen}):
            await asyncio.sleep(1)


async def measure(
    accounts: int, *, every: float = POLL_EVERY, settle: float = SETTLE, watch: float = WATCH
) -> dict[str, Any]:
    """The figures of ``watch`` seconds, after ``settle`` seconds of getting there."""
    amazon = accounts // 2
    with tempfile.TemporaryDirectory() as directory:
        here = Path(directory)
        async with market(amazon, accounts - amazon) as ports, aiohttp.ClientSession() as session:
            control = f"http://127.0.0.1:{ports['control']}"
            folder = config(here / "config", ports, every)
            arguments = ["serve", "--config", str(folder), "--roles", "poll"]
            daemon = Process(arguments, here / "log", here)
            await daemon.start()
            try:
                writing = asyncio.create_task(_buyers(control, session, accounts, WRITERS))
                await asyncio.sleep(settle)
                assert daemon.process is not None
                assert daemon.process.returncode is None, daemon.said[-2000:]
                pid = daemon.process.pid
                async with session.post(f"{control}/forget"):
                    began, used = perf_counter(), cpu_seconds(pid)
                await asyncio.sleep(watch)
                spent, lasted = cpu_seconds(pid) - used, perf_counter() - began
                memory = megabytes(pid)
                writing.cancel()
                async with session.get(f"{control}/polls") as answer:
                    told = await answer.json()
            finally:
                await daemon.stop()
    found = lags(told["polls"], every)
    most = max(told["top_calls"].values(), default=0)
    return {
        "accounts": accounts,
        "accounts_polled": len(told["polls"]),
        "polls": len(found),
        "watched_seconds": round(lasted, 1),
        "cores": round(spent / lasted, 3),
        "cpu_ms_per_poll": round(1000 * spent / max(len(found), 1), 2),
        "lag_seconds_p50": round(share(found, 0.5), 3),
        "lag_seconds_p99": round(share(found, 0.99), 3),
        "lag_seconds_max": round(found[-1] if found else 0.0, 3),
        "top_calls_a_day_most": round(most / lasted * 86_400),
        "too_often_as_seen_by_top": told["top_limited"],
        "too_often_as_seen_by_sp_api": told["sp_api_limited"],
        "daemon_mb": round(memory, 1),
    }


def run(accounts: int = 1_000) -> dict[str, Any]:
    """The benchmark as ``responder bench polls`` runs it."""
    click.echo(f"about {(SETTLE + WATCH) / 60:.0f} minutes …", err=True)
    return asyncio.run(measure(accounts))


if __name__ == "__main__":
    json.dump(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000), sys.stdout, indent=2)
