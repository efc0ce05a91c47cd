"""``responder learn``: learn each shop's own way of asking from what its agents confirmed."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from time import process_time
from typing import Any

import click

from responder.cli.options import config_option, json_option, opened, print_json, read_config, table
from responder.domain.lessons import Lesson
from responder.domain.model import AccountId
from responder.drafting.intent import Intents
from responder.drafting.learned import files
from responder.drafting.learned.backtest import backtest
from responder.drafting.learned.model import examples, learn
from responder.drafting.learned.shelf import UnusableModel
from responder.errors import ResponderError
from responder.proposing import read_drafting
from responder.settings import Loaded
from responder.store.lessons import Edits, edits, lessons

HEADS = ["account", "lessons", "right by rules", "right by model", "model", "verdict"]
RULES = "rules"


@click.command()
@config_option
@json_option
@click.option("--account", help="This account only.")
@click.option("--apply", is_flag=True, help="Save each model; switch on those that are better.")
@click.option(
    "--use", metavar="VERSION", help='Go to a saved version, or to "rules".  Needs --account.'
)
@click.option("--edits", "show_edits", is_flag=True, help="Which drafts agents change most.")
def command(
    directory: Path,
    account: str | None,
    use: str | None,
    *,
    apply: bool,
    show_edits: bool,
    as_json: bool,
) -> None:
    """Learn from confirmed approvals, and say whether the shop's own model beats the rules.

    Without --apply nothing is written. A running daemon takes up what is switched on by itself.
    """
    loaded = read_config(directory)
    accounts = _accounts(loaded, account)
    if use is not None:
        _switch(loaded, account, use)
    elif show_edits:
        _show_edits(asyncio.run(_edits(loaded, accounts)), as_json=as_json)
    else:
        _show(asyncio.run(_learn(loaded, accounts, apply=apply)), as_json=as_json)


def _accounts(loaded: Loaded, chosen: str | None) -> list[AccountId]:
    known = [AccountId(one.id) for one in loaded.settings.accounts]
    if chosen is None:
        return known
    if chosen not in known:
        raise ResponderError(f"there is no account {chosen!r}; there are {', '.join(known)}")
    return [AccountId(chosen)]


def _switch(loaded: Loaded, account: str | None, version: str) -> None:
    if account is None:
        raise ResponderError("--use needs --account: each shop has its own models")
    try:
        files.switch(loaded.settings.models, account, None if version == RULES else version)
    except UnusableModel as error:
        raise ResponderError(str(error)) from error
    click.echo(f"{account} uses {version} from now on")


async def _learn(loaded: Loaded, accounts: list[AccountId], *, apply: bool) -> list[dict[str, Any]]:
    async with opened(loaded) as database:
        taught = {account: await lessons(database, account) for account in accounts}
    intents = read_drafting(loaded).intents
    directory = loaded.settings.models
    return [
        {
            "account": account,
            "lessons": len(held),
            "models": files.versions(directory, account),
            **_judged(held, intents, directory, account, apply=apply),
            "in_use": files.active(directory, account),
        }
        for account, held in taught.items()
    ]


def _judged(
    held: list[Lesson], intents: Intents, directory: Path, account: str, *, apply: bool
) -> dict[str, Any]:
    """The back-test of one account, and with ``apply`` what was done about it."""
    started = process_time()
    try:
        report = backtest(held, intents)
        model = learn(examples(held, intents))
    except ValueError as error:
        return {"better": False, "verdict": str(error)}
    told = asdict(report) | {"verdict": report.why, "cpu_s": round(process_time() - started, 1)}
    if apply:
        told["saved"] = files.save(directory, account, model, report)
        if report.better:
            files.switch(directory, account, told["saved"])
    return told


def _show(found: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    rows = [
        [
            one["account"],
            str(one["lessons"]),
            _share(one.get("rules")),
            _share(one.get("model")),
            one["in_use"] or RULES,
            one["verdict"],
        ]
        for one in found
    ]
    click.echo(table(rows, HEADS) if rows else "there are no accounts")
    if any(one["better"] and "saved" not in one for one in found):
        click.echo("\nresponder learn --apply switches the better ones on")


def _share(figures: dict[str, Any] | None) -> str:
    return "-" if figures is None else f"{figures['accuracy']:.1%}"


async def _edits(loaded: Loaded, accounts: list[AccountId]) -> list[Edits]:
    async with opened(loaded) as database:
        return await edits(database, accounts)


def _show_edits(found: list[Edits], *, as_json: bool) -> None:
    if as_json:
        print_json([asdict(one) | {"share": one.share} for one in found])
        return
    rows = [
        [
            one.account,
            one.template,
            one.intent,
            str(one.approved),
            str(one.edited),
            f"{one.share:.0%}",
            one.last or "-",
        ]
        for one in found
    ]
    heads = ["account", "draft from", "intent", "approved", "edited", "changed", "last"]
    click.echo(table(rows, heads) if rows else "nothing was approved yet")
