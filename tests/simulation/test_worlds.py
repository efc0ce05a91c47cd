"""Worlds in which nothing promised may break: a hundred days of hell, and shorter, denser ones."""

from collections.abc import Callable
from time import process_time

import pytest

from responder.simulation.many import trace
from responder.simulation.profiles import HELL, PROFILES
from responder.simulation.setting import Outcome, Setting
from responder.simulation.simulate import simulate
from tests.conftest import PROCESSOR_SECONDS, WORLDS
from tests.simulation.dense import (
    crowded,
    dense,
    forgetful,
    forgetful_day,
    greeting,
    held_up,
    improving,
    memos,
    proactive,
    promising,
    reply_taken_over,
    stored_late,
    taken_over,
    unaided,
    warned_otherwise,
)

A_TEST = 5  # worlds
DAYS = range(1, 101, A_TEST)
REGRESSIONS = (
    40032,  # a promise changed where a clock was ahead
    50006,  # a colleague answered between the last poll and the end
    101555,  # a reply was refused a minute after it had counted as an answer
    100887,  # two daemons disagreed about a promise while its thresholds passed
    60192,  # a copy of a reply came to light when its thread was purged
)
SAMPLE = (*range(1000, 1006), 25)
GREETED = [
    *(Setting(seed=seed, profile=HELL, first_words=True) for seed in range(2000, 2002)),
    *map(greeting, (2002, 2003, *range(2005, 2008), *range(2009, 2015))),
]
WRITING_FIRST = [
    Setting(seed=2000, profile=HELL, proactive=True),
    *map(proactive, range(2001, 2013)),
    *map(memos, range(2101, 2105)),
    *map(taken_over, range(2201, 2205)),
    *map(crowded, range(2301, 2303)),
    *map(stored_late, range(2401, 2403)),
]
IMPROVED = [Setting(seed=3000, profile=HELL, model=True), *map(improving, range(3001, 3006))]
FORGETFUL = [*map(forgetful_day, (500, 503)), *map(forgetful, range(2000, 2005))]


def _told(outcome: Outcome) -> str:
    broken = [f"{one.promise}: {one.words}" for one in outcome.breaks]
    return "\n".join([*broken[:5], *trace(outcome)]) if broken else ""


def _keeps_all_with(setting: Setting, things: str, more_than: int) -> None:
    outcome = simulate(setting)

    assert not outcome.breaks, _told(outcome)
    assert outcome.counts[things] > more_than, f"the world wants {things} that can go wrong"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("first", DAYS)
def test_days_with_every_fault_keep_every_promise(
    first: int, record_property: Callable[[str, object], None]
) -> None:
    """Five accounts, a hundred buyers, two daemons, each."""
    started = process_time()

    for seed in range(first, first + A_TEST):
        outcome = simulate(Setting(seed=seed, profile=HELL))

        assert not outcome.breaks, f"seed {seed}: {_told(outcome)}"
        assert outcome.counts["accepted"] > 10, "the world wants replies that can go wrong"

    record_property(WORLDS, A_TEST)
    record_property(PROCESSOR_SECONDS, process_time() - started)


@pytest.mark.parametrize("seed", REGRESSIONS)
def test_a_day_that_was_once_broken_keeps_every_promise(seed: int) -> None:
    outcome = simulate(Setting(seed=seed, profile=HELL))

    assert not outcome.breaks, _told(outcome)


def test_what_was_written_in_the_very_first_second_is_owed_too() -> None:
    outcome = simulate(
        Setting(seed=1395, profile=PROFILES["calm"], days=0.01, accounts=1, buyers=1)
    )

    assert not outcome.breaks, _told(outcome)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("setting", GREETED, ids=lambda setting: str(setting.seed))
def test_first_words_break_no_promise(setting: Setting) -> None:
    _keeps_all_with(setting, "first words", 5)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("setting", WRITING_FIRST, ids=lambda setting: str(setting.seed))
def test_words_that_nobody_asked_for_break_no_promise(setting: Setting) -> None:
    _keeps_all_with(setting, "about orders", 2)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("setting", IMPROVED, ids=lambda setting: str(setting.seed))
def test_better_drafts_break_no_promise(setting: Setting) -> None:
    _keeps_all_with(setting, "better drafts", 5)


@pytest.mark.parametrize("seed", SAMPLE)
def test_a_dense_world_keeps_every_promise(seed: int) -> None:
    outcome = simulate(dense(seed))

    assert not outcome.breaks, _told(outcome)
    assert outcome.counts["accepted"] > 5


@pytest.mark.parametrize("world", [promising, warned_otherwise])
@pytest.mark.parametrize("seed", range(4000, 4004))
def test_promises_that_change_again_and_again_are_kept(
    seed: int, world: Callable[[int], Setting]
) -> None:
    outcome = simulate(world(seed))

    assert not outcome.breaks, _told(outcome)
    assert outcome.counts["alerts"] > 50


@pytest.mark.parametrize("seed", range(2000, 2003))
def test_everything_comes_in_by_itself_where_no_census_looks(seed: int) -> None:
    outcome = simulate(unaided(seed))

    assert not outcome.breaks, _told(outcome)


@pytest.mark.parametrize("setting", FORGETFUL, ids=lambda setting: str(setting.seed))
def test_late_news_of_a_purged_thread_break_no_promise(setting: Setting) -> None:
    outcome = simulate(setting)

    assert not outcome.breaks, _told(outcome)


@pytest.mark.parametrize("seed", range(5000, 5004))
def test_what_arrives_after_it_was_called_lost_is_not_sent_again(seed: int) -> None:
    outcome = simulate(held_up(seed))

    assert not outcome.breaks, _told(outcome)


@pytest.mark.parametrize("seed", range(6000, 6004))
def test_who_stood_still_does_not_send_what_another_has_taken_over(seed: int) -> None:
    outcome = simulate(reply_taken_over(seed))

    assert not outcome.breaks, _told(outcome)


@pytest.mark.parametrize("faults", ["calm", "rough"])
def test_a_day_under_a_milder_profile_keeps_every_promise(faults: str) -> None:
    outcome = simulate(Setting(seed=1, profile=PROFILES[faults], days=0.5, buyers=50))

    assert not outcome.breaks, _told(outcome)


def test_a_world_repeats_exactly_from_its_seed() -> None:
    first, second = simulate(dense(7)), simulate(dense(7))

    assert first.counts == second.counts
    assert [at for at, _ in first.journal] == [at for at, _ in second.journal]
