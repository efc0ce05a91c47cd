"""What is done to a town: kills, crashes of the store, bad lines, storms. All by seeded dice."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from tests.chaos.line import DEAF, FAIR, MUTE, SEVERED, SILENT, Line, Weather, slow
from tests.chaos.store_server import Crash
from tests.chaos.town import Town
from tests.integration.processes import until

# Faults that are always there, as a bad year has them.
RATES: dict[str, dict[str, float]] = {
    "amazon": {
        "bounced_later": 0.003,
        "broken_mime": 0.02,
        "duplicate_mail": 0.02,
        "html_only": 0.1,
        "http_403": 0.01,
        "http_429": 0.02,
        "http_503": 0.02,
        "imap_disconnect": 0.002,
        "late_mail": 0.02,
        "lookalike_domain": 0.01,
        "refused_later": 0.003,
        "smtp_4xx": 0.02,
        "smtp_5xx_data": 0.003,
        "smtp_timeout_after_data": 0.01,
        "unknown_charset": 0.05,
    },
    "taobao": {
        "drop_after_store": 0.01,
        "http_502_html": 0.01,
        "isp_timeout_after_store": 0.01,
        "numbers_as_strings": 0.05,
        "refund_lag": 0.005,
        "single_as_object": 0.05,
        "tmc_broken_content": 0.005,
        "tmc_redeliver": 0.02,
        "tmc_unknown_topic": 0.005,
        "trailing_comment": 0.05,
        "xml_instead_of_json": 0.02,
    },
}
# What comes on top for some seconds: (marketplace, faults).
STORMS: tuple[tuple[str, dict[str, float]], ...] = (
    ("amazon", {"http_429": 1.0, "smtp_4xx": 0.7}),
    ("taobao", {"code_7_ban": 0.3}),
    ("amazon", {"token_dead": 1.0, "http_403": 1.0}),
    ("taobao", {"session_expired": 1.0}),
    ("amazon", {"http_503": 1.0, "imap_disconnect": 0.2, "smtp_timeout_after_data": 0.3}),
    ("taobao", {"http_502_html": 0.7, "drop_after_store": 0.5}),
    ("amazon", {"uidvalidity_change": 0.02}),
)
STORM = (1.0, 4.0)  # seconds
DOWN = (0.0, 2.0)  # seconds that the store stays away
BAD = (0.3, 2.0)  # seconds of a bad line
EARLY = 0.2  # share of kills that may meet a daemon that is just starting
STUCK = 180.0  # seconds without enough daemons: they do not come back
FOR_EVER = 3600.0
LONG = 25.0  # longer than any client waits for an answer
WEATHERS: dict[str, Weather] = {
    "cut": SEVERED,
    "half-open": SILENT,
    "questions lost": DEAF,
    "answers lost": MUTE,
    "slow": slow(0.05, 40_000),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How much trouble there is."""

    kills: int
    store_crashes: int
    bad_lines: int
    storms: int
    pause: float  # seconds between two kills, on the average

    @property
    def seconds(self) -> float:
        return self.kills * self.pause


@dataclass(slots=True)
class Tally:
    """What was done."""

    kills: Counter[str] = field(default_factory=Counter)  # by roles
    crashes: list[Crash] = field(default_factory=list)
    lines: Counter[str] = field(default_factory=Counter)  # by what was wrong
    storms: Counter[str] = field(default_factory=Counter)  # by faults


class Trouble:
    """Several kinds side by side; all follow the progress of the kills."""

    def __init__(self, here: Town, seed: int, measure: Measure) -> None:
        self._here = here
        self._measure = measure
        self._seed = seed
        self.tally = Tally()

    def progress(self) -> float:
        """From 0 to 1."""
        return self.tally.kills.total() / self._measure.kills

    async def happen(self) -> None:
        """Return when all has happened and is over."""
        measure = self._measure
        kinds: list[tuple[int, Callable[[int, Random], Awaitable[None]]]] = [
            (measure.store_crashes, self._crash),
            (measure.bad_lines, self._bad_line),
            (measure.storms, self._storm),
        ]
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._kill_all(Random(self._seed)))
            for number, (count, act) in enumerate(kinds, start=1):
                tasks.create_task(self._spread(count, act, Random(self._seed + number)))
        for line in self._here.lines.values():
            line.clear_up()
        # Afterwards all is well, and TMC's five minutes before it tells something again are over.
        await self._here.amazon.call("PUT", "/_mock/faults", {})
        await self._here.taobao.call("PUT", "/_mock/faults", {"tmc_impatient": 1})

    async def _kill_all(self, dice: Random) -> None:
        """One daemon after the other, as long as half of them work; some that are just starting."""
        daemons = self._here.daemons
        while self.tally.kills.total() < self._measure.kills:
            await asyncio.sleep(dice.uniform(0.2, 1.8) * self._measure.pause)
            await until(self._half_work, "half of the daemons to come to work", STUCK)
            early = dice.random() < EARLY
            victim = dice.choice([one for one in daemons if early or one.ready])
            if victim.kill():
                self.tally.kills[victim.roles] += 1

    async def _spread(
        self, count: int, act: Callable[[int, Random], Awaitable[None]], dice: Random
    ) -> None:
        """``act`` so many times, evenly, with a little before and after."""
        for number in range(count):
            await self._progress_of((number + 0.5) / (count + 0.5))
            await act(number, dice)

    async def _half_work(self) -> bool:
        daemons = self._here.daemons
        return 2 * sum(one.ready for one in daemons) >= len(daemons)

    async def _progress_of(self, share: float) -> None:
        async def there() -> bool:
            return self.progress() >= share

        await until(there, "the next trouble", FOR_EVER)

    async def _crash(self, number: int, dice: Random) -> None:
        """The first half with every write flushed, the second with one flush a second."""
        store = self._here.store
        store.fsync = "always" if number + 1 < self._measure.store_crashes / 2 else "everysec"
        self.tally.crashes.append(await store.crash(dice))
        await asyncio.sleep(dice.uniform(*DOWN))
        await store.start()

    async def _bad_line(self, number: int, dice: Random) -> None:
        name, line = dice.choice(list(self._here.lines.items()))
        if dice.random() < 0.25:
            await self._cut_in_the_middle(line, dice)
            self.tally.lines[f"{name}: cut in mid-answer"] += 1
            return
        what = dice.choice(list(WEATHERS))
        self.tally.lines[f"{name}: {what}"] += 1
        line.becomes(WEATHERS[what])
        # Once in ten times it lasts longer than anybody's patience.
        lasting = LONG if number % 10 == 9 and name != "store" else dice.uniform(*BAD)
        await asyncio.sleep(min(lasting, self._measure.seconds / 10))
        line.becomes(FAIR)

    async def _cut_in_the_middle(self, line: Line, dice: Random) -> None:
        for _ in range(dice.randint(1, 3)):
            line.cut_after(dice.randint(1, 3000))
            await asyncio.sleep(dice.uniform(*BAD) / 3)

    async def _storm(self, number: int, dice: Random) -> None:
        market, faults = STORMS[number % len(STORMS)]
        api = self._here.amazon if market == "amazon" else self._here.taobao
        self.tally.storms[" + ".join(faults)] += 1
        await api.call("PUT", "/_mock/faults", RATES[market] | faults)
        await asyncio.sleep(dice.uniform(*STORM))
        await api.call("PUT", "/_mock/faults", RATES[market])
