"""A poll after 72 hours of outage: how long until all is in, and what the console does meanwhile.

One process with the embedded store; the marketplace is a list in memory, so that
the figures are the service's own.
"""

import asyncio
import logging
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time
from typing import Any

import structlog

from connectors.fake import FakeConnector
from responder.alerts.channels import TAKEN, Channels, Outcome
from responder.alerts.links import Links
from responder.alerts.message import Message
from responder.alerts.rules import Channel
from responder.clock import SystemClock
from responder.domain.alerts import KINDS
from responder.domain.model import AccountId
from responder.domain.sla import Share, SlaPolicy
from responder.domain.states import OWED
from responder.metrics import Metrics
from responder.store.accounts import read_account
from responder.store.connect import connect
from responder.store.database import Database, open_database
from responder.store.listing import listing
from responder.store.overview import count_open
from responder.store.queues import Queues
from responder.workers.accounts import Account
from responder.workers.alerter import Alerter
from responder.workers.loop import Bell, Crew, Worker, repeat
from responder.workers.poller import Poller
from responder.workers.watcher import Watcher

ACCOUNT = AccountId("bench")
AWAY = timedelta(hours=72)
DAY = SlaPolicy("day", timedelta(days=1), (Share(50), timedelta(hours=4), timedelta(hours=1)))
PAGE = 200
BETWEEN_LOOKS = 0.1  # seconds


class Pager(Channels):
    """Keeps what it is told."""

    def __init__(self, clock: SystemClock) -> None:
        channel = Channel(id="pager", name="pager", kinds=frozenset(KINDS))
        super().__init__([channel], {}, clock=clock, links=Links(""))
        self.told: list[Message] = []

    async def hand_over(self, channel: Channel, message: Message) -> Outcome:
        self.told.append(message)
        return TAKEN


def waiting(clock: SystemClock, messages: int) -> FakeConnector:
    """An inbox that nobody has read for three days."""
    connector = FakeConnector(clock.now, page=PAGE)
    began = clock.now() - AWAY
    for number in range(messages):
        at = began + number * (AWAY / messages)
        connector.writes("Where is my parcel? " * 10, thread=f"thread-{number}", at=at)
    return connector


async def look(database: Database, clock: SystemClock, looks: list[float]) -> None:
    """What the console does for its list, again and again."""
    while True:
        started = perf_counter()
        await listing(database, OWED, limit=50)
        looks.append(perf_counter() - started)
        await clock.sleep(BETWEEN_LOOKS)


async def measure(database: Database, clock: SystemClock, messages: int) -> dict[str, Any]:
    queues, metrics, pager, dice = Queues(database), Metrics(), Pager(clock), Random(7)
    account = Account(
        id=ACCOUNT,
        marketplace="amazon",
        connector=waiting(clock, messages),
        policy=DAY,
        poll_seconds=1,
        language="en",
    )
    accounts, looks, bells = {ACCOUNT: account}, list[float](), [Bell() for _ in range(3)]
    shared: dict[str, Any] = {"clock": clock, "metrics": metrics, "dice": dice}
    started, cpu, began = perf_counter(), process_time(), clock.now()
    async with asyncio.TaskGroup() as tasks:
        poller = Poller(database, queues, accounts, crew=Crew(tasks, 8, bells[0]), **shared)
        alerter = Alerter(database, queues, channels=pager, crew=Crew(tasks, 8, bells[2]), **shared)
        await poller.plan()
        workers: tuple[Worker, ...] = (
            poller,
            Watcher(database, queues, accounts, clock=clock),
            alerter,
        )
        running = [
            tasks.create_task(repeat(worker, bell, clock))
            for worker, bell in zip(workers, bells, strict=True)
        ]
        running.append(tasks.create_task(look(database, clock, looks)))
        while (await read_account(database, ACCOUNT)).stored < messages:
            for bell in bells:
                bell.ring()
            await clock.sleep(BETWEEN_LOOKS)
        seconds, used = perf_counter() - started, process_time() - cpu
        await clock.sleep(1)
        for task in running:
            task.cancel()
    first = pager.told[0] if pager.told else None
    return {
        "messages": messages,
        "seconds_until_all_in": round(seconds, 1),
        "cpu_seconds": round(used, 1),
        "messages_per_second": round(messages / seconds),
        "first_alert_after_seconds": _after(first, began),
        "messages_within_that_time": len(pager.told),
        "console_list_ms_median": round(median(looks) * 1000, 1),
        "console_list_ms_worst": round(max(looks) * 1000, 1),
        "wrong_deadlines": await wrong_deadlines(database),
        "overdue": (await count_open(database)).by_risk[ACCOUNT, "breached"],
        "unaccounted": (await read_account(database, ACCOUNT)).gap,
    }


def _after(message: Message | None, began: datetime) -> float | None:
    return round((message.at - began).total_seconds(), 1) if message else None


async def wrong_deadlines(database: Database) -> int:
    """How many conversations are not due a day after their buyer wrote."""
    wrong, place = 0, None
    while True:
        found = await listing(database, OWED, limit=200, behind=place)
        for one in found.items:
            wrong += one.waiting_since is None or one.due_at != one.waiting_since + timedelta(
                days=1
            )
        if found.next is None:
            return wrong
        place = found.next


async def _run(messages: int) -> dict[str, Any]:
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as directory:
        async with connect(f"embedded:{Path(directory) / 'store'}", clock) as redis:
            return await measure(await open_database(redis, clock), clock, messages)


def run(messages: int = 20_000) -> dict[str, Any]:
    """The benchmark as ``responder bench backlog`` runs it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    return asyncio.run(_run(messages))
