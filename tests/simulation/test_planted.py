"""Every planted bug is caught by the promise that is there to catch it."""

import pytest

from responder.simulation.simulate import simulate
from tests.simulation.dense import dense
from tests.simulation.planted import PLANTED, Planted

pytestmark = pytest.mark.long  # worlds by the hundred; `pytest -m long tests/simulation`

WORLDS = 200


@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: str(bug.name))
def test_a_planted_bug_is_caught(bug: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    bug.plant(monkeypatch)

    for seed in range(bug.seed, bug.seed + WORLDS):
        broken = {one.promise for one in simulate(dense(seed)).breaks}
        if broken.intersection(bug.promises):
            return

    pytest.fail(f"{WORLDS} worlds kept {bug.promises}, although {bug.name}")
