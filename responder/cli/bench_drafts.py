"""``responder bench drafts``: how well the messages of a file are understood."""

from dataclasses import asdict
from pathlib import Path
from time import process_time
from typing import Any

import click

from responder.cli.options import print_json, table
from responder.drafting import Drafting
from responder.drafting.learned.backtest import Report, backtest
from responder.drafting.learned.figures import Figures
from responder.drafting.learned.model import examples, learn
from responder.drafting.measure import Labelled, Measured, lessons, measure, read_labelled
from responder.errors import ResponderError
from responder.proposing import shipped_drafting

HEADS = {
    "messages": "messages",
    "in_scope": "in scope",
    "accuracy_in_scope": "right in scope",
    "macro_f1": "macro-F1",
    "precision_when_fires": "right when picked",
    "wrongly_fires_on_unknown": "picks on unknowns",
    "coverage_at_90": "coverage at 90 %",
}


def run(data: Path, labels: Path | None, *, as_json: bool, errors: int) -> None:
    """Measure, print. Bad rows are named on standard error and left out."""
    rows, left_out = _read(data)
    drafting = shipped_drafting()
    drafting.read("Where is my parcel? It should be here by now.", default=None)  # loads the model
    result: dict[str, Any] = {
        "messages": len(rows),
        "left_out": left_out,
        "nothing_learned": _told(measure(rows, drafting, process_time), errors),
    }
    if labels is not None:
        result["after_learning"] = _after(labels, rows, drafting, result, errors)
    result["resident_mb"] = _resident()
    if as_json:
        print_json(result)
    else:
        _print(result)


def _read(file: Path) -> tuple[list[Labelled], list[str]]:
    rows, bad = read_labelled(file)
    for problem in bad:
        click.echo(problem, err=True)
    if not rows:
        raise ResponderError(
            f'{file} has no usable row; one is {{"text": "…", "language": "en", "intent": "…"}}'
        )
    return rows, bad


def _after(
    labels: Path, rows: list[Labelled], drafting: Drafting, result: dict[str, Any], errors: int
) -> dict[str, Any]:
    """The same figures after learning from ``labels`` as the shop's confirmed history."""
    known, bad = _read(labels)
    result["left_out"] += bad
    history = lessons(known)
    started = process_time()
    try:
        model = learn(examples(history, drafting.intents))
    except ValueError as error:
        raise ResponderError(f"{labels}: {error}") from error
    seconds = process_time() - started
    measured = measure(rows, drafting.with_experience(lambda _: model), process_time, shop="it")
    return {
        "lessons": len(history),
        "learning_cpu_s": round(seconds, 2),
        "pieces": len(model.vocabulary),
        **_told(measured, errors),
        "back_test": _tested(backtest(history, drafting.intents)) if len(history) >= 100 else None,
    }


def _told(measured: Measured, errors: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "language": {
            name: {"accuracy": one.accuracy, **asdict(one)}
            for name, one in measured.languages.items()
        },
        "intent": {name: asdict(one) for name, one in measured.intents.items()},
        "cpu_ms": {"median": measured.cpu_ms_median, "p99": measured.cpu_ms_p99},
    }
    if errors:
        told["wrong"] = [list(one) for one in measured.wrong[:errors]]
    return told


def _tested(report: Report) -> dict[str, Any]:
    return {"judged": report.judged, "would_be_used": report.better, "why": report.why}


def _resident() -> dict[str, float]:
    """What this process holds in memory now, and held at most (Linux)."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    held = {line.partition(":")[0]: line.split()[1] for line in lines if line.startswith("Vm")}
    return {
        "now": round(int(held["VmRSS"]) / 1024, 1),
        "most": round(int(held["VmHWM"]) / 1024, 1),
    }


def _print(result: dict[str, Any]) -> None:
    for name in ("nothing_learned", "after_learning"):
        part = result.get(name)
        if part is None:
            continue
        lessons_of = f" from {part['lessons']} messages" if "lessons" in part else ""
        click.echo(f"{name.replace('_', ' ')}{lessons_of}")
        rows = [[lang, *_cells(part, lang)] for lang in (part["intent"] or part["language"])]
        click.echo(table(rows, ["", "language", *HEADS.values()]))
        cpu = part["cpu_ms"]
        click.echo(f"CPU a message: {cpu['median']} ms at the median, {cpu['p99']} ms at p99")
        if part.get("back_test"):
            click.echo(f"back-test on what was learned from: {part['back_test']['why']}")
        for one in part.get("wrong", ()):
            click.echo("  " + " | ".join(one))
        click.echo()
    if result["resident_mb"]:
        held = result["resident_mb"]
        click.echo(f"resident: {held['now']} MB now, {held['most']} MB at most")


def _cells(part: dict[str, Any], language: str) -> list[str]:
    told = part["language"].get(language)
    figures: Figures | dict[str, Any] = part["intent"].get(language, {})
    assert isinstance(figures, dict)
    return [_cell(told["accuracy"] if told else None), *(_cell(figures.get(key)) for key in HEADS)]


def _cell(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
