"""``responder token``: API tokens."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import click

from responder.cli.options import config_option, json_option, opened, print_json, read_config, table
from responder.console.auth import new_secret
from responder.console.shapes import iso
from responder.domain.names import trouble_with
from responder.errors import ResponderError
from responder.settings import Loaded
from responder.settings.values import duration
from responder.store.users import Role, TokenCard, Users

ROLES = [str(role) for role in Role]


@click.group()
def command() -> None:
    """API tokens."""


def _duration(_: click.Context, __: click.Parameter, value: str | None) -> timedelta | None:
    try:
        return duration(value) if value else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@command.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--expires", callback=_duration, help='After how long, e.g. "90d"; never if absent.')
@config_option
@json_option
def add(name: str, role: str, expires: timedelta | None, directory: Path, as_json: bool) -> None:
    """Make a token and print it, once: only its digest is kept."""
    if trouble := trouble_with(name):
        raise ResponderError(trouble)
    secret = new_secret()
    until = asyncio.run(_add(read_config(directory), secret, name, Role(role), expires))
    if as_json:
        print_json({"name": name, "role": role, "token": secret, "expires_at": iso(until)})
    else:
        click.echo(secret)


@command.command(name="list")
@config_option
@json_option
def list_tokens(directory: Path, as_json: bool) -> None:
    """Which there are, without what opens the door."""
    rows = [
        {
            "id": card.id,
            "name": card.name,
            "role": str(card.role),
            "expires_at": iso(card.expires_at),
        }
        for card in asyncio.run(_all(read_config(directory)))
    ]
    if as_json:
        print_json({"items": rows, "next": None})
        return
    cells = [[str(value or "never") for value in row.values()] for row in rows]
    click.echo(table(cells, ["id", "name", "role", "expires"]) if cells else "There are none.")


@command.command()
@click.argument("token_id")
@config_option
def remove(token_id: str, directory: Path) -> None:
    """Revoke a token by the id that `list` shows."""
    if not asyncio.run(_remove(read_config(directory), token_id)):
        raise ResponderError(f"there is no token {token_id!r}; see `responder token list`")
    click.echo("Revoked.")


async def _all(loaded: Loaded) -> list[TokenCard]:
    async with opened(loaded) as database:
        return await Users(database).tokens()


async def _remove(loaded: Loaded, token_id: str) -> bool:
    async with opened(loaded) as database:
        return await Users(database).remove_token(token_id)


async def _add(
    loaded: Loaded, secret: str, name: str, role: Role, expires: timedelta | None
) -> datetime | None:
    async with opened(loaded) as database:
        until = database.clock.now() + expires if expires else None
        await Users(database).put_token(secret, name, role, until)
        return until
