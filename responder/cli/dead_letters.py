"""``responder dead-letters``: what could not be handled, with its reason."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click

from responder.cli.options import config_option, json_option, opened, print_json, read_config, table
from responder.errors import ResponderError
from responder.settings import Loaded
from responder.store.dead_letters import dead_letters, drop


@click.group()
def command() -> None:
    """What could not be handled, kept with its reason until a person decides."""


@command.command(name="list")
@config_option
@json_option
def list_letters(directory: Path, as_json: bool) -> None:
    """All of them."""
    letters = asyncio.run(_all(read_config(directory)))
    if as_json:
        items = [{"id": name, **letter} for name, letter in letters.items()]
        print_json({"items": items, "next": None})
        return
    rows = [
        [name, letter["kind"], letter["at"], letter["reason"]] for name, letter in letters.items()
    ]
    click.echo(table(rows, ["id", "kind", "at", "reason"]) if rows else "There are none.")


@command.command()
@click.argument("letter")
@config_option
def show(letter: str, directory: Path) -> None:
    """One of them, whole."""
    letters = asyncio.run(_all(read_config(directory)))
    if letter not in letters:
        raise ResponderError(
            f"there is no dead letter {letter!r}; see `responder dead-letters list`"
        )
    print_json({"id": letter, **letters[letter]})


@command.command(name="drop")
@click.argument("letter")
@config_option
def drop_letter(letter: str, directory: Path) -> None:
    """Forget one: it has been seen to."""
    if not asyncio.run(_drop(read_config(directory), letter)):
        raise ResponderError(
            f"there is no dead letter {letter!r}; see `responder dead-letters list`"
        )
    click.echo("Dropped.")


async def _all(loaded: Loaded) -> dict[str, Mapping[str, str]]:
    async with opened(loaded) as database:
        return await dead_letters(database)


async def _drop(loaded: Loaded, letter: str) -> bool:
    async with opened(loaded) as database:
        return await drop(database, letter)
