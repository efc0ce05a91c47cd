"""What is open, counted: for the views' counts, the metrics and ``responder status``."""

import json
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from responder.domain.model import AccountId, ConversationId, State
from responder.domain.states import OWED
from responder.store.conversations import is_asked
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.owed import read_owed
from responder.store.times import moment, ms

Key = TypeVar("Key", bound=Hashable)

CHUNK = 500  # conversations that are read in one step: a millisecond or two of the store's time
FIELDS = (
    "account",
    "state",
    "risk",
    "waiting_since",
    "due_at",
    "team_due_at",
    "assignee",
    "holder",
    "holder_until",
    "snoozed_until",
    "escalated",
    "asked",
    "newest",
    "draft_version",
)


@dataclass(frozen=True, slots=True)
class Row:
    """What is counted of one open conversation; moments in milliseconds, 0 for none."""

    account: AccountId
    state: State
    risk: str
    since: int
    due: int
    team_due: int
    assignee: str
    holder: str
    holder_until: int
    snoozed_until: int
    escalated: bool
    asked: bool

    def asleep(self, at: int) -> bool:
        late = self.risk == "breached" or 0 < self.due < self.snoozed_until
        return self.snoozed_until > at and not late

    def agents(self, at: int) -> frozenset[str]:
        """Whose it is, assigned or claimed: "" for nobody's; of what is out of sight no one."""
        if self.asleep(at):
            return frozenset()
        claimed = self.holder if self.holder_until > at else ""
        return frozenset({self.assignee, claimed} - {""} or {""})

    def changes_after(self, at: int) -> int:
        """When it counts otherwise although nothing happens: 0 for never."""
        return min((one for one in (self.holder_until, self.snoozed_until) if one > at), default=0)


@dataclass(kw_only=True)
class Overview:
    """Figures of one moment."""

    at: datetime
    by_risk: Counter[tuple[AccountId, str]]
    by_state: Counter[State]
    by_agent: Counter[str]  # assigned or claimed; "" nobody's
    snoozed: int  # out of sight; not in by_agent
    escalated: int
    second_yes: int  # prepared replies that wait for a second person
    rows: Sequence[tuple[ConversationId, Row]]

    @property
    def open(self) -> int:
        return sum(self.by_state[state] for state in OWED)

    @property
    def at_risk(self) -> int:
        return sum(count for (_, risk), count in self.by_risk.items() if risk != "none")

    def by_account(self) -> Mapping[AccountId, int]:
        totals: Counter[AccountId] = Counter()
        for (account, _), count in self.by_risk.items():
            totals[account] += count
        return totals

    @cached_property
    def oldest(self) -> dict[AccountId, datetime]:
        """Since when the buyer has waited who has waited longest, by account."""
        found: dict[AccountId, int] = {}
        for _, row in self.rows:
            if row.since and row.since < found.get(row.account, row.since + 1):
                found[row.account] = row.since
        return {account: moment(since) for account, since in found.items()}

    @cached_property
    def next_due(self) -> datetime | None:
        first = min((row.due for _, row in self.rows if row.due), default=0)
        return moment(first) if first else None

    @cached_property
    def next_team_due(self) -> datetime | None:
        first = min((row.team_due for _, row in self.rows if row.team_due), default=0)
        return moment(first) if first else None

    @cached_property
    def team_late(self) -> Counter[AccountId]:
        """Past the team's own target."""
        at = ms(self.at)
        return Counter(row.account for _, row in self.rows if 0 < row.team_due <= at)

    @property
    def late(self) -> list[tuple[ConversationId, AccountId]]:
        """Past the deadline."""
        at = ms(self.at)
        return [(one, row.account) for one, row in self.rows if 0 < row.due < at]


