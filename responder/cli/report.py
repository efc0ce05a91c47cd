"""``responder report``: the team's figures as a table, CSV or JSON."""

import asyncio
from functools import partial
from pathlib import Path

import click

from responder.cli.options import config_option, json_option, opened, print_json, read_config, table
from responder.console.reports import REPORTS, Source, Span, span_of
from responder.console.tables import Table
from responder.domain.model import AccountId
from responder.errors import Conflict
from responder.settings import Loaded
from responder.store.days import day_of
from responder.store.overview import count_open

HELP = """How replies and promises were over some days; thirty of them, if not said. 100 are kept.

\b
waited   buyer messages by how long they waited for our reply
intents  replies by what buyers wanted
given    refunds and replacements by reason
agents   replies by who approved them
sla      messages in time and late, by account and day
budgets  how many late replies each account still bears
due      what falls due in the hours to come
"""


@click.command(help=HELP)
@click.argument("name", type=click.Choice(list(REPORTS)), metavar=f"[{'|'.join(REPORTS)}]")
@config_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Comma-separated, for a spreadsheet.")
@click.option("--from", "first", default="", help="First day (UTC), as 2026-11-22.")
@click.option("--to", "last", default="", help="Last day (UTC); today, if not said.")
def command(name: str, directory: Path, as_json: bool, as_csv: bool, first: str, last: str) -> None:
    """Read the configuration and the store, and print one report."""
    if as_json and as_csv:
        raise click.UsageError("--json and --csv are two forms; take one")
    found = asyncio.run(_report(read_config(directory), name, (first, last)))
    if as_json:
        print_json({"items": found.items()})
    elif as_csv:
        click.echo(found.csv(), nl=False)
    else:
        rows = [["-" if cell is None else str(cell) for cell in row] for row in found.rows]
        click.echo(table(rows, list(found.columns)))


async def _report(loaded: Loaded, name: str, days: tuple[str, str]) -> Table:
    async with opened(loaded) as database:
        source = Source(
            database=database,
            accounts=[AccountId(one.id) for one in loaded.settings.accounts],
            outlooks={AccountId(one): outlook for one, outlook in loaded.outlooks.items()},
            overview=partial(count_open, database),
        )
        return await REPORTS[name](source, _span(days, source))


def _span(days: tuple[str, str], source: Source) -> Span:
    try:
        return span_of(*days, day_of(source.now))
    except Conflict as refused:
        raise click.UsageError(str(refused)) from None
