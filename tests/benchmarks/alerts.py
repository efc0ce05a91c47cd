"""How exact alerts are: from a threshold to the moment a channel has taken it.

One process (watcher, alerter) over a real server, a signed webhook on this machine as
the channel. So many conversations are open; the thresholds of some of them lie in the
next minute. Beside it: what a check every five minutes would have made of the same.
"""

import asyncio
import json
import logging
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

import structlog
from aiohttp import web

from connectors.fake import FakeConnector
from responder.alerts.channels import Channels, way_of
from responder.alerts.links import Links
from responder.alerts.rules import Channel
from responder.clock import SystemClock
from responder.metrics import Metrics
from responder.store.connect import connect
from responder.store.database import Database, open_database
from responder.store.events import EventFeed
from responder.store.notices import THRESHOLDS
from responder.store.queues import Queues
from responder.workers.accounts import Account
from responder.workers.alerter import Alerter
from responder.workers.loop import Bell, Crew, Worker, repeat
from responder.workers.rings import rung_by
from responder.workers.watcher import Watcher
from tests.benchmarks.alerts_open import ACCOUNTS, DAY, LONG, fill, fill_in_bulk

MINUTE = timedelta(minutes=1)
CRON = timedelta(minutes=5)
SECRET = "a secret of this benchmark"


@dataclass
class Receiver:
    """A webhook that notes when it was told of what."""

    url: str = ""
    told: dict[str, datetime] = field(default_factory=dict)
    thresholds: dict[str, datetime] = field(default_factory=dict)
    messages: int = 0
    repeats: int = 0


@asynccontextmanager
async def receiving(clock: SystemClock) -> AsyncIterator[Receiver]:
    receiver = Receiver()

    async def take(request: web.Request) -> web.Response:
        now, body = clock.now(), json.loads(await request.read())
        receiver.messages += 1
        for alert in body["alerts"]:
            receiver.repeats += alert["id"] in receiver.told
            receiver.told.setdefault(alert["id"], now)
            receiver.thresholds[alert["id"]] = datetime.fromisoformat(alert["at"])
        return web.Response()

    app = web.Application(client_max_size=64 * 1024**2)
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield receiver
    finally:
        await runner.cleanup()


async def work(database: Database, clock: SystemClock, channels: Channels, until: datetime) -> Any:
    """The watch role of one process, rung by the event stream as the daemon is."""
    queues, metrics = Queues(database), Metrics()
    policies = {
        name: Account(
            id=name,
            marketplace="amazon",
            connector=FakeConnector(clock.now),
            policy=DAY,
            poll_seconds=30,
            language="en",
        )
        for name in ACCOUNTS
    }
    bells = {"watch": Bell(), "alert": Bell()}
    async with asyncio.TaskGroup() as tasks:
        alerter = Alerter(
            database,
            queues,
            channels=channels,
            crew=Crew(tasks, 128, bells["alert"]),
            clock=clock,
            metrics=metrics,
            dice=Random(7),
        )
        workers: tuple[Worker, ...] = (Watcher(database, queues, policies, clock=clock), alerter)
        running = [
            tasks.create_task(repeat(worker, bells[worker.name], clock)) for worker in workers
        ]
        running.append(tasks.create_task(ring(database, bells)))
        await clock.sleep((until - clock.now()).total_seconds())
        for task in running:
            task.cancel()
    return metrics


async def ring(database: Database, bells: dict[str, Bell]) -> None:
    feed = EventFeed(database)
    async for events in feed.follow(await feed.end()):
        for name in {name for event in events for name in rung_by(event.type)} & bells.keys():
            bells[name].ring()


