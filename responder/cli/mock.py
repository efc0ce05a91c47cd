"""``responder mock``: a marketplace in a box."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from random import Random
from typing import Any

import click

from connectors.amazon.mock import FAULTS as AMAZON_FAULTS
from connectors.amazon.mock import AmazonMock
from connectors.faults import Faults, FaultsError
from connectors.feed import FeedEntry, FeedError, read_feed
from connectors.journal import JournalError
from connectors.plugin import Mock, MockPlace
from connectors.registry import installed
from connectors.taobao.mock import TaobaoMock
from connectors.taobao.mock_faults import KNOWN_FAULTS as TAOBAO_FAULTS
from responder.cli.serve import stop_on_signals
from responder.clock import SystemClock
from responder.drafting.llm.mock import FAULTS as LLM_FAULTS
from responder.drafting.llm.mock import LlmMock
from responder.errors import ResponderError

MOCKS = ["amazon", "taobao", *(one.name for one in installed().plugins.values() if one.mock)]
_FAULTS = {"amazon": AMAZON_FAULTS, "taobao": TAOBAO_FAULTS}
Running = AmazonMock | TaobaoMock | Mock
_KEYS = {"sender": "from"}  # of an account's table, where they are other words
_LOGIN = (  # what lets somebody in
    *("host", "port", "username", "password", "sender"),
    *("endpoint", "lwa_endpoint", "client_id", "client_secret", "refresh_token"),
    *("gateway", "app_key", "app_secret", "session", "seller_id"),
)


@click.command()
@click.argument("marketplace", type=click.Choice([*MOCKS, "llm"]))
@click.option(
    "--port",
    type=click.IntRange(0, 65533),
    required=True,
    help="HTTP; IMAP and SMTP take the next two.",
)
@click.option(
    "--feed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON Lines, one buyer message each.",
)
@click.option(
    "--faults",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML or JSON: fault = rate.",
)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option(
    "--state", type=click.Path(dir_okay=False, path_type=Path), help="Keep the books in this file."
)
def command(
    marketplace: str,
    port: int,
    feed: Path | None,
    faults: Path | None,
    seed: int,
    state: Path | None,
) -> None:
    """Run a marketplace (or a language model) in a box on loopback until Ctrl-C.

    What it accepted: GET /_mock/sent. More messages: POST /_mock/messages.
    """
    try:
        if marketplace == "llm":
            dice = Random(seed)  # noqa: S311 - faults, no secrets
            known = dict.fromkeys(LLM_FAULTS, 0.0)
            asyncio.run(_run_llm(_faults(known, faults, dice), port))
            return
        entries = read_feed(feed) if feed else []
        mock = _mock(marketplace, port, faults, seed, state)
        asyncio.run(_run(mock, entries))
    except (FeedError, JournalError) as error:
        raise ResponderError(str(error)) from error
    except OSError as error:
        raise ResponderError(f"cannot listen on port {port}: {error.strerror}") from error


def _mock(
    marketplace: str, port: int, faults: Path | None, seed: int, state: Path | None
) -> Running:
    dice = Random(seed)  # noqa: S311 - faults, no secrets
    plugin = installed().plugins.get(marketplace)
    known = plugin.faults if plugin else _FAULTS[marketplace]
    parsed = _faults(known, faults, dice)
    clock = SystemClock()
    if plugin is not None and plugin.mock is not None:
        place = MockPlace(now=clock.now, port=port, journal=state, faults=parsed, seed=seed)
        return plugin.mock(place)
    if marketplace == "taobao":
        return TaobaoMock(now=clock.now, port=port, journal=state, faults=parsed, seed=seed)
    return AmazonMock(
        now=clock.now,
        dice=dice,
        http_port=port,
        imap_port=port + 1 if port else 0,
        smtp_port=port + 2 if port else 0,
        journal=state,
        faults=parsed,
    )


def _faults(known: Mapping[str, float], path: Path | None, dice: Random) -> Faults:
    if path is None:
        return Faults.parse("{}", known=known, dice=dice)
    try:
        return Faults.parse(path.read_text(encoding="utf-8"), known=known, dice=dice)
    except (FaultsError, UnicodeDecodeError) as error:
        raise ResponderError(f"{path}: {error}") from error
    except OSError as error:
        raise ResponderError(f"{path}: cannot be read: {error.strerror}") from error


async def _run_llm(faults: Faults, port: int) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    mock = LlmMock(faults.strikes, port=port)
    await mock.start()
    try:
        click.echo(f"ready: {mock.url}", err=True)
        await stop.wait()
    finally:
        await mock.stop()


async def _run(mock: Running, entries: list[FeedEntry]) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    await mock.start()
    try:
        deliver(mock, entries)
        click.echo(f"ready: {mock.url}", err=True)
        if isinstance(mock, AmazonMock):
            click.echo(f"IMAP {mock.imap_port}, SMTP {mock.smtp_port}", err=True)
        account = getattr(mock, "account", None)  # mocks of other packages may have none
        told = account() if callable(account) else None
        for line in logins(told) if is_dataclass(told) else ():
            click.echo(line, err=True)
        await stop.wait()
    finally:
        await mock.stop()


def deliver(mock: Running, entries: list[FeedEntry]) -> None:
    """Have buyers write."""
    if isinstance(mock, AmazonMock):
        mock.add(entries)
    else:
        mock.deliver(entries)


def logins(account: Any, table: str = "account") -> Iterator[str]:
    """What lets somebody in to a mock, a line for each table: ``imap: username = "seller", …``."""
    values = {field.name: getattr(account, field.name) for field in fields(account)}
    told = [
        f"{_KEYS.get(name, name)} = {json.dumps(value)}"
        for name, value in values.items()
        if name in _LOGIN and value
    ]
    if told:
        yield f"{table}: {', '.join(told)}"
    for name, value in values.items():
        if is_dataclass(value) and not isinstance(value, type):
            yield from logins(value, name)
