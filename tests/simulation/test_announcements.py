"""Thresholds that nobody could watch are told of together: each counts as told by the message."""

from collections import Counter
from dataclasses import replace

import pytest

from responder.simulation.announcements import RISKS
from responder.simulation.life import live
from responder.simulation.loop import run
from responder.simulation.profiles import CALM
from responder.simulation.promises import check_all
from responder.simulation.records import LostAnswer, Telling
from responder.simulation.setting import Setting
from responder.simulation.simulate import simulate
from responder.simulation.world import World

DARK = (3600.0, 5 * 3600.0)  # nobody watches in between, and everybody's thresholds pass
SETTING = Setting(seed=3, profile=CALM, days=0.25, accounts=1, buyers=60, poll=150)
TOLD, ONCE = "thresholds are announced", "thresholds are announced once"


def night(world: World) -> None:
    for machine in world.machines:
        world.time.loop.call_later(DARK[0], machine.kill)
        world.time.loop.call_later(DARK[1], machine.start)


def told_together(world: World) -> list[Telling]:
    """What came in one message with others."""
    messages = Counter((one.at, one.owner) for one in world.ledger.tellings)
    return [one for one in world.ledger.tellings if messages[one.at, one.owner] > 1]


def test_every_threshold_of_a_crowd_is_announced_by_its_message() -> None:
    def check(world: World) -> None:
        assert told_together(world), "the night wants a crowd"
        check_all(world)

    assert not run(live(SETTING, night, check)).breaks


def test_a_message_of_a_crowd_that_nobody_was_told_of_breaks_the_promise() -> None:
    def check(world: World) -> None:
        lost = told_together(world)
        world.ledger.tellings = [one for one in world.ledger.tellings if one not in lost]
        check_all(world)

    assert {one.promise for one in run(live(SETTING, night, check)).breaks} == {TOLD}


@pytest.mark.parametrize(
    ("asked", "broken"),
    [("settle_channel", set()), ("draft", {ONCE}), ("ZRANGE", {ONCE}), ("", {ONCE})],
)
def test_only_a_lost_answer_about_its_noting_excuses_a_second_telling(
    asked: str, broken: set[str]
) -> None:
    def check(world: World) -> None:
        first = next(one for one in world.ledger.tellings if one.notice.kind in RISKS)
        world.ledger.tellings.append(replace(first, at=first.at + 60))
        lost = LostAnswer(owner=first.owner, asked=(asked,), at=first.at + 6)
        world.server.lost_answers.append(lost)
        check_all(world)

    outcome = run(live(SETTING, night, check))

    assert {one.promise for one in outcome.breaks} == broken


def test_scripts_that_are_late_may_hold_up_an_announcement() -> None:
    late = replace(CALM, scripts_late=0.02)

    assert not simulate(replace(SETTING, seed=1, profile=late)).breaks
