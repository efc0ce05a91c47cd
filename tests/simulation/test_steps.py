"""A daemon is killed at every single step: each time that a script has run, its answer unread."""

from dataclasses import replace

import pytest

from responder.simulation.life import live
from responder.simulation.loop import run
from responder.simulation.profiles import ROUGH
from responder.simulation.promises import check_all
from responder.simulation.server import Owner
from responder.simulation.setting import Outcome, Setting
from responder.simulation.world import World

STEPS = (
    "claim",
    "ingest",
    "draft",
    "announce",
    "attempt",
    "unattempt",
    "sent",
    "returned",
    "uncertain",
    "route_alerts",
    "finish_alerts",
    "begin_telling",
    "settle_channel",
    "postpone",
    "poll_failed",
)
CLUMSY = replace(
    ROUGH,
    name="clumsy",
    rejected=0.15,
    unavailable=0.05,
    maybe_done=0.15,
    kills_a_day=0,
    outages_a_day=10,
    latest=600,
)
MOST = 40  # deaths
BACK_IN = (0.5, 5.0, 30.0)  # seconds


def die_after(step: str) -> tuple[Outcome, int]:
    """Live through a world in which every daemon that runs ``step`` dies of it, mostly."""
    deaths = 0

    def plan(world: World) -> None:
        dice = world.dice("steps")

        def ran(owner: Owner, name: str) -> bool:
            nonlocal deaths
            for machine in world.machines:
                if name == step and machine.owner == owner and dice.random() < 0.7:
                    deaths += 1
                    world.time.loop.call_soon(machine.kill)
                    world.time.loop.call_later(dice.choice(BACK_IN), machine.start)
            return deaths >= MOST

        world.server.after.append(ran)

    setting = Setting(seed=3, profile=CLUMSY, days=0.06, accounts=3, buyers=40, poll=150)
    return run(live(setting, plan, check_all)), deaths


@pytest.mark.parametrize("step", STEPS)
def test_a_death_after_any_step_breaks_no_promise(step: str) -> None:
    outcome, deaths = die_after(step)

    assert not outcome.breaks, outcome.breaks[:3]
    assert deaths > 0, f"nothing ran {step}: the world is too quiet to test it"
