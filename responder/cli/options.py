"""Options that several commands share, and how they open the store."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from redis.exceptions import RedisError

from responder.clock import SystemClock
from responder.errors import StoreUnusable
from responder.settings import Loaded, load
from responder.store.connect import connect
from responder.store.connect import opened as connected
from responder.store.database import Database

Command = TypeVar("Command", bound=Callable[..., Any])


def config_option(command: Command) -> Command:
    return click.option(
        "--config",
        "directory",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("config"),
        show_default=True,
        help="The configuration directory.",
    )(command)


def json_option(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def table(rows: list[list[str]], heads: list[str]) -> str:
    """Columns, as wide as they need to be."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = [heads, *rows]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def read_config(directory: Path) -> Loaded:
    """The configuration; warnings go to standard error."""
    loaded = load(directory)
    for warning in loaded.warnings:
        click.echo(f"warning: {warning}", err=True)
    return loaded


@asynccontextmanager
async def opened(loaded: Loaded) -> AsyncIterator[Database]:
    """The store of a configuration, shared with a daemon that may be running.

    ``StoreUnusable`` where it fails, also while it is used.
    """
    clock = SystemClock()
    store = loaded.settings.store
    try:
        async with connect(store.url, clock, fsync=store.fsync, share=True) as redis:
            database = await connected(
                redis, clock, store.partitions, asyncio.Event(), tell=_say_it_is_loading
            )
            assert database is not None  # nobody tells a command to stop waiting
            yield database
    except RedisError as error:
        raise StoreUnusable(f"the store has failed ({error}): is its server all right?") from error


def _say_it_is_loading() -> None:
    click.echo("the store reads its data: waiting for it", err=True)
