"""Every planted bug is caught by the promise that is there to catch it."""

import pytest

from responder.simulation.simulate import simulate
from tests.simulation.planted import PLANTED
from tests.simulation.planted_orders import ABOUT_ORDERS
from tests.simulation.planted_sends import OF_SENDING
from tests.simulation.planting import Planted

WORLDS = 200
BUGS = (*PLANTED, *OF_SENDING, *ABOUT_ORDERS)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: str(bug.name))
def test_a_bug_still_has_its_place(bug: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    bug.plant(monkeypatch)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug.often], ids=lambda bug: str(bug.name))
def test_a_planted_bug_is_caught_soon(bug: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    _caught(bug, monkeypatch, worlds=10)


@pytest.mark.long  # worlds by the hundred; `pytest -m long tests/simulation`
@pytest.mark.timeout(900)
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: str(bug.name))
def test_a_planted_bug_is_caught(bug: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    _caught(bug, monkeypatch, worlds=WORLDS)


def _caught(bug: Planted, monkeypatch: pytest.MonkeyPatch, *, worlds: int) -> None:
    bug.plant(monkeypatch)

    for seed in range(bug.seed, bug.seed + worlds):
        broken = {one.promise for one in simulate(bug.world(seed)).breaks}
        if broken.intersection(bug.promises):
            return

    pytest.fail(f"{worlds} worlds kept {bug.promises}, although {bug.name}")
