"""One world from its setting to what became of it."""

import gc

from responder.simulation.life import live
from responder.simulation.loop import run
from responder.simulation.promises import check_all
from responder.simulation.setting import Outcome, Setting
from responder.simulation.trouble import plan_trouble


def simulate(setting: Setting) -> Outcome:
    """Live through one world and hold it against everything that is promised.

    Nobody looks for garbage meanwhile: a day leaves a few thousand objects that hang together
    in circles, and each look at all that lives costs a fortieth of it.
    """
    collected = gc.isenabled()
    gc.disable()
    try:
        return run(live(setting, plan_trouble, check_all))
    finally:
        if collected:
            gc.enable()
