"""A daemon that stands still until another has taken over what it was about to let leave."""

import re

from responder.simulation.simulate import simulate
from responder.simulation.stand_ins import AFTERWARDS
from tests.simulation.dense import taken_over

STANDS = re.compile(r"(\S+) stands still until another lets (\S+) leave")
MOVES = re.compile(r"(daemon\S+) move_outreach (\S+) -> ok")
GOES_ON = re.compile(r"(\S+) goes on")


def test_who_stands_still_goes_on_just_when_another_lets_the_same_words_leave() -> None:
    journal = simulate(taken_over(8)).journal

    met = 0
    stands: dict[str, str] = {}  # who, and the words
    moved: dict[str, tuple[str, float]] = {}  # of words: by whom, and when
    for at, words in journal:
        if stood := STANDS.fullmatch(words):
            stands[stood[1]] = stood[2]
        elif move := MOVES.fullmatch(words):
            moved[move[2]] = (move[1], at)
        elif still := GOES_ON.fullmatch(words):
            who, then = moved[stands.pop(still[1])]
            met += who != still[1] and at - then <= max(AFTERWARDS)
    assert met
