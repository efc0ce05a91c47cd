"""``responder bench``: the project's benchmarks, which lie in a checkout's tests/benchmarks."""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from responder.cli.options import json_option, print_json
from responder.errors import ResponderError

ROOT = Path(__file__).parents[2]
BENCHMARKS = {
    "alerts": "from a threshold to its channel, by how much is open; beside a five-minute cron",
    "backlog": "72 hours of outage: until all is in, and the console meanwhile",
    "pipeline": "from mock inbox to stored draft: messages a second, memory",
    "polls": "1,000 accounts polled each minute by one process: its processor time, lag, quotas",
    "promises": "working time, and planning all that is open anew for another policy",
    "queue": "the store alone: ingest, claim, draft, by how much is open",
}

DRAFTS = "drafts"
FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command()
@click.argument("name", required=False, type=click.Choice([*sorted(BENCHMARKS), DRAFTS]))
@click.option("--messages", type=click.IntRange(1), help="How many go through the pipeline.")
@click.option("--data", type=FILE, help="drafts: labelled messages, JSON Lines.")
@click.option("--labels", type=FILE, help="drafts: what the shop's agents confirmed; learned from.")
@click.option("--errors", type=click.IntRange(0), default=0, help="drafts: print N wrong ones.")
@json_option
def command(
    name: str | None,
    messages: int | None,
    data: Path | None,
    labels: Path | None,
    errors: int,
    as_json: bool,
) -> None:
    """Run one benchmark, or all of them; figures with their units.

    `bench drafts --data FILE` tells how well messages are understood: FILE has one JSON object a
    line, {"text": …, "language": …, "intent": one of the 14 or unknown}.
    """
    if name == DRAFTS:
        if data is None:
            raise ResponderError("bench drafts needs --data FILE: labelled messages, JSON Lines")
        from responder.cli import bench_drafts  # noqa: PLC0415  # numpy, for those who want it

        bench_drafts.run(data, labels, as_json=as_json, errors=errors)
        return
    if data or labels or errors:
        raise ResponderError("--data, --labels and --errors belong to bench drafts")
    if messages and name != "pipeline":
        raise ResponderError("--messages belongs to the benchmark pipeline: bench pipeline …")
    chosen = [name] if name else sorted(BENCHMARKS)
    results = {one: _run(one, messages) for one in chosen}
    if as_json:
        print_json(results)
        return
    for one, figures in results.items():
        click.echo(f"{one}: {BENCHMARKS[one]}")
        for key, value in figures.items():
            if not isinstance(value, list):
                click.echo(f"  {key.replace('_', ' ')}: {value}")


def _run(name: str, messages: int | None) -> dict[str, Any]:
    if not (ROOT / "tests" / "benchmarks").is_dir():
        raise ResponderError("the benchmarks come with the source: run this in a checkout")
    sys.path.insert(0, str(ROOT))
    run: Callable[..., dict[str, Any]] = import_module(f"tests.benchmarks.{name}").run
    return run(**{"messages": messages} if messages else {})