async def measure(
    database: Database, clock: SystemClock, open_: int, crossed: int, merge: timedelta
) -> dict[str, float]:
    """``crossed`` thresholds within a minute, with ``open_`` conversations open."""
    dice = Random(7)
    async with receiving(clock) as receiver:
        links = Links("http://127.0.0.1:8080", b"bench")
        channel = Channel(id="hook", name="hook", kinds=THRESHOLDS, merge=merge)
        way = way_of(receiver.url, SECRET, clock=clock, links=links)
        assert way is not None
        channels = Channels([channel], {"hook": way}, clock=clock, links=links)
        begin = clock.now() + timedelta(seconds=2 + crossed / 2000)
        wakes = sorted(begin + MINUTE * dice.random() for _ in range(crossed))
        await fill(database, open_, crossed, ((wake - LONG / 2, wake) for wake in wakes))
        began, cpu = perf_counter(), process_time()
        late = timedelta(seconds=5) + (merge + MINUTE if merge else timedelta(0))
        metrics = await work(database, clock, channels, begin + MINUTE + late)
        used = (process_time() - cpu) / (perf_counter() - began)
    lags = [(at - receiver.thresholds[name]).total_seconds() for name, at in receiver.told.items()]
    return figures(lags, receiver, used) | {"metric_p99": percentile_of(metrics)}


def figures(lags: list[float], receiver: Receiver, used: float) -> dict[str, float]:
    ordered = sorted(lags)
    return {
        "told": len(ordered),
        "repeats": receiver.repeats,
        "messages": receiver.messages,
        "median_s": round(median(ordered), 4),
        "p99_s": round(quantiles(ordered, n=100)[98], 4),
        "max_s": round(ordered[-1], 4),
        "cpu_share": round(used, 3),
    }


def percentile_of(metrics: Metrics) -> float:
    """The bucket of ``responder_alert_lag_seconds`` below which 99 % lie."""
    samples = [
        (float(one.labels["le"]), one.value)
        for family in metrics.alert_lag.collect()
        for one in family.samples
        if one.name.endswith("_bucket")
    ]
    total = max(value for _, value in samples)
    return min(edge for edge, value in samples if value >= 0.99 * total)


def cron(crossed: int) -> dict[str, float]:
    """The same thresholds, if somebody looked every five minutes: the next look, at once."""
    dice = Random(7)
    offset = CRON * dice.random()
    lags = sorted(
        ((offset - MINUTE * dice.random()) % CRON).total_seconds() for _ in range(crossed)
    )
    several = sorted(CRON.total_seconds() * dice.random() for _ in range(100_000))
    return {
        "this_minute_median_s": round(median(lags), 1),
        "median_s": round(median(several), 1),
        "p99_s": round(several[-1000], 1),
        "max_s": CRON.total_seconds(),
    }


async def _run(sizes: tuple[int, ...], crossed: int) -> dict[str, Any]:
    clock = SystemClock()
    found: dict[str, Any] = {"thresholds_in_a_minute": crossed}
    with tempfile.TemporaryDirectory() as directory:
        url = f"embedded:{Path(directory) / 'store'}"
        async with connect(url, clock, fsync="everysec") as redis:
            database = await open_database(redis, clock)
            filled = 0
            for size in sizes:
                await fill_in_bulk(database, filled, size - filled, clock.now())
                filled = size
                for name, value in (
                    await measure(database, clock, size, crossed, timedelta(0))
                ).items():
                    found[f"open_{size}_{name}"] = value
                filled += crossed
            for name, value in (await measure(database, clock, filled, crossed, MINUTE)).items():
                found[f"merged_{name}"] = value
            info = await redis.info("memory")
            found["bytes_each"] = round(info["used_memory"] / filled)
    first, last = (found[f"open_{size}_p99_s"] for size in (sizes[0], sizes[-1]))
    found["p99_ratio_largest_to_smallest"] = round(last / first, 2)
    return found | {f"cron_{name}": value for name, value in cron(crossed).items()}


def run(sizes: tuple[int, ...] = (1_000, 100_000, 1_000_000)) -> dict[str, Any]:
    """The benchmark as ``responder bench alerts`` runs it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    return asyncio.run(_run(sizes, 2_000))
