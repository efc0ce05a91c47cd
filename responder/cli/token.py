"""``responder token``: API tokens."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import click

from responder.cli.options import config_option, json_option, opened, print_json, read_config
from responder.console.auth import new_secret
from responder.console.shapes import iso
from responder.settings import Loaded
from responder.settings.values import duration
from responder.store.users import Role, Users

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
    secret = new_secret()
    until = asyncio.run(_add(read_config(directory), secret, name, Role(role), expires))
    if as_json:
        print_json({"name": name, "role": role, "token": secret, "expires_at": iso(until)})
    else:
        click.echo(secret)


async def _add(
    loaded: Loaded, secret: str, name: str, role: Role, expires: timedelta | None
) -> datetime | None:
    async with opened(loaded) as database:
        until = database.clock.now() + expires if expires else None
        await Users(database).put_token(secret, name, role, until)
        return until
