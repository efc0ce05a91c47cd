"""Many worlds over several sittings: noted as they end, and never lived through twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from responder.cli.simulating import Run, print_report
from responder.errors import ResponderError
from responder.simulation.profiles import CALM
from responder.simulation.records import Break
from responder.simulation.setting import Outcome, Setting
from responder.simulation.sittings import Sittings, code

KIND = {"faults": "calm", "days": 0.01, "accounts": 1, "buyers": 1, "daemons": 1}
WORLDS = [
    Setting(seed=seed, profile=CALM, days=0.01, accounts=1, buyers=1, daemons=1)
    for seed in range(1, 5)
]
BROKEN = Break(promise="the books balance", about="chat0", words="they do not")


def outcome(setting: Setting, *breaks: Break) -> Outcome:
    return Outcome(setting=setting, breaks=breaks, counts={"messages": 3}, journal=())


def run(folder: Path, worlds: Sequence[Setting]) -> dict[str, Any]:
    asked = Run(
        asked=worlds,
        processes=1,
        broken=folder / "broken",
        resume=folder / "notes" / "worlds",
        kind=KIND,
    )
    return asked.to_its_end()


def note(folder: Path, *outcomes: Outcome) -> None:
    with Sittings(folder / "notes" / "worlds", KIND) as notes:
        for one in outcomes:
            notes.note(one)


def test_a_second_sitting_lives_through_the_rest_and_tells_of_all(tmp_path: Path) -> None:
    first = run(tmp_path, WORLDS[:2])
    second = run(tmp_path, WORLDS)
    third = run(tmp_path, WORLDS)

    told = [one["resume"] for one in (first, second, third)]
    assert [one["lived_now"] for one in told] == [2, 2, 0]
    assert [one["left"] for one in told] == [0, 0, 0]
    assert (first["worlds"], second["worlds"]) == (2, 4)
    assert second["happened"] == third["happened"] != first["happened"]
    assert third["resume"]["worlds_by_code"] == {code(): 4}


def test_what_an_earlier_sitting_saw_broken_stays_broken(tmp_path: Path) -> None:
    note(tmp_path, outcome(WORLDS[0]), outcome(WORLDS[1], BROKEN, BROKEN))

    report = run(tmp_path, WORLDS[:2])

    assert report["broken_seeds"] == [2]
    assert report["promises"]["the books balance"] == 2
    assert report["happened"] == {"messages": 6}


def test_only_the_seeds_that_are_asked_for_are_counted(tmp_path: Path) -> None:
    note(tmp_path, outcome(replace(WORLDS[0], seed=99), BROKEN), outcome(WORLDS[0]))

    report = run(tmp_path, WORLDS[:1])

    assert (report["worlds"], report["broken_seeds"]) == (1, [])


def test_it_says_when_the_code_has_changed_since(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note(tmp_path, outcome(WORLDS[0]), outcome(WORLDS[1]))
    path = tmp_path / "notes" / "worlds"
    path.write_text(path.read_text().replace(code(), "0123456789ab", 1))

    report = run(tmp_path, WORLDS[:2])
    print_report(report)

    assert report["resume"]["worlds_by_code"] == {"0123456789ab": 1, code(): 1}
    assert f"the code has changed since (now {code()}): 1 with 0123456789ab" in (
        capsys.readouterr().out
    )


def test_a_line_that_was_torn_is_dropped(tmp_path: Path) -> None:
    note(tmp_path, outcome(WORLDS[0]), outcome(WORLDS[1]))
    path = tmp_path / "notes" / "worlds"
    path.write_text(path.read_text()[:-9])

    note(tmp_path, outcome(WORLDS[2]))

    with Sittings(path, KIND) as notes:
        assert sorted(notes.done) == [1, 3]


def test_a_file_that_never_got_its_first_line_is_begun(tmp_path: Path) -> None:
    (tmp_path / "worlds").write_text('{"wor')

    with Sittings(tmp_path / "worlds", KIND):
        pass

    assert json.loads((tmp_path / "worlds").read_text()) == {"worlds": KIND}


def test_notes_of_other_worlds_are_refused_and_stay(tmp_path: Path) -> None:
    note(tmp_path, outcome(WORLDS[0]))
    path = tmp_path / "notes" / "worlds"
    before = path.read_text()

    with pytest.raises(ResponderError, match=r"days 0\.01.*days 7\.0.*name another file"):
        Sittings(path, KIND | {"days": 7.0}).__enter__()

    assert path.read_text() == before


@pytest.mark.parametrize("text", ["no notes\n", "[]\n", '{"worlds": {}}\n{"seed": 1}\n'])
def test_a_file_that_is_none_of_ours_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "worlds").write_text(text)

    with pytest.raises(ResponderError, match="cannot be read as notes of worlds"):
        Sittings(tmp_path / "worlds", KIND).__enter__()

    assert (tmp_path / "worlds").read_text() == text


@pytest.mark.parametrize("place", ["", "file/worlds"])
def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ResponderError, match=r"cannot be written: (Is a directory|File exists)"):
        Sittings(tmp_path / place, KIND).__enter__()


def test_two_runs_do_not_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "worlds"

    with Sittings(path, KIND), pytest.raises(ResponderError, match="written by another run"):
        Sittings(path, KIND).__enter__()

    with Sittings(path, KIND):
        """The first has let go of it."""


@pytest.mark.process
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_goes_on_where_it_was(tmp_path: Path, stop: signal.Signals) -> None:
    notes = tmp_path / "worlds"
    many = _started(_command(notes, worlds=100_000), tmp_path)
    try:
        end = time.monotonic() + 60
        while not notes.exists() or notes.read_text().count("\n") < 3:
            assert many.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        if stop is signal.SIGINT:
            os.killpg(many.pid, stop)  # as Ctrl-C does
        else:
            many.send_signal(stop)
        said, _ = many.communicate(timeout=60)
    finally:
        if many.poll() is None:
            os.killpg(many.pid, signal.SIGKILL)
            many.wait()
    noted = notes.read_text().count("\n") - 1
    stopped = json.loads(said)

    again = subprocess.run(
        _command(notes, worlds=noted + 1),
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    resumed = json.loads(again.stdout)

    assert (many.returncode, stopped["stopped"], stopped["worlds"]) == (130, True, noted)
    assert stopped["resume"]["left"] == 100_000 - noted
    assert (again.returncode, resumed["stopped"], resumed["worlds"]) == (0, False, noted + 1)
    assert 1 <= resumed["resume"]["lived_now"] <= 5, "what was noted is not lived through again"


def _started(command: list[str], place: Path) -> "subprocess.Popen[str]":
    """A process that hears Ctrl-C, also where the tests run in the background and hear none."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            command, cwd=place, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
    finally:
        signal.signal(signal.SIGINT, before)


def _command(notes: Path, *, worlds: int) -> list[str]:
    few = ["--days", "0.01", "--accounts", "1", "--buyers", "1", "--faults", "calm"]
    many = ["--worlds", str(worlds), "--processes", "2", "--resume", str(notes), "--json"]
    return [sys.executable, "-m", "responder", "simulate", *few, *many]
