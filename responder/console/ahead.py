"""Looking ahead, as the API, ``responder status`` and the pages show it."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from responder.console.answers import answer
from responder.console.auth import at_least
from responder.console.services import Services, services
from responder.console.shapes import iso
from responder.domain.ahead import Outlook
from responder.domain.budget import Budget, budgets
from responder.domain.model import AccountId
from responder.store.ahead import Gap, forecast
from responder.store.database import Database
from responder.store.days import read_days, with_overdue
from responder.store.overview import Overview, overdue
from responder.store.users import Role

Outlooks = Mapping[AccountId, Outlook]


async def get_forecast(request: web.Request) -> web.Response:
    """What falls due before somebody is back, account by account, the earliest first."""
    at_least(request, Role.SUPERVISOR)
    given = services(request)
    gaps = await forecast(given.database, given.outlooks)
    return answer({"items": [gap_shape(gap) for gap in by_first_due(gaps)], "next": None})


def by_first_due(gaps: list[Gap]) -> list[Gap]:
    return sorted(gaps, key=lambda gap: (gap.first_due or gap.ends, gap.account))


def gap_shape(gap: Gap) -> dict[str, Any]:
    return {
        "account": gap.account,
        "nobody_from": iso(gap.begins),
        "nobody_until": iso(gap.ends),
        "count": gap.count,
        "first_due": iso(gap.first_due),
        "conversations": list(gap.ids),
    }


async def budgets_of(
    database: Database, outlooks: Outlooks, overview: Overview
) -> dict[AccountId, tuple[Budget, ...]]:
    """The windows of each account, what is overdue at ``overview`` counted as late."""
    counted = await read_days(database, list(outlooks))
    late = await overdue(database, overview)
    return {
        account: budgets(
            with_overdue(days, late.get(account, {})),
            overview.at,
            outlooks[account].target,
        )
        for account, days in counted.items()
    }


async def all_budgets(given: Services) -> dict[AccountId, tuple[Budget, ...]]:
    overview = await given.counting.overview()
    return await budgets_of(given.database, given.outlooks, overview)


def budget_shapes(windows: tuple[Budget, ...]) -> list[dict[str, Any]]:
    return [
        {
            "days": one.days,
            "in_time": one.tally.in_time,
            "late": one.tally.late,
            "left_out": one.tally.left_out,
            "late_share": None if one.late_share is None else round(one.late_share, 4),
            "target_share": one.target.percent / 100 if one.target else None,
            "bears": one.bears,
            "owes": one.owes,
        }
        for one in windows
    ]


def words(windows: tuple[Budget, ...]) -> str:
    """Late shares and what is left of the longest window, for a table."""
    shares = "/".join("-" if one.late_share is None else f"{one.late_share:.1%}" for one in windows)
    last = windows[-1]
    if last.target is None or not last.count:
        return shares
    left = f"owes {last.owes} in time" if last.owes else f"bears {last.bears}"
    return f"{shares}, {left}"
