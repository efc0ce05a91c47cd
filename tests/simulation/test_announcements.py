"""Thresholds that nobody could watch become the alert of a crowd: each counts as told by it."""

from responder.simulation.ledger import Telling
from responder.simulation.loop import run
from responder.simulation.profiles import CALM
from responder.simulation.promises import check_all
from responder.simulation.world import Setting, World, live

DARK = (3600.0, 5 * 3600.0)  # nobody watches in between, and everybody's thresholds pass
SETTING = Setting(seed=3, profile=CALM, days=0.25, accounts=1, buyers=60, poll=150)
TOLD = "thresholds are announced"


def night(world: World) -> None:
    for machine in world.machines:
        world.time.loop.call_later(DARK[0], machine.kill)
        world.time.loop.call_later(DARK[1], machine.start)


def of_crowds(world: World) -> list[Telling]:
    return [one for one in world.ledger.tellings if one.notice.id in world.ledger.crowds]


def test_every_threshold_of_a_crowd_is_announced_by_its_alert() -> None:
    def check(world: World) -> None:
        assert of_crowds(world), "the night wants a crowd"
        check_all(world)

    assert not run(live(SETTING, night, check)).breaks


def test_an_alert_of_a_crowd_that_nobody_was_told_of_breaks_the_promise() -> None:
    def check(world: World) -> None:
        told = world.ledger.tellings
        world.ledger.tellings = [one for one in told if one not in of_crowds(world)]
        check_all(world)

    assert {one.promise for one in run(live(SETTING, night, check)).breaks} == {TOLD}
