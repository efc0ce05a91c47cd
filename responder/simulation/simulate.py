"""One world from its setting to what became of it."""

import gc

from responder.simulation.loop import run
from responder.simulation.promises import check_all
from responder.simulation.setting import Outcome, Setting
from responder.simulation.trouble import plan_trouble
from responder.simulation.world import live

YOUNG = 50_000  # objects before garbage is looked for: a world makes few circles


def simulate(setting: Setting) -> Outcome:
    """Live through one world and hold it against everything that is promised."""
    before = gc.get_threshold()
    gc.set_threshold(YOUNG, *before[1:])
    try:
        return run(live(setting, plan_trouble, check_all))
    finally:
        gc.set_threshold(*before)
