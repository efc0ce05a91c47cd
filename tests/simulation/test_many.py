"""Many worlds: the list of those that broke, the smallest that still breaks, and the command."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from responder.simulation.many import live_through, remember, remembered, smallest, trace
from responder.simulation.profiles import CALM
from responder.simulation.setting import Setting
from responder.simulation.simulate import simulate
from tests.simulation.plants import changed

A_WORLD = """
from responder.simulation.many import hush
from responder.simulation.profiles import HELL
from responder.simulation.setting import Setting
from responder.simulation.simulate import simulate

hush()
world = Setting(seed=8, profile=HELL, days=0.7, accounts=2, buyers=25, poll=1800, daemons=1)
print([at for at, _ in simulate(world).journal])
"""
SMALL = Setting(seed=1, profile=CALM, days=0.05, accounts=2, buyers=6, poll=150)


def test_a_world_that_broke_is_remembered_once(tmp_path: Path) -> None:
    path = tmp_path / "list" / "broken.jsonl"

    remember(path, [SMALL])
    remember(path, [SMALL])

    assert remembered(path) == [SMALL]


def test_worlds_come_back_in_order() -> None:
    settings = [SMALL, Setting(seed=2, profile=CALM, days=0.05, accounts=1, buyers=2, poll=150)]

    outcomes = list(live_through(settings, processes=1))

    assert [outcome.setting for outcome in outcomes] == settings
    assert not any(outcome.breaks or outcome.journal for outcome in outcomes)


def test_the_smallest_world_breaks_the_same_promise_with_a_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changed(sent=('redis.call("DEL", KEYS[4])', ""))(monkeypatch)
    outcome = simulate(SMALL)
    promise = outcome.breaks[0].promise

    least = smallest(outcome)

    assert least.setting.buyers < SMALL.buyers
    assert promise in {one.promise for one in least.breaks}
    assert trace(least)


@pytest.mark.process
def test_the_command_tells_of_every_promise_and_reads_its_list(tmp_path: Path) -> None:
    done = _simulate("--days", "0.02", "--accounts", "1", "--buyers", "2", "--json", cwd=tmp_path)
    told = json.loads(done.stdout)

    assert done.returncode == 0, done.stderr
    assert (told["worlds"], told["broken_seeds"]) == (1, [])
    assert set(told["promises"].values()) == {0}


@pytest.mark.process
def test_a_world_has_more_in_it_where_that_is_asked_for(tmp_path: Path) -> None:
    few = ("--days", "0.05", "--accounts", "2", "--buyers", "12", "--faults", "calm")

    done = _simulate(*few, "--with", "model", "--with", "orders", "--json", cwd=tmp_path)
    told = json.loads(done.stdout)

    assert done.returncode == 0, done.stderr
    assert told["happened"]["better drafts"] > 0
    assert told["happened"]["about orders"] > 0


@pytest.mark.process
def test_a_world_is_the_same_in_every_process() -> None:
    """Sets of words have another order in each: seed 8 had its closed conversations purged so."""
    here = Path(__file__).parents[2]
    journals = [
        subprocess.run(
            [sys.executable, "-c", A_WORLD],
            cwd=here, env={"PYTHONHASHSEED": order, "PATH": os.defpath},
            capture_output=True, text=True, check=True, timeout=100,
        ).stdout
        for order in ("0", "1")
    ]  # fmt: skip

    assert journals[0] == journals[1]
    assert len(journals[0]) > 10_000


@pytest.mark.process
def test_a_list_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "worlds").write_text("no worlds\n")

    done = _simulate("--broken", "worlds", cwd=tmp_path)

    assert done.returncode == 1
    assert "worlds cannot be read as a list of worlds" in done.stderr
    assert "Traceback" not in done.stderr


def _simulate(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "responder", "simulate", *arguments],
        cwd=cwd, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
