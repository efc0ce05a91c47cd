"""``responder simulate``: whole worlds in virtual time, held against every promise."""

import os
import sys
from collections import Counter
from dataclasses import asdict
from time import perf_counter
from typing import Any

import click

from responder.cli.options import json_option, print_json, table
from responder.errors import ResponderError

NEEDS = "fakeredis[lua] is not installed: pip install 'marketplace-responder[dev]'"


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
@click.option("--processes", default=os.cpu_count() or 1, help="Worlds side by side.")
@json_option
def command(
    days: float,
    accounts: int,
    buyers: int,
    seed: int,
    worlds: int,
    faults: str,
    processes: int,
    as_json: bool,
) -> None:
    """Live through worlds of buyers, agents, daemons and faults; exit 1 if a promise was broken.

    The same seed repeats the same world exactly.
    """
    try:
        from responder.simulation import many, profiles, promises, world  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ResponderError(NEEDS) from error
    profile = profiles.PROFILES[faults]
    settings = [
        world.Setting(
            seed=seed + number, profile=profile, days=days, accounts=accounts, buyers=buyers
        )
        for number in range(worlds)
    ]
    started = perf_counter()
    summary = many.Summary()
    for outcome in many.live_through(settings, processes=min(processes, worlds)):
        summary.add(outcome)
    minutes = (perf_counter() - started) / 60
    least = many.smallest(summary.broken[0]) if summary.broken else None
    report: dict[str, Any] = {
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
    if as_json:
        print_json(report)
    else:
        _print(report)
    if summary.broken:
        sys.exit(1)


def _breaks(outcome: Any) -> Counter[str]:
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
