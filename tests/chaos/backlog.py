"""After 72 hours of outage: how a backlog comes in, and whether people can work meanwhile."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.taobao.mock_orders import made_up
from responder.clock import SystemClock
from responder.store.connect import connect
from responder.store.database import open_database
from responder.store.events import Event, EventFeed
from tests.chaos.people import ORDER
from tests.chaos.probe import Probe
from tests.chaos.town import Town, town
from tests.integration.api import mark
from tests.integration.processes import until

OUTAGE = timedelta(hours=72)
DAY, CHAT = timedelta(hours=24), timedelta(minutes=3)
CHINA = ZoneInfo("Asia/Shanghai")
ROUNDING = timedelta(milliseconds=1)
PATIENCE = 600.0  # seconds for the whole backlog
Due = Mapping[tuple[str, str], datetime]  # account, buyer -> deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What came of it."""

    messages: int
    stored: int  # conversations, one for each message
    wrong: list[str]  # buyers whose deadline is not the marketplace's time and the policy
    overdue: int
    announced: Counter[str]  # conversations that were overdue -> how often they were told of
    announced_within: float  # seconds from stored to noted; the slowest but one in a hundred
    alerts: int  # that a person was given for all of them
    out_of_order: dict[str, float]  # share of neighbours that were stored later deadline first
    stored_seconds: float
    drafted_seconds: float
    lists: list[float]
    approvals: list[float]
    refused: int

    @property
    def holds(self) -> bool:
        """Whether all came in once, with its deadline, and what was late was told of once."""
        whole = self.stored == self.messages and not self.wrong and not self.refused
        return whole and set(self.announced.values()) == {1}

    def rows(self) -> list[tuple[str, Any]]:
        return [
            ("messages waiting after 72 h", self.messages),
            ("stored, each in its conversation", self.stored),
            ("deadlines that are wrong", len(self.wrong)),
            ("overdue on arrival", self.overdue),
            ("  announced once", sum(count == 1 for count in self.announced.values())),
            ("  99 of 100 within seconds", round(self.announced_within, 1)),
            ("  alerts in all", self.alerts),
            *(
                (f"out of order, {account}", f"{share:.1%}")
                for account, share in self.out_of_order.items()
            ),
            ("all stored after seconds", round(self.stored_seconds)),
            ("all drafted after seconds", round(self.drafted_seconds)),
            ("first page meanwhile, p95, ms", round(1000 * p95(self.lists))),
            ("claim and approve, p95, ms", round(1000 * p95(self.approvals))),
            (
                "looks, approvals, refusals",
                f"{len(self.lists)}/{len(self.approvals)}/{self.refused}",
            ),
        ]

    def table(self) -> str:
        return "\n".join(f"{name:<36}{value!s:>12}" for name, value in self.rows())

    def as_json(self) -> str:
        return json.dumps({name.strip(): value for name, value in self.rows()})


def p95(seconds: list[float]) -> float:
    """What nineteen of twenty stay under."""
    return sorted(seconds)[int(len(seconds) * 0.95)] if seconds else float("nan")


async def measure(directory: Path, messages: int) -> Backlog:
    """Let ``messages`` wait, half at each marketplace; start the service; watch."""
    async with town(directory, roles=["poll,draft,watch,send,console"]) as here:
        await _write(here, messages)
        due = await _deadlines(here)
        await here.open()
        started = time.monotonic()
        probe = Probe(here)
        working = asyncio.create_task(probe.work())
        await until(lambda: _stored(here, messages), "the whole backlog", PATIENCE)
        stored = time.monotonic() - started
        await until(lambda: _drafted(here), "a draft for everything", PATIENCE)
        drafted = time.monotonic() - started
        probe.may_go = True
        await working  # an approval that is still on its way would move in the list that is read
        await until(lambda: _all_sent(here), "the agent's replies to be sent", 120)
        found = await here.console.every("/api/v1/conversations?view=all")
        events = await _events(here)
        overdue = _overdue(found, events)
        await until(lambda: _all_told(here, overdue), "everything overdue to be told", 120)
        told = _told(await _events(here))
        return Backlog(
            messages=messages,
            stored=len(found),
            wrong=_wrong(found, due),
            overdue=len(overdue),
            announced=Counter({one: len(told[one]) for one in overdue}),
            announced_within=_lag(events, told, overdue),
            alerts=_alerts(here),
            out_of_order=_out_of_order(found, events, due),
            stored_seconds=stored,
            drafted_seconds=drafted,
            lists=probe.lists,
            approvals=probe.approvals,
            refused=probe.refused,
        )


async def _write(here: Town, messages: int) -> None:
    """Buyers who wrote evenly over the outage, oldest first, as a mailbox has them."""
    end, count = datetime.now(UTC), messages // 2
    for account, api in here.markets.items():
        entries = [
            {
                "buyer": f"{account} {mark(str(number))}",
                "order_id": ORDER[account].format(number % 10, number),
                "text": "Where is my parcel?" if account == "amazon-us" else "快递三天没动了",
                "at": (end - OUTAGE * (count - number) / count).isoformat(),
            }
            for number in range(count)
        ]
        for start in range(0, count, 1000):
            status, answer = await api.call(
                "POST", "/_mock/messages", entries[start : start + 1000]
            )
            assert status == 201, answer


