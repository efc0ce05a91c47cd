"""``responder simulate``: whole worlds in virtual time, held against every promise."""

import os
import sys
from pathlib import Path

import click

from responder.cli.options import json_option, print_json
from responder.cli.simulating import Run, print_report

BROKEN = Path("data/simulation/broken.jsonl")
STOPPED = 130  # as a shell says of Ctrl-C
# What a world may have besides, and the field of its setting.
BESIDES = {"first-words": "first_words", "orders": "proactive", "model": "model"}


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
    "--with",
    "besides",
    type=click.Choice(sorted(BESIDES)),
    multiple=True,
    help="Chats say first words; shops write first about orders; a language model writes better "
    "drafts. May be given several times.",
)
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
@click.option(
    "--resume",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Note each world here when it has ended, and pass over those that are noted: the same "
    "command goes on where it was stopped.",
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
    besides: tuple[str, ...],
    processes: int,
    broken: Path,
    resume: Path | None,
    as_json: bool,
) -> None:
    """Live through worlds of buyers, agents, daemons and faults; exit 1 if a promise was broken.

    The same seed repeats the same world exactly. Ten thousand worlds take hours: with --resume
    they may be stopped (Ctrl-C) and continued at any time; exit 130 then.
    """
    if days <= 0:
        raise click.BadParameter("must be more than 0", param_hint="--days")
    from responder.simulation import profiles  # noqa: PLC0415 - slow to load
    from responder.simulation.setting import Setting  # noqa: PLC0415

    asked = [
        Setting(
            seed=seed + number,
            profile=profiles.PROFILES[faults],
            days=days,
            accounts=accounts,
            buyers=buyers,
            daemons=daemons,
            **dict.fromkeys((BESIDES[name] for name in besides), True),
        )
        for number in range(worlds)
    ]
    kind: dict[str, object] = {
        "faults": faults, "days": days, "accounts": accounts, "buyers": buyers, "daemons": daemons
    }  # fmt: skip
    kind |= {"with": sorted(set(besides))} if besides else {}
    run = Run(asked=asked, processes=processes, broken=broken, resume=resume, kind=kind)
    report = run.to_its_end()
    if as_json:
        print_json(report)
    else:
        print_report(report)
    if report["stopped"]:
        sys.exit(STOPPED)
    if report["broken_seeds"]:
        sys.exit(1)
