"""A daemon that stands still until another has taken over what it was about to let leave."""

import re
from collections.abc import Callable

import pytest

from responder.simulation.setting import Setting
from responder.simulation.simulate import simulate
from responder.simulation.stand_ins import AFTERWARDS
from tests.simulation.dense import reply_taken_over, taken_over

STANDS = re.compile(r"(\S+) stands still until another lets (\S+) leave")
MOVES = re.compile(r"(daemon\S+) move_outreach (\S+) -> ok")
ATTEMPTS = re.compile(r"(daemon\S+) attempt \S+ -> \['go', \['id', '([^']+)'.*")
GOES_ON = re.compile(r"(\S+) goes on")


@pytest.mark.parametrize(("world", "leaves"), [(taken_over, MOVES), (reply_taken_over, ATTEMPTS)])
def test_who_stands_still_goes_on_just_when_another_lets_the_same_leave(
    world: Callable[[int], Setting], leaves: re.Pattern[str]
) -> None:
    assert any(_met(world(seed), leaves) for seed in range(5))


def _met(setting: Setting, leaves: re.Pattern[str]) -> int:
    """How often somebody went on just after another had let leave what they were about to."""
    met = 0
    stands: dict[str, str] = {}  # who, and what was about to leave
    left: dict[str, tuple[str, float]] = {}  # by whom, and when
    for at, words in simulate(setting).journal:
        if stood := STANDS.fullmatch(words):
            stands[stood[1]] = stood[2]
        elif attempt := leaves.fullmatch(words):
            left[attempt[2]] = (attempt[1], at)
        elif still := GOES_ON.fullmatch(words):
            who, then = left.get(stands.pop(still[1]), ("", 0.0))
            met += who not in {still[1], ""} and at - then <= max(AFTERWARDS)
    return met
