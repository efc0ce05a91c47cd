"""``responder simulate``: whole worlds in virtual time, held against every promise."""

import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from responder.cli.options import json_option, print_json, table
from responder.errors import ResponderError

if TYPE_CHECKING:  # what it takes to simulate is slow to load: only this command wants it
    from responder.simulation.many import Summary
    from responder.simulation.setting import Outcome, Setting

BROKEN = Path("data/simulation/broken.jsonl")
EVERY = 10.0  # seconds between two lines of progress


@click.command()
@click.option("--days", default=1.0, show_default=True, help="Length of each world, in days.")
@click.option("--accounts", default=5, show_default=True, type=click.IntRange(1), help="Shops.")
@click.option("--buyers", default=100, show_default=True, type=click.IntRange(1), help="Buyers.")
@click.option("--seed", default=1, show_default=True, help="The first world's seed.")
@click.option("--worlds", default=1, show_default=True, type=click.IntRange(1), help="How many.")
@click.option(
    "--faults",
    type=click.Choice(["calm", "rough", "hell"]),
    default="rough",
    show_default=True,
    help="How much goes wrong.",
)
@click.option("--daemons", default=2, show_default=True, type=click.IntRange(1), help="At once.")
@click.option(
    "--processes",
    default=os.cpu_count() or 1,
    type=click.IntRange(1),
    help="Worlds side by side; all cores by default.",
)
@click.option(
    "--broken",
    type=click.Path(dir_okay=False, path_type=Path),
    default=BROKEN,
    show_default=True,
    help="List of worlds that broke a promise: they are lived through first, and added to.",
)
@json_option
def command(
    days: float,
    accounts: int,
    buyers: int,
    seed: int,
    worlds: int,
    faults: str,
    daemons: int,
    processes: int,
    broken: Path,
    as_json: bool,
) -> None:
    """Live through worlds of buyers, agents, daemons and faults; exit 1 if a promise was broken.

    The same seed repeats the same world exactly.
    """
    if days <= 0:
        raise click.BadParameter("must be more than 0", param_hint="--days")
    from responder.simulation import many, profiles, setting  # noqa: PLC0415 - slow to load

    asked = [
        setting.Setting(
            seed=seed + number,
            profile=profiles.PROFILES[faults],
            days=days,
            accounts=accounts,
            buyers=buyers,
            daemons=daemons,
        )
        for number in range(worlds)
    ]
    try:
        first = many.remembered(broken)
    except (ValueError, TypeError, KeyError) as error:
        raise ResponderError(
            f"{broken} cannot be read as a list of worlds ({error}): remove it, or name another "
            "with --broken"
        ) from error
    started = perf_counter()
    summary = _live([*first, *(one for one in asked if one not in first)], processes, started)
    many.hush()  # what is made smaller is lived through here
    many.remember(broken, [outcome.setting for outcome in summary.broken])
    least = many.smallest(summary.broken[0]) if summary.broken else None
    report = _report(summary, least, faults, (perf_counter() - started) / 60)
    if as_json:
        print_json(report)
    else:
        _print(report)
    if summary.broken:
        sys.exit(1)


def _live(settings: "Sequence[Setting]", processes: int, started: float) -> "Summary":
    """Live through all of them, and say on the way how it goes."""
    from responder.simulation import many  # noqa: PLC0415

    summary, told = many.Summary(), started
    for outcome in many.live_through(settings, processes=min(processes, len(settings))):
        summary.add(outcome)
        now = perf_counter()
        if outcome.breaks:
            click.echo(
                f"seed {outcome.setting.seed}: {outcome.breaks[0].promise}: "
                f"{outcome.breaks[0].words}",
                err=True,
            )
        if now - told >= EVERY:
            told = now
            pace = summary.worlds / (now - started) * 60
            click.echo(
                f"{summary.worlds} of {len(settings)} worlds, {pace:.1f} a minute, "
                f"{len(summary.broken)} broken",
                err=True,
            )
    return summary


def _report(
    summary: "Summary", least: "Outcome | None", faults: str, minutes: float
) -> dict[str, Any]:
    from responder.simulation import many, promises  # noqa: PLC0415

    return {
        "worlds": summary.worlds,
        "faults": faults,
        "worlds_a_minute": round(summary.worlds / minutes, 1),
        "happened": dict(sorted(summary.counts.items())),
        "promises": {
            promise: sum(_breaks(outcome)[promise] for outcome in summary.broken)
            for promise in promises.PROMISES
        },
        "broken_seeds": [outcome.setting.seed for outcome in summary.broken],
        "smallest": None
        if least is None
        else {
            "setting": asdict(least.setting),
            "promise": least.breaks[0].promise,
            "words": least.breaks[0].words,
            "trace": many.trace(least),
        },
    }


def _breaks(outcome: "Outcome") -> Counter[str]:
    return Counter(one.promise for one in outcome.breaks)


def _print(report: dict[str, Any]) -> None:
    happened = ", ".join(f"{count} {name}" for name, count in report["happened"].items())
    click.echo(
        f"{report['worlds']} worlds ({report['faults']}), "
        f"{report['worlds_a_minute']} a minute: {happened}\n"
    )
    rows = [
        [promise, "kept" if not count else f"broken {count} times"]
        for promise, count in report["promises"].items()
    ]
    click.echo(table(rows, ["promise", ""]))
    least = report["smallest"]
    if least is not None:
        seeds = ", ".join(map(str, report["broken_seeds"]))
        click.echo(f"\nbroken in the worlds with seed {seeds}; the smallest found:")
        click.echo(f"  {least['setting']}")
        click.echo(f"  {least['promise']}: {least['words']}\n")
        click.echo("\n".join(least["trace"]))
