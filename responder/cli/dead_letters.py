"""``responder dead-letters``: what could not be handled, why, and what becomes of it."""

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

import click

from responder.cli.options import config_option, json_option, opened, print_json, read_config, table
from responder.errors import ResponderError
from responder.settings import Loaded
from responder.store.database import Database
from responder.store.dead_letters import KINDS, dead_letters, drop, read_letter, replay

_SAID = {
    "over": "nothing left to do, forgotten",
    "no_account": "left as it is: its account is not in the configuration",
}
Act = Callable[[Database, str, str], Awaitable[str]]

kind_option = click.option("--kind", type=click.Choice(KINDS), help="Only this kind.")
account_option = click.option("--account", help="Only this account's.")
all_option = click.option("--all", "everything", is_flag=True, help="All that there are.")
by_option = click.option("--by", help="Who decides; your login name by default.")


@click.group()
def command() -> None:
    """What could not be handled, kept with its reason until a person decides."""


@command.command(name="list")
@config_option
@kind_option
@account_option
@json_option
def list_letters(directory: Path, kind: str | None, account: str | None, as_json: bool) -> None:
    """All of them, the oldest first."""
    loaded = read_config(directory)
    letters = asyncio.run(_all(loaded, kind, account))
    known = [one.id for one in loaded.settings.accounts]
    if account and not letters and account not in known:  # one that was taken out may have some
        allowed = ", ".join(known) or "none in the configuration"
        raise click.BadParameter(f"there is no account {account!r}; there are {allowed}")
    if as_json:
        items = [{"id": name, **letter} for name, letter in letters.items()]
        print_json({"items": items, "next": None})
        return
    rows = [
        [name, letter["kind"], letter.get("account", "-"), letter["at"], letter["reason"]]
        for name, letter in letters.items()
    ]
    heads = ["id", "kind", "account", "at", "reason"]
    click.echo(table(rows, heads) if rows else "There are none.")


@command.command()
@click.argument("letter")
@config_option
@json_option
def show(letter: str, directory: Path, as_json: bool) -> None:
    """One of them, whole."""
    found = asyncio.run(_one(read_config(directory), letter))
    if found is None:
        raise _unknown(letter)
    if as_json:
        print_json({"id": letter, **found})
        return
    click.echo("\n".join(f"{name}: {value}" for name, value in {"id": letter, **found}.items()))


@command.command(name="replay")
@click.argument("letter", required=False)
@config_option
@kind_option
@account_option
@all_option
@by_option
@json_option
def replay_letters(
    letter: str | None,
    directory: Path,
    kind: str | None,
    account: str | None,
    everything: bool,
    by: str | None,
    as_json: bool,
) -> None:
    """Give LETTER, or all of a kind or account, another chance.

    An item goes back into its queue with its tries counted afresh; a message is
    read again at its source by the account's next poll.
    """
    chosen, loaded = _chosen(letter, kind, account, everything), read_config(directory)
    accounts = {one.id for one in loaded.settings.accounts}
    _decide(loaded, chosen, by, as_json, partial(replay, accounts=accounts))


@command.command(name="drop")
@click.argument("letter", required=False)
@config_option
@kind_option
@account_option
@all_option
@by_option
@json_option
def drop_letters(
    letter: str | None,
    directory: Path,
    kind: str | None,
    account: str | None,
    everything: bool,
    by: str | None,
    as_json: bool,
) -> None:
    """Forget LETTER, or all of a kind or account: it has been seen to."""
    chosen = _chosen(letter, kind, account, everything)

    async def act(database: Database, name: str, who: str) -> str:
        return "dropped" if await drop(database, name, who) else "gone"

    _decide(read_config(directory), chosen, by, as_json, act)


Choice = str | tuple[str | None, str | None]


def _chosen(letter: str | None, kind: str | None, account: str | None, everything: bool) -> Choice:
    if letter and not (kind or account or everything):
        return letter
    if not letter and (kind or account or everything):
        return (kind, account)
    raise click.UsageError("name one LETTER, or say --kind, --account or --all")


def _decide(loaded: Loaded, chosen: Choice, by: str | None, as_json: bool, act: Act) -> None:
    who = by or login()
    done = asyncio.run(_done(loaded, chosen, who, act))
    if isinstance(chosen, str) and done.get(chosen) == "gone":
        raise _unknown(chosen)
    if as_json:
        print_json({"items": [{"id": name, "outcome": one} for name, one in done.items()]})
        return
    for name, outcome in done.items():
        click.echo(f"{name}: {_SAID.get(outcome, outcome)}")
    if not done:
        click.echo("There are none.")


def login() -> str:
    """Whoever runs the command; the user of a container may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


async def _done(loaded: Loaded, chosen: Choice, who: str, act: Act) -> dict[str, str]:
    async with opened(loaded) as database:
        if isinstance(chosen, str):
            return {chosen: await act(database, chosen, who)}
        kind, account = chosen
        names = await dead_letters(database, kind=kind or "", account=account or "")
        return {name: await act(database, name, who) for name in names}


async def _all(
    loaded: Loaded, kind: str | None, account: str | None
) -> dict[str, Mapping[str, str]]:
    async with opened(loaded) as database:
        return await dead_letters(database, kind=kind or "", account=account or "")


async def _one(loaded: Loaded, letter: str) -> Mapping[str, str] | None:
    async with opened(loaded) as database:
        return await read_letter(database, letter)


def _unknown(letter: str) -> ResponderError:
    return ResponderError(f"there is no dead letter {letter!r}; see `responder dead-letters list`")
