"""A sample of worlds, and those that once broke a promise."""

import pytest

from responder.simulation.many import trace
from responder.simulation.profiles import PROFILES
from responder.simulation.simulate import simulate
from responder.simulation.world import Outcome, Setting
from tests.simulation.dense import dense

SAMPLE = range(1000, 1008)

# Seeds of dense worlds that once broke a promise, and of what.
ONCE_BROKEN = {
    2: "an attempt that the store lost was made again",
    4: "the copy of an earlier reply was stored as somebody's own",
    8: "a failed poll while the store was away ended the daemon",
    13: "a refusal under a Message-ID was not understood",
}


def _told(outcome: Outcome) -> str:
    broken = [f"{one.promise}: {one.words}" for one in outcome.breaks]
    return "\n".join([*broken[:5], *trace(outcome)]) if broken else ""


@pytest.mark.parametrize("seed", [*SAMPLE, *ONCE_BROKEN])
def test_a_world_full_of_faults_keeps_every_promise(seed: int) -> None:
    outcome = simulate(dense(seed))

    assert not outcome.breaks, _told(outcome)
    assert outcome.counts["accepted"] > 5, "the world wants replies that can go wrong"


@pytest.mark.parametrize("faults", ["calm", "rough", "hell"])
def test_a_day_under_each_profile_keeps_every_promise(faults: str) -> None:
    outcome = simulate(Setting(seed=1, profile=PROFILES[faults], days=0.5, buyers=50))

    assert not outcome.breaks, _told(outcome)


def test_a_world_repeats_exactly_from_its_seed() -> None:
    first, second = simulate(dense(7)), simulate(dense(7))

    assert first.counts == second.counts
    assert [at for at, _ in first.journal] == [at for at, _ in second.journal]
