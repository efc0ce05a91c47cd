"""What working time costs to count, and planning all that is open anew."""

import asyncio
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from zoneinfo import ZoneInfo

from connectors.fake import FakeConnector
from responder.clock import SystemClock
from responder.domain.calendar import WorkingHours
from responder.domain.sla import SlaPolicy
from responder.domain.states import OWED
from responder.domain.week import Hours, week_of
from responder.store.connect import connect
from responder.store.database import Database, open_database
from responder.store.listing import listing
from responder.store.queues import Queues
from responder.workers.accounts import Account, Accounts
from responder.workers.replanner import Replanner
from responder.workers.watcher import Watcher
from tests.benchmarks.queue import ACCOUNT, DAY, PAGE, fill

HOUR = timedelta(hours=1)
QUESTIONS = 100_000
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def office() -> WorkingHours:
    day = (Hours(9 * HOUR, 12 * HOUR), Hours(13 * HOUR, 18 * HOUR))
    return WorkingHours(week_of(dict.fromkeys(WEEKDAYS, day)), ZoneInfo("Europe/Berlin"))


def ask() -> dict[str, Any]:
    """A question when its year is known, and the first of a year."""
    calendar, at = office(), datetime(2026, 3, 27, 16, tzinfo=UTC)
    started = process_time()
    calendar.add(at, 24 * HOUR)
    first = process_time() - started
    started = process_time()
    for place in range(QUESTIONS):
        calendar.add(at + place * timedelta(seconds=60), 24 * HOUR)
    return {
        "deadline_us": round((process_time() - started) / QUESTIONS * 1e6, 2),
        "first_of_a_year_ms": round(first * 1e3, 1),
    }


async def _until_planned(database: Database, watcher: Watcher, policy: SlaPolicy) -> None:
    """Rounds of the watcher until the last conversation has the deadline of ``policy``."""
    while True:
        if await watcher.run_once():
            continue
        last = (await listing(database, OWED, limit=1, latest_first=True)).items[0]
        first = (await listing(database, OWED, limit=1)).items[0]
        if all(
            one.waiting_since and one.due_at == policy.plan(one.waiting_since).due_at
            for one in (first, last)
        ):
            return
        await asyncio.sleep(0.01)


async def plan_anew(count: int) -> dict[str, Any]:
    """Another policy for ``count`` open conversations, on a real embedded server."""
    clock = SystemClock()
    later = replace(DAY, respond_within=48 * HOUR)
    account = Account(
        id=ACCOUNT, marketplace="amazon", connector=FakeConnector(clock.now), policy=later,
        poll_seconds=30, language="en",
    )  # fmt: skip
    accounts: Accounts = {ACCOUNT: account}
    with tempfile.TemporaryDirectory() as directory:
        async with connect(f"embedded:{Path(directory) / 'store'}", clock) as redis:
            database = await open_database(redis, clock)
            queues = Queues(database)
            await fill(database, queues, 0, count // PAGE)
            started, cpu = perf_counter(), process_time()
            await Replanner(database, accounts).run_once()
            put = perf_counter() - started
            watcher = Watcher(database, queues, accounts, clock=clock)
            await _until_planned(database, watcher, later)
            return {
                f"open_{count}_put_into_the_queue_seconds": round(put, 2),
                f"open_{count}_planned_anew_seconds": round(perf_counter() - started, 2),
                f"open_{count}_our_own_processor_seconds": round(process_time() - cpu, 2),
            }


def run(messages: int = 20_000) -> dict[str, Any]:
    """The benchmark as ``responder bench promises`` runs it."""
    return ask() | asyncio.run(plan_anew(messages))
