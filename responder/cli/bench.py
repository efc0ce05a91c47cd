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
    "promises": "working time, and planning all that is open anew for another policy",
    "queue": "the store alone: ingest, claim, draft, by how much is open",
}


@click.command()
@click.argument("name", required=False, type=click.Choice(sorted(BENCHMARKS)))
@click.option("--messages", type=click.IntRange(1), help="How many go through the pipeline.")
@json_option
def command(name: str | None, messages: int | None, as_json: bool) -> None:
    """Run one benchmark, or all of them; figures with their units."""
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