class Tally:
    """Counts that follow what changes, one conversation at a time."""

    def __init__(self) -> None:
        self._rows: dict[ConversationId, Row] = {}
        self._agents: dict[ConversationId, frozenset[str]] = {}  # as they were counted
        self._changing: dict[ConversationId, int] = {}  # when they count otherwise by themselves
        self._by_risk: Counter[tuple[AccountId, str]] = Counter()
        self._by_state: Counter[State] = Counter()
        self._by_agent: Counter[str] = Counter()
        self._sums: Counter[str] = Counter()

    def put(self, one: ConversationId, row: Row | None, at: int) -> None:
        """Count a conversation as it is at ``at``; None for one that is not open (any more)."""
        old = self._rows.pop(one, None)
        if old is not None:
            self._add(old, self._agents.pop(one), -1)
            self._changing.pop(one, None)
        if row is None:
            return
        self._rows[one] = row
        agents = self._agents[one] = row.agents(at)
        self._add(row, agents, 1)
        changes = row.changes_after(at)
        if changes:
            self._changing[one] = changes

    def _add(self, row: Row, agents: frozenset[str], by: int) -> None:
        _count(self._by_risk, (row.account, row.risk), by)
        _count(self._by_state, row.state, by)
        for agent in agents:
            _count(self._by_agent, agent, by)
        asked = row.asked and row.state is State.WAITING
        for name, holds in (("asleep", not agents), ("escalated", row.escalated), ("asked", asked)):
            if holds:
                _count(self._sums, name, by)

    def run_out(self, at: int) -> list[ConversationId]:
        """Whose claim or snooze has ended, unless it was renewed: to be read again."""
        return [one for one, then in self._changing.items() if then <= at]

    def overview(self, at: datetime) -> Overview:
        return Overview(
            at=at,
            by_risk=self._by_risk.copy(),
            by_state=self._by_state.copy(),
            by_agent=self._by_agent.copy(),
            snoozed=self._sums["asleep"],
            escalated=self._sums["escalated"],
            second_yes=self._sums["asked"],
            rows=tuple(self._rows.items()),
        )


def _count(counter: Counter[Key], key: Key, by: int) -> None:
    counter[key] += by
    if not counter[key]:
        del counter[key]


async def count_open(database: Database) -> Overview:
    """Count everything that is owed an answer, now."""
    now = database.clock.now()
    return (await tally_of(database, ms(now))).overview(now)


async def tally_of(database: Database, at: int) -> Tally:
    """Everything that is owed an answer, counted."""
    tally = Tally()
    for partition in database.partitions.all:
        for state in OWED:
            start = 0
            while items := await database.ranked(partition.index[state], start, start + CHUNK - 1):
                await look(database, partition, [ConversationId(one) for one in items], tally, at)
                start += CHUNK
    return tally


async def look(
    database: Database,
    partition: Partition,
    conversations: Sequence[ConversationId],
    tally: Tally,
    at: int,
) -> None:
    """Count these conversations of one partition as they are now."""
    names = [partition.conversation(one).conversation for one in conversations]
    found = json.loads(await database.scripts.run("glance", names, FIELDS))
    for one, fields in zip(conversations, found, strict=True):
        tally.put(one, _row(fields), at)


def _row(fields: Sequence[str | bool]) -> Row | None:
    """None for what is gone, or closed."""
    account, state, risk, since, due, team_due, assignee, holder, until, snoozed = fields[:10]
    escalated, *asked = fields[10:]
    if not account or state not in OWED:
        return None
    return Row(
        account=AccountId(str(account)),
        state=State(state),
        risk=str(risk or "none"),
        since=int(since or 0),
        due=int(due or 0),
        team_due=int(team_due or 0),
        assignee=str(assignee or ""),
        holder=str(holder or ""),
        holder_until=int(until or 0),
        snoozed_until=int(snoozed or 0),
        escalated=escalated is not False,
        asked=asked[0] is not False and is_asked(*(str(one or "") for one in asked)),
    )


async def overdue(database: Database, overview: Overview) -> dict[AccountId, Counter[date]]:
    """Messages whose deadline has passed, by account and the day on which they were sent.

    A conversation that is late may be late with several.
    """
    late, found = overview.late, dict[AccountId, Counter[date]]()
    pipe = database.redis.pipeline(transaction=False)
    for one, _ in late:
        partition = database.partitions.of_conversation(one)
        pipe.zrange(partition.conversation(one).owed, 0, -1, withscores=True)
    for (_, account), members in zip(late, await pipe.execute(), strict=True):
        days = found.setdefault(account, Counter())
        for message in (read_owed(member, int(at)) for member, at in members):
            if message.due_at < overview.at:
                days[message.since.date()] += 1
    return found