async def _deadlines(here: Town) -> Due:
    """What each conversation's deadline has to be, by the marketplaces' own books."""
    due = {}
    for account, api in here.markets.items():
        for one in await api.get("/_mock/messages"):
            at = datetime.fromisoformat(one["at"])
            due[account, one["buyer"]] = _chat_due(at) if account == "taobao-main" else at + DAY
            if one["thread"].startswith("refund:"):  # the platform names the deadline of a refund
                order = made_up(one["order_id"], one["buyer"], seed=0, mentioned=at)
                due[account, one["buyer"]] = at.replace(microsecond=0) + order.deadline
    return due


def _chat_due(at: datetime) -> datetime:
    """Three minutes of the hours from 8:00 to 23:00 in China."""
    wall = at.astimezone(CHINA)
    opens = wall.replace(hour=8, minute=0, second=0, microsecond=0)
    closes, tomorrow = opens + timedelta(hours=15), opens + DAY
    if not opens <= wall < closes:
        return (opens if wall < opens else tomorrow) + CHAT
    due = wall + CHAT
    return due if due <= closes else tomorrow + (due - closes)


async def _stored(here: Town, messages: int) -> bool:
    accounts = (await here.console.get("/api/v1/accounts"))["items"]
    # The agent's own replies come back as copies; they are stored too.
    return sum(int(one["stored"]) for one in accounts) >= messages


async def _drafted(here: Town) -> bool:
    waiting = await here.console.every("/api/v1/conversations?view=open")
    return all(one["draft"] for one in waiting if one["state"] == "waiting")


async def _all_sent(here: Town) -> bool:
    return not await here.console.every("/api/v1/conversations?view=approved")


def _wrong(found: list[dict[str, Any]], due: Due) -> list[str]:
    """Those still waiting have their deadline; it must be the marketplace's."""
    return [
        one["buyer"]
        for one in found
        if one["state"] == "waiting"
        and abs(datetime.fromisoformat(one["due_at"]) - due[one["account"], one["buyer"]])
        > ROUNDING
    ]


async def _events(here: Town) -> list[Event]:
    async with connect(f"redis://127.0.0.1:{here.store.port}/0", SystemClock()) as redis:
        database = await open_database(redis, SystemClock())
        start = "_".join("0-0" for _ in database.partitions.all)
        return await EventFeed(database).since(start)


def _arrivals(events: list[Event]) -> dict[str, datetime]:
    """Conversation -> when its message was stored, in the order of storing."""
    found: dict[str, datetime] = {}
    for event in events:
        if event.type == "message" and event.conversation is not None:
            found.setdefault(event.conversation, event.at)
    return found


def _overdue(found: list[dict[str, Any]], events: list[Event]) -> set[str]:
    """Conversations that were past their deadline when they were stored, and still wait."""
    arrived = _arrivals(events)
    return {
        one["id"]
        for one in found
        if one["state"] == "waiting" and datetime.fromisoformat(one["due_at"]) < arrived[one["id"]]
    }


def _told(events: list[Event]) -> dict[str, list[datetime]]:
    """Conversation -> when its being late was noted; a crowd of them is one alert."""
    told: dict[str, list[datetime]] = {}
    for event in events:
        if event.type == "risk" and event.conversation is not None:
            told.setdefault(event.conversation, []).append(event.at)
    return told


def _said(here: Town) -> Iterator[dict[str, Any]]:
    for daemon in here.daemons:
        for line in daemon.said.splitlines():
            if line.startswith("{"):
                yield json.loads(line)


def _alerts(here: Town) -> int:
    """How many alerts of lateness a person was given, as the log channel has it."""
    return sum(line["event"] == "alert.told" and line["kind"] == "breached" for line in _said(here))


async def _all_told(here: Town, overdue: set[str]) -> bool:
    return _alerts(here) > 0 and not overdue - set(_told(await _events(here)))


def _lag(events: list[Event], told: dict[str, list[datetime]], overdue: set[str]) -> float:
    arrived = _arrivals(events)
    lags = sorted((told[one][0] - arrived[one]).total_seconds() for one in overdue)
    return lags[int(len(lags) * 0.99)] if lags else float("nan")


def _out_of_order(found: list[dict[str, Any]], events: list[Event], due: Due) -> dict[str, float]:
    """Of each account, how many were stored right after one with a later deadline."""
    whose = {one["id"]: (one["account"], one["buyer"]) for one in found}
    shares = {}
    for account in sorted({account for account, _ in due}):
        order = [due[whose[one]] for one in _arrivals(events) if whose[one][0] == account]
        backward = sum(first > second for first, second in pairwise(order))
        shares[account] = backward / max(len(order) - 1, 1)
    return shares
