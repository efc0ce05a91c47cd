"""What is open, counted: for the views' counts, the metrics and ``responder status``."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from responder.domain.model import AccountId, ConversationId, State
from responder.domain.states import OWED
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.owed import read_owed
from responder.store.times import moment

CHUNK = 1_000
FIELDS = (
    "account",
    "risk",
    "waiting_since",
    "due_at",
    "team_due_at",
    "assignee",
    "state",
    "holder",
    "holder_until",
)
SHARE = 0.05  # at most this part of the time goes into counting


@dataclass(slots=True)
class Overview:
    """Figures of one moment."""

    at: datetime
    by_risk: Counter[tuple[AccountId, str]] = field(default_factory=Counter)
    by_state: Counter[State] = field(default_factory=Counter)
    by_agent: Counter[str] = field(default_factory=Counter)  # assigned or claimed; "" nobody's
    oldest: dict[AccountId, datetime] = field(default_factory=dict)
    next_due: datetime | None = None
    next_team_due: datetime | None = None
    team_late: Counter[AccountId] = field(default_factory=Counter)  # past the team's own target
    overdue: dict[AccountId, Counter[date]] = field(default_factory=dict)  # messages, by day sent

    @property
    def open(self) -> int:
        return sum(self.by_state[state] for state in OWED)

    @property
    def at_risk(self) -> int:
        return sum(count for (_, risk), count in self.by_risk.items() if risk != "none")

    def by_account(self) -> Mapping[AccountId, int]:
        totals: defaultdict[AccountId, int] = defaultdict(int)
        for (account, _), count in self.by_risk.items():
            totals[account] += count
        return totals


class Counting:
    """Counts what is open, and remembers it for a while.

    Counting costs with what is open, so it is done only when somebody asks, and
    never for more than a twentieth of the time.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = asyncio.Lock()
        self._last: Overview | None = None
        self._good_until: datetime | None = None

    async def overview(self) -> Overview:
        async with self._lock:
            now = self._database.clock.now()
            if self._last is None or self._good_until is None or self._good_until <= now:
                self._last = await count_open(self._database)
                took = self._database.clock.now() - now
                self._good_until = now + max(took / SHARE, timedelta(seconds=1))
            return self._last


async def count_open(database: Database) -> Overview:
    """Count everything that is owed an answer, now."""
    overview = Overview(at=database.clock.now())
    for partition in database.partitions.all:
        for state in OWED:
            await _count_index(database, partition, partition.index[state], overview)
    return overview


async def _count_index(
    database: Database, partition: Partition, index: str, overview: Overview
) -> None:
    start = 0
    while True:
        items = await database.ranked(index, start, start + CHUNK - 1)
        if not items:
            return
        pipe = database.redis.pipeline(transaction=False)
        for item in items:
            pipe.hmget(partition.conversation(ConversationId(item)).conversation, *FIELDS)
        rows = await pipe.execute()
        for row in rows:
            _count_one(row, overview)
        late = [
            (partition.conversation(ConversationId(item)).owed, AccountId(row[0]))
            for item, row in zip(items, rows, strict=True)
            if row[0] and row[3] and moment(row[3]) < overview.at
        ]
        await _count_overdue(database, late, overview)
        start += CHUNK


async def _count_overdue(
    database: Database, late: Sequence[tuple[str, AccountId]], overview: Overview
) -> None:
    """Every message whose deadline has passed: of a conversation that is late, maybe several."""
    pipe = database.redis.pipeline(transaction=False)
    for owed, _ in late:
        pipe.zrange(owed, 0, -1, withscores=True)
    for (_, account), members in zip(late, await pipe.execute(), strict=True):
        days = overview.overdue.setdefault(account, Counter())
        for one in (read_owed(member, int(at)) for member, at in members):
            if one.due_at < overview.at:
                days[one.since.date()] += 1


def _count_one(row: Sequence[str | None], overview: Overview) -> None:
    account, risk, since, due, team_due, assignee, state, holder, until = row
    if account is None or state is None:
        return
    name = AccountId(account)
    overview.by_risk[name, risk or "none"] += 1
    overview.by_state[State(state)] += 1
    claimed = holder if until and moment(until) > overview.at else None
    for agent in {assignee, claimed} - {None, ""} or {""}:
        overview.by_agent[agent or ""] += 1
    if since:
        overview.oldest[name] = min(overview.oldest.get(name, moment(since)), moment(since))
    if due:
        at = moment(due)
        overview.next_due = at if overview.next_due is None else min(overview.next_due, at)
    if team_due:
        at = moment(team_due)
        overview.next_team_due = min(overview.next_team_due or at, at)
        overview.team_late[name] += at <= overview.at
