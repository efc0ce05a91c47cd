"""``responder status``: what is open, by time left; queues; accounts."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from responder.alerts.words import time_left
from responder.cli.options import config_option, json_option, opened, print_json, read_config, table
from responder.console.ahead import (
    budget_shapes,
    budgets_of,
    by_first_due,
    gap_shape,
)
from responder.console.ahead import words as budget_words
from responder.console.gates import gates, words
from responder.console.shapes import catch_up, iso
from responder.domain.model import AccountId
from responder.domain.states import OWED
from responder.settings import Loaded
from responder.store.accounts import AccountBook, read_account
from responder.store.ahead import forecast
from responder.store.conversations import Conversation
from responder.store.dead_letters import count_dead
from responder.store.listing import listing
from responder.store.overview import count_open
from responder.store.queues import Queues
from responder.workers.access import WARN_BEFORE

LATE = "late in 7/30/90 days"
ACCOUNT_HEADS = [
    "account",
    "last good poll",
    "seen",
    "compared until",
    "left alone",
    LATE,
    "problem",
]


@click.command()
@config_option
@json_option
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="How many conversations to list.",
)
def command(directory: Path, as_json: bool, limit: int) -> None:
    """Open conversations by time left, queue depths, accounts with last poll and lag."""
    status = asyncio.run(_status(read_config(directory), limit))
    if as_json:
        print_json(status)
    else:
        _print(status)


async def _status(loaded: Loaded, limit: int) -> dict[str, Any]:
    async with opened(loaded) as database:
        now = database.clock.now()
        overview = await count_open(database)
        outlooks = {AccountId(name): one for name, one in loaded.outlooks.items()}
        budgets = await budgets_of(database, outlooks, overview)
        gaps = by_first_due(await forecast(database, outlooks))
        first = await listing(database, OWED, limit=limit)
        books = [
            await read_account(database, AccountId(one.id)) for one in loaded.settings.accounts
        ]
        return {
            "at": iso(now),
            "open": overview.open,
            "at_risk": overview.at_risk,
            "states": {state: overview.by_state[state] for state in sorted(OWED)},
            "next_due": iso(overview.next_due),
            "next_team_due": iso(overview.next_team_due),
            "team_late": overview.team_late.total(),
            "conversations": [_row(one, now) for one in first.items],
            "queues": await Queues(database).depths(),
            "dead_letters": await count_dead(database),
            "accounts": [
                _account(book, now)
                | {
                    "team_late": overview.team_late[book.account],
                    "budget": budget_shapes(budgets[book.account]),
                    "budget_words": budget_words(budgets[book.account]),
                }
                for book in books
            ],
            "forecast": [gap_shape(gap) for gap in gaps],
        }


def _row(one: Conversation, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "account": one.account,
        "state": one.state,
        "risk": one.risk,
        "due_at": iso(one.due_at),
        "team_due_at": iso(one.team_due_at),
        "left": time_left(one.due_at, now) if one.due_at else "",
        "team_left": time_left(one.team_due_at, now) if one.team_due_at else "",
        "draft": one.draft is not None,
        "assignee": one.assignee or one.holder or None,
    }


def _account(book: AccountBook, now: datetime) -> dict[str, Any]:
    lag = (now - book.ok_at).total_seconds() if book.ok_at else None
    return {
        "id": book.account,
        "ok_at": iso(book.ok_at),
        "seconds_since_ok": round(lag, 1) if lag is not None else None,
        "failing_since": iso(book.failing_since),
        "problem": book.problem or None,
        **book.entries,
        "gap_since": iso(book.gap_since),
        "caught_up_at": iso(book.caught_up_at),
        "behind": catch_up(book.behind, now),
        "compared_until": iso(book.census.done_until),
        "breaker": gates(book, now),
        "access": book.access,
    }


def _print(status: dict[str, Any]) -> None:
    team = f", {status['team_late']} past the team's target" if status["team_late"] else ""
    click.echo(f"{status['open']} open, {status['at_risk']} at risk{team}\n")
    rows = [
        [
            str(one["left"]),
            str(one["team_left"] or "-"),
            str(one["risk"]),
            str(one["account"]),
            str(one["id"]),
            str(one["state"]),
            "ready" if one["draft"] else "-",
            str(one["assignee"] or "-"),
        ]
        for one in status["conversations"]
    ]
    if rows:
        heads = ["time left", "team", "risk", "account", "conversation", "state", "draft", "with"]
        click.echo(table(rows, heads) + "\n")
    depths = ", ".join(f"{name} {depth}" for name, depth in status["queues"].items())
    click.echo(f"queues: {depths}; dead letters: {status['dead_letters']}")
    accounts = [
        [
            one["id"],
            "never" if one["ok_at"] is None else f"{one['seconds_since_ok']:.0f} s ago",
            _ledger(one),
            "never" if one["compared_until"] is None else str(one["compared_until"]),
            words(one["breaker"]),
            one["budget_words"],
            _problem(one, datetime.fromisoformat(status["at"])),
        ]
        for one in status["accounts"]
    ]
    if accounts:
        click.echo("\n" + table(accounts, ACCOUNT_HEADS))
    for gap in status["forecast"]:
        click.echo("\n" + _ahead(gap))


def _ahead(gap: dict[str, Any]) -> str:
    """A shift gap in a line."""
    span = f"{_minute(gap['nobody_from'])} to {_minute(gap['nobody_until'])} UTC"
    if not gap["count"]:
        return f"{gap['account']}: nothing falls due while nobody is there ({span})"
    first = f"the first {_minute(gap['first_due'])} UTC: {gap['conversations'][0]}"
    return f"{gap['account']}: {gap['count']} fall due while nobody is there ({span}), {first}"


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")


def _problem(one: dict[str, Any], now: datetime) -> str:
    gap = "a gap is open" if one["gap_since"] else "-"
    behind = _catching_up(one["behind"]) if one["behind"] else ""
    access = _way_in(one["access"], now) if one["access"] else ""
    return one["problem"] or one["breaker"]["sends"]["problem"] or access or behind or gap


def _way_in(access: dict[str, Any], now: datetime) -> str:
    """What is wrong with a session or with an app's calls; "" when nothing is."""
    calls = access["calls"]
    if calls and calls["short"]:
        return f"calls of the day run short: {calls['used_percent']}% of {calls['of']}"
    until = f", it ends {_minute(access['ends_at'])} UTC" if access["ends_at"] else ""
    if access["problem"]:
        return f"session: {access['problem']}{until}"
    soon = bool(until) and datetime.fromisoformat(access["ends_at"]) - WARN_BEFORE <= now
    return f"session: nobody can renew it{until}" if soon and not access["renews"] else ""


def _catching_up(behind: dict[str, Any]) -> str:
    """``catching up: 1,240 read, now at 2026-11-03 14:00 UTC (43%)``."""
    said = f"catching up: {behind['seen']:,} read"
    if behind["reached"]:
        said += f", now at {_minute(behind['reached'])} UTC"
    return said if behind["share"] is None else f"{said} ({behind['share']:.0%})"


def _ledger(one: dict[str, Any]) -> str:
    """How everything that was seen adds up: ``7 = 4 stored + 3 known``."""
    names = ("stored", "known", "ignored", "set_aside", "unaccounted")
    parts = [f"{one[name]} {name}" for name in names if one[name] or name == "stored"]
    found = f", {one['recovered']} of them recovered" if one["recovered"] else ""
    return f"{one['seen']} = {' + '.join(parts)}{found}".replace("set_aside", "set aside")
