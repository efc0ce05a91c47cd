"""What trouble is aimed at."""

from pathlib import Path

import responder.store
from responder.simulation.loop import run
from responder.simulation.profiles import CALM
from responder.simulation.setting import Setting
from responder.simulation.trouble import A_SECOND, LOSSES, MOVES, STANDSTILLS, TARGETS, come_back
from responder.simulation.world import build
from responder.workers.loop import Bell

SCRIPTS = {script.stem for script in Path(responder.store.__file__).parent.glob("lua/*.lua")}


def test_trouble_is_aimed_at_scripts_that_there_are() -> None:
    assert {*TARGETS, *STANDSTILLS, *LOSSES, *MOVES} <= SCRIPTS


def test_whoever_sleeps_looks_again_a_second_after_the_store_is_back() -> None:
    """No event tells that what was done is not done any more."""

    async def story() -> float:
        world = build(Setting(seed=1, profile=CALM))
        bells = [Bell() for _ in world.machines]
        for machine, bell in zip(world.machines, bells, strict=True):
            machine.bells = {"watch": bell}
        world.server.die(lose=True)
        come_back(world)
        for bell in bells:
            await bell.wait(60)
        return world.time.loop.time()

    assert run(story()) == A_SECOND
