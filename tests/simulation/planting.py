"""What a planted bug is, and the promises that are there to catch it."""

from collections.abc import Callable
from dataclasses import dataclass

from responder.simulation.setting import Setting
from tests.simulation.dense import dense
from tests.simulation.plants import Plant


@dataclass(frozen=True, slots=True)
class Planted:
    """A bug, and the promises of which at least one must catch it.

    ``seed``: where to begin. ``often``: one of the ten worlds from there on does.
    """

    name: str
    plant: Plant
    promises: tuple[str, ...]
    seed: int = 0
    often: bool = False
    world: Callable[[int], Setting] = dense


ONCE = "no reply is accepted twice"
STORED = "every message is stored once"
STALE = "nothing is sent on a stale draft"
BETTER = "better drafts fit"
TOLD = "thresholds are announced"
TOLD_ONCE = "thresholds are announced once"
CLOCK = "the reply clock is right"
RECORDED = "only accepted replies are recorded"
