"""What trouble is aimed at."""

from pathlib import Path

import responder.store
from responder.simulation.trouble import LOSSES, MOVES, STANDSTILLS, TARGETS

SCRIPTS = {script.stem for script in Path(responder.store.__file__).parent.glob("lua/*.lua")}


def test_trouble_is_aimed_at_scripts_that_there_are() -> None:
    assert {*TARGETS, *STANDSTILLS, *LOSSES, *MOVES} <= SCRIPTS
