"""``responder user``: people who may use the console."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import click

from responder.cli.options import config_option, json_option, opened, print_json, read_config, table
from responder.console.auth import new_secret
from responder.console.passwords import SHORTEST_PASSWORD, hash_password
from responder.domain.names import trouble_with
from responder.errors import ResponderError
from responder.settings import Loaded
from responder.store.users import Role, User, Users

MAKE_ONE = "-"  # instead of a password
ROLES = [str(role) for role in Role]


@click.group()
def command() -> None:
    """People who may use the console."""


@command.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--password", help="Asked for if absent; - makes one and prints it.")
@config_option
def add(name: str, role: str, password: str | None, directory: Path) -> None:
    """Add somebody, or change their role and password."""
    loaded = read_config(directory)
    if password is None:
        password = _asked_for()
    made = new_secret()[:16] if password == MAKE_ONE else None
    secret = made or password
    if len(secret) < SHORTEST_PASSWORD:
        raise ResponderError(f"a user needs a password of {SHORTEST_PASSWORD} characters or more")
    asyncio.run(_add(loaded, User(name=name, role=Role(role), password=hash_password(secret))))
    click.echo(f"{name} may log in as {role}." + (f" Password: {made}" if made else ""))


def _asked_for() -> str:
    """A password that somebody types, or that a program pipes in as a line."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    if piped := sys.stdin.readline().rstrip("\r\n"):
        return piped
    raise ResponderError(
        "nobody is there to type a password: pipe one in, or have one made with --password -"
    )


async def _add(loaded: Loaded, user: User) -> None:
    """What somebody can do stays; a lost second factor is asked for no more."""
    async with opened(loaded) as database:
        users = Users(database)
        known = await users.get(user.name)
        if known is None and (trouble := trouble_with(user.name)):
            raise ResponderError(trouble)
        await users.put(replace(user, skills=known.skills) if known else user)


@command.command(name="list")
@config_option
@json_option
def list_users(directory: Path, as_json: bool) -> None:
    """Who there is."""
    users = asyncio.run(_all(read_config(directory)))
    rows = [{"name": user.name, "role": str(user.role)} for user in users]
    if as_json:
        print_json({"items": rows, "next": None})
    else:
        click.echo(table([[row["name"], row["role"]] for row in rows], ["name", "role"]))


async def _all(loaded: Loaded) -> list[User]:
    async with opened(loaded) as database:
        return await Users(database).all()


@command.command()
@click.argument("name")
@config_option
def remove(name: str, directory: Path) -> None:
    """Take somebody out."""
    if not asyncio.run(_remove(read_config(directory), name)):
        raise ResponderError(f"there is no user {name!r}")
    click.echo(f"{name} may not log in any more.")


async def _remove(loaded: Loaded, name: str) -> bool:
    async with opened(loaded) as database:
        return await Users(database).remove(name)
