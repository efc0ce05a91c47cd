"""The chaos run: what it does, what came of it, and the table that it prints."""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from responder.clock import SystemClock
from responder.store.connect import connect
from responder.store.database import open_database
from responder.store.events import EventFeed
from tests.chaos.books import Account, compare, misjudged
from tests.chaos.people import Buyers, Robot
from tests.chaos.queues import end_the_leases_of_the_dead
from tests.chaos.town import START, Town, town
from tests.chaos.trouble import RATES, Measure, Tally, Trouble
from tests.integration.processes import until

ROLES = ("poll,watch", "poll,draft", "draft", "send", "send,watch", "console")
STANDSTILL = 400.0  # seconds without a change: the longest lease, a dead session's pause, and room


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How large a run is. ``patient``: leases of the dead are waited for, not wound forward."""

    messages: int
    threads: int
    trouble: Measure
    patient: bool


FULL = Scale(
    messages=10_000,
    threads=4_000,
    trouble=Measure(kills=200, store_crashes=20, bad_lines=80, storms=21, pause=1.5),
    patient=True,
)
SMALL = Scale(
    messages=1_000,
    threads=400,
    trouble=Measure(kills=20, store_crashes=3, bad_lines=8, storms=3, pause=0.8),
    patient=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    seed: int
    scale: Scale
    tally: Tally
    books: dict[str, Account]
    approved: int
    uncertain: int  # times that a reply was left to a person, as the event stream tells
    unsettled: int  # of them, those that are so still
    decided: Counter[bool]  # what the robot found in the books of them: sent or not
    misjudged: int
    ends: dict[str, list[int]]  # exit codes that nobody asked for
    exits: list[int]  # of the drain at the end
    trouble_seconds: float
    seconds: float

    @property
    def lost(self) -> int:
        return sum(one.lost for one in self.books.values())

    @property
    def doubled(self) -> int:
        return sum(one.doubled for one in self.books.values())

    @property
    def unrecorded(self) -> int:
        return sum(one.unrecorded for one in self.books.values())

    @property
    def holds(self) -> bool:
        """Whether what is promised was kept."""
        whole = all(one.stored == one.delivered for one in self.books.values())
        known = not any(one.recorded - one.accepted for one in self.books.values())
        broken = (self.lost, self.doubled, self.unrecorded, self.misjudged, self.unsettled)
        return whole and known and not any(broken) and not any(self.exits)

    def rows(self) -> list[tuple[str, Any]]:
        """What is shown, in order."""
        always = [one for one in self.tally.crashes if one.fsync == "always"]
        everysec = [one for one in self.tally.crashes if one.fsync == "everysec"]
        return [
            ("seed", self.seed),
            ("messages", sum(one.delivered.total() for one in self.books.values())),
            ("replies", sum(one.accepted.total() for one in self.books.values())),
            ("approvals", self.approved),
            ("kills", self.tally.kills.total()),
            ("store crashes, each write flushed", len(always)),
            ("store crashes, one flush a second", len(everysec)),
            ("  writes they took, bytes", sum(one.lost for one in everysec)),
            ("bad lines", self.tally.lines.total()),
            ("storms and dead tokens", self.tally.storms.total()),
            ("lost", self.lost),
            ("doubled", self.doubled),
            ("sent, and not known of", self.unrecorded),
            ("uncertain, left to a person", self.uncertain),
            ("  had been sent", self.decided[True]),
            ("  had not been sent", self.decided[False]),
            ("  decided wrongly", self.misjudged),
            ("  not settled", self.unsettled),
            ("seconds of trouble", round(self.trouble_seconds)),
            ("seconds", round(self.seconds)),
        ]

    def table(self) -> str:
        lines = [f"{name:<36}{value:>10}" for name, value in self.rows()]
        details = [
            f"kills: {dict(self.tally.kills)}",
            f"bad lines: {dict(sorted(self.tally.lines.items()))}",
            f"storms: {dict(self.tally.storms)}",
            f"ended by themselves: {self.ends}",
        ]
        return "\n".join([*lines, *details])

    def as_json(self) -> str:
        return json.dumps(
            {
                **{name.strip(): value for name, value in self.rows()},
                "kills_by_roles": dict(self.tally.kills),
                "lines": dict(self.tally.lines),
                "storms_by_faults": dict(self.tally.storms),
                "ended_by_themselves": self.ends,
            }
        )


async def run(directory: Path, seed: int, scale: Scale) -> Report:
    """One chaos run. It ends by itself: ``AssertionError`` when the town does not settle."""
    started = time.monotonic()

    def log(what: str) -> None:
        print(f"{time.monotonic() - started:6.1f} s  {what}", file=sys.stderr, flush=True)

    async with town(directory, roles=ROLES, faults=_faults(directory)) as here:
        await here.open()
        log("everybody is at work")
        trouble = Trouble(here, seed, scale.trouble)
        robot = Robot(here)
        buyers = Buyers(
            here,
            Random(seed + 100),
            messages=scale.messages,
            threads=scale.threads,
            progress=trouble.progress,
        )
        async with asyncio.TaskGroup() as tasks:
            working = tasks.create_task(robot.work())
            writing = tasks.create_task(buyers.write())
            await trouble.happen()
            troubled = time.monotonic() - started
            log("the trouble is over")
            await writing
            if not scale.patient:
                await _leases_of_the_dead_are_over(here)
            await _all_is_settled(here, robot)
            working.cancel()
            log("all is answered")
        books = await compare(here)
        events = await _uncertain(here)
        still = await here.console.every("/api/v1/conversations?view=uncertain")
        exits = await here.close()
        return Report(
            seed=seed,
            scale=scale,
            tally=trouble.tally,
            books=books,
            approved=robot.approved,
            uncertain=events,
            unsettled=len(still),
            decided=Counter(one.sent for one in robot.decisions),
            misjudged=len(misjudged(robot.decisions, books)),
            ends={one.roles: one.ends for one in here.daemons if one.ends},
            exits=exits,
            trouble_seconds=troubled,
            seconds=time.monotonic() - started,
        )


def _faults(directory: Path) -> dict[str, Path]:
    """The faults that the marketplaces are started with."""
    files = {}
    for name, rates in RATES.items():
        files[name] = directory / f"{name}-faults.json"
        files[name].write_text(json.dumps(rates))
    return files


async def _all_is_settled(here: Town, robot: Robot) -> None:
    """Return when nothing is left to do; ``AssertionError`` when that comes no nearer."""
    loop = asyncio.get_running_loop()
    seen, since = "", loop.time()
    while left := await _left(here):
        if left != seen:
            seen, since = left, loop.time()
        waited = loop.time() - since
        assert waited < STANDSTILL, f"nothing moves: {left}; refused: {robot.refused}"
        await asyncio.sleep(0.5)


async def _left(here: Town) -> str:
    """What is not settled, in words; "" when nothing is, twice in a row."""
    for _ in range(2):
        try:
            items = await here.console.every("/api/v1/conversations?view=open")
        except (AssertionError, TypeError):
            return "the console is away"
        if items:
            return f"open: {dict(Counter(one['state'] for one in items))}, {len(items)} in all"
        await asyncio.sleep(1)
    books = await compare(here)
    missing = {name: (one.delivered - one.stored).total() for name, one in books.items()}
    return f"not stored: {missing}" if any(missing.values()) else ""


async def _leases_of_the_dead_are_over(here: Town) -> None:
    """As if the two minutes had passed that a dead worker's lease lasts.

    The living are drained first and started again after, so that nobody's work
    is taken from their hands.
    """
    await until(here.everybody_works, "the last one that was killed to be back", START)
    codes = await here.close()
    assert codes == [0] * len(codes), codes
    await end_the_leases_of_the_dead(here)
    here.daemons[:] = [daemon.anew() for daemon in here.daemons]
    await here.open()


async def _uncertain(here: Town) -> int:
    """How often a reply was left to a person, as the event stream tells it."""
    async with connect(f"redis://127.0.0.1:{here.store.port}/0", SystemClock()) as redis:
        database = await open_database(redis, SystemClock())
        start = "_".join("0-0" for _ in database.partitions.all)
        events = await EventFeed(database).since(start)
    return sum(event.type == "uncertain" for event in events)
