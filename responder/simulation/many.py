"""Many worlds side by side, and the smallest world that still breaks a promise."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from logging import CRITICAL
from multiprocessing import get_context
from pathlib import Path
from signal import SIG_IGN, SIGINT, signal
from typing import Any

import structlog

from responder.simulation.profiles import Profile
from responder.simulation.records import Break
from responder.simulation.setting import Outcome, Setting
from responder.simulation.simulate import simulate

TRIES = 40  # worlds lived through in search of a smaller one
TRACE = 60  # lines
AHEAD = 2  # worlds handed out for each process, so that none waits for its next


def remembered(path: Path) -> list[Setting]:
    """The worlds that broke a promise once, in the order in which they did."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_setting(json.loads(line)) for line in lines if line]


def _setting(raw: dict[str, Any]) -> Setting:
    return Setting(**{**raw, "profile": Profile(**raw["profile"])})


def remember(path: Path, settings: Iterable[Setting]) -> None:
    """Add worlds to the list that is lived through first."""
    known = remembered(path)
    new = [setting for setting in settings if setting not in known]
    if new:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as lines:
            lines.writelines(json.dumps(asdict(setting)) + "\n" for setting in new)


@dataclass(slots=True)
class Summary:
    """What happened in all of them."""

    worlds: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    promises: Counter[str] = field(default_factory=Counter)  # how often each was broken
    seeds: list[int] = field(default_factory=list)  # of the worlds that broke one
    broken: list[Outcome] = field(default_factory=list)  # those that were lived through just now

    def add(self, outcome: Outcome) -> None:
        self.recall(outcome.setting.seed, outcome.counts, [one.promise for one in outcome.breaks])
        if outcome.breaks:
            self.broken.append(outcome)

    def recall(self, seed: int, counts: Mapping[str, int], broken: Sequence[str]) -> None:
        """A world that was lived through at some time."""
        self.worlds += 1
        self.counts.update(counts)
        self.promises.update(broken)
        if broken:
            self.seeds.append(seed)


def live_through(settings: Iterable[Setting], *, processes: int) -> Iterator[Outcome]:
    """Each world's outcome as it ends; journals only of those that broke a promise.

    Whoever stops waits for the worlds that are under way, and hears no more of them.
    """
    if processes == 1:
        hush()
        yield from map(_shortened, settings)
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_settle_in) as pool:
        try:
            yield from _as_they_end(pool, iter(settings), AHEAD * processes)
        finally:
            pool.shutdown(cancel_futures=True)


def _as_they_end(pool: Executor, settings: Iterator[Setting], at_once: int) -> Iterator[Outcome]:
    """No more than so many are handed out: ten thousand settings want no room."""
    running = {pool.submit(_shortened, one) for one in islice(settings, at_once)}
    while running:
        ended, running = wait(running, return_when=FIRST_COMPLETED)
        running |= {pool.submit(_shortened, one) for one in islice(settings, len(ended))}
        for future in ended:
            yield future.result()


def _settle_in() -> None:
    """In a process of the pool: who is to stop is told by whoever waits for it."""
    signal(SIGINT, SIG_IGN)
    hush()


def hush() -> None:
    """The workers' own log speaks of faults that are meant."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(CRITICAL))


def _shortened(setting: Setting) -> Outcome:
    outcome = simulate(setting)
    return outcome if outcome.breaks else replace(outcome, journal=())


def smallest(outcome: Outcome) -> Outcome:
    """A smaller world that breaks the same promise: fewer faults, buyers, accounts, hours."""
    tries = TRIES
    best = outcome
    improved = True
    while improved:
        improved = False
        for smaller in _smaller(best.setting):
            if tries == 0:
                return best
            tries -= 1
            again = simulate(smaller)
            if any(one.promise == outcome.breaks[0].promise for one in again.breaks):
                best, improved = again, True
                break
    return best


def _smaller(setting: Setting) -> Iterator[Setting]:
    if setting.buyers > 1:
        yield replace(setting, buyers=setting.buyers // 2)
    if setting.accounts > 1:
        yield replace(setting, accounts=setting.accounts - 1)
    if setting.days > 0.05:
        yield replace(setting, days=setting.days / 2)
    for fault in setting.profile.faults:
        yield replace(setting, profile=setting.profile.without(fault))


def trace(outcome: Outcome) -> list[str]:
    """The lines of the journal that tell how the first promise was broken."""
    about = _about(outcome.breaks[0])
    world = ("the store", "clock", "killed", "starts", "until", "listed anew")
    lines = [
        f"{at:12.3f}  {words}"
        for at, words in outcome.journal
        if (about and about in words) or any(word in words for word in world)
    ]
    return lines[-TRACE:]


def _about(broken: Break) -> str:
    """The conversation that a break is about, where it names one of its replies."""
    return broken.about.partition(".")[0]
