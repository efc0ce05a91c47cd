"""``responder check``: is the configuration right, and does everything answer?"""

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import click

from connectors.base import Connector, ConnectorError, RateLimited, Unauthorized, Unavailable
from connectors.shared import ALONE, Shared
from responder.alerts.channels import Handed
from responder.cli.options import config_option, json_option, opened, print_json, read_config
from responder.clock import SystemClock
from responder.domain.model import AccountId
from responder.drafting.llm.port import LlmFailure
from responder.errors import ResponderError
from responder.llm import check_llm, try_llm
from responder.marketplaces import connector_for
from responder.notification import channels
from responder.proposing import read_drafting
from responder.settings import Loaded, masked
from responder.settings.llm import LlmTable
from responder.store.app_calls import AppCalls
from responder.store.database import Database
from responder.store.eviction import check_eviction
from responder.store.vaults import AccountVault

TIMEOUT = 30.0  # seconds for one account
_ADVICE: dict[type[ConnectorError], str] = {
    Unavailable: "is it up, and are host, port, tls and proxy right?",
    Unauthorized: "are name, password, keys and tokens of this account right, and still good?",
    RateLimited: "try again later",
}


@click.command()
@config_option
@click.option("--connect", is_flag=True, help="Try the store, every account and every channel.")
@json_option
def command(directory: Path, connect: bool, as_json: bool) -> None:
    """Read everything, print the resolved settings with secrets masked."""
    loaded = read_config(directory)
    drafting = read_drafting(loaded)
    channels(loaded, SystemClock(), b"")
    check_llm(loaded)
    answers = asyncio.run(_try(loaded)) if connect else {}
    broken = [name for name, one in answers.items() if not one["ok"]]
    if as_json:
        print_json({"settings": masked(loaded), "connect": answers or None})
    else:
        click.echo(json.dumps(masked(loaded), ensure_ascii=False, indent=2))
        click.echo(f"\nThe configuration is fine: {len(drafting.templates)} templates.")
        if not loaded.settings.accounts:
            click.echo("It names no shop yet: write an [[accounts]] table into responder.toml.")
        for name, one in answers.items():
            click.echo(f"{'ok  ' if one['ok'] else 'FAIL'}  {name}: {one['said']}")
    if broken:
        raise ResponderError(f"tried, and it failed: {', '.join(broken)}")


async def _try(loaded: Loaded) -> dict[str, dict[str, Any]]:
    """What each part said when it was tried."""
    answers: dict[str, dict[str, Any]] = {}
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        answers["store"], database = await _try_store(loaded, stack)
        for account in loaded.settings.accounts:
            shared = _shared(database, AccountId(account.id)) if database else ALONE
            answers[account.id] = await _try_account(connector_for(account, clock.now, shared))
    if loaded.settings.llm is not None:
        answers["llm"] = await _try_llm(loaded.settings.llm)
    for name, outcome in (await channels(loaded, clock, b"").try_all()).items():
        worked = outcome.handed is Handed.TAKEN
        said = "took the test message" if worked else f"did not take it: {outcome.reason}"
        answers[f"alerts.{name}"] = {"ok": worked, "said": said}
    return answers


def _shared(database: Database, account: AccountId) -> Shared:
    """The session in force may be one that a daemon has renewed; what is asked is counted."""
    return Shared(vault=AccountVault(database, account), calls=AppCalls(database))


async def _try_account(connector: Connector) -> dict[str, Any]:
    try:
        async with asyncio.timeout(TIMEOUT):
            return {"ok": True, "said": await connector.check()}
    except TimeoutError:
        return {"ok": False, "said": f"no answer in {TIMEOUT:.0f} s"}
    except ConnectorError as error:
        advice = _ADVICE.get(type(error), "the marketplace understood, and said no")
        return {"ok": False, "said": f"{error}; {advice}"}
    finally:
        await connector.close()


async def _try_llm(table: LlmTable) -> dict[str, Any]:
    try:
        async with asyncio.timeout(table.timeout.total_seconds()):
            return {"ok": True, "said": await try_llm(table)}
    except LlmFailure as failure:
        return {"ok": False, "said": f"{table.endpoint}: {failure.why.value}"}
    except TimeoutError:
        return {"ok": False, "said": f"{table.endpoint}: no answer in time"}


async def _try_store(
    loaded: Loaded, stack: AsyncExitStack
) -> tuple[dict[str, Any], Database | None]:
    """What the store says, and the store itself, open until ``stack`` ends."""
    try:
        database = await stack.enter_async_context(opened(loaded))
        doubt = await check_eviction(database.redis)
    except ResponderError as error:
        return {"ok": False, "said": str(error)}, None
    said = f"answers; {len(database.partitions.all)} partitions"
    return {"ok": True, "said": f"{said}; {doubt}" if doubt else said}, database
