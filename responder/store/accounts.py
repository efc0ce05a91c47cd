"""The accounts' own books: cursor, last polls, counters, what is wrong."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from responder.domain.backlog import CatchUp
from responder.domain.breaker import Breaker
from responder.domain.census import NOT_BEGUN, Progress
from responder.domain.model import AccountId
from responder.store.breakers import load_breaker
from responder.store.codec import load_progress
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.notices import Notice, dump_notice
from responder.store.queue import Claim
from responder.store.times import maybe, moment, ms


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBook:
    """How polling one account goes, and whether everything that was seen is accounted for.

    ``seen`` = ``stored`` + ``known`` + ``ignored`` + ``set_aside``, or ``unaccounted``
    says how far off that is. ``recovered`` were found by a census: the source listed
    them and no poll had brought them.
    """

    account: AccountId
    cursor: str | None
    polled_at: datetime | None  # last try
    ok_at: datetime | None  # last success
    failing_since: datetime | None
    failures: int  # in a row
    problem: str
    seen: int
    stored: int
    ignored: int
    set_aside: int
    known: int = 0  # stored before, or our own reply read back
    unaccounted: int = 0
    recovered: int = 0
    began: datetime | None = None  # first success: what came before is not missed
    caught_up_at: datetime | None = None  # last time that the inbox had no more
    behind: CatchUp | None = None  # where the inbox had more to read at the last poll
    census: Progress = NOT_BEGUN
    gap_since: datetime | None = None  # a gap was told of, and no census was clean since
    gap_told: int = 0
    sends: Breaker = field(default_factory=Breaker)
    sends_problem: str = ""
    next_poll: datetime | None = None
    access: Mapping[str, Any] | None = None  # how the way in stands, JSON-ready, without secrets
    rereads: int = 0  # dead letters that the next poll reads again

    @property
    def entries(self) -> Mapping[str, int]:
        """The ledger by name, as everybody is shown it."""
        return {
            "seen": self.seen,
            "stored": self.stored,
            "known": self.known,
            "ignored": self.ignored,
            "set_aside": self.set_aside,
            "unaccounted": self.unaccounted,
            "recovered": self.recovered,
        }

    @property
    def gap(self) -> int:
        """How many things have ever been missing; ``gap_told`` of them were told of."""
        return self.unaccounted + self.recovered


async def read_account(database: Database, account: AccountId) -> AccountBook:
    """The book of one account; an empty one for an account that was never polled."""
    [book] = await read_accounts(database, [account])
    return book


async def read_accounts(database: Database, accounts: Sequence[AccountId]) -> list[AccountBook]:
    """Their books, in the same order; one round trip."""
    if not accounts:
        return []
    pipe = database.redis.pipeline(transaction=False)
    for account in accounts:
        partition = database.partitions.of_account(account)
        pipe.hgetall(partition.account(account))
        pipe.zscore(partition.queue("poll").wake, account)
        pipe.llen(partition.rereads(account))
    rows = await pipe.execute()
    return [
        _book(account, raw, wake, rereads)
        for account, raw, wake, rereads in zip(
            accounts, rows[::3], rows[1::3], rows[2::3], strict=True
        )
    ]


def _book(
    account: AccountId, raw: Mapping[str, str], wake: float | None, rereads: int
) -> AccountBook:
    return AccountBook(
        account=account,
        cursor=raw.get("cursor"),
        polled_at=maybe(raw.get("polled_at")),
        ok_at=maybe(raw.get("ok_at")),
        failing_since=maybe(raw.get("failing_since")),
        failures=int(raw.get("failures", 0)),
        problem=raw.get("problem", ""),
        seen=int(raw.get("seen", 0)),
        stored=int(raw.get("stored", 0)),
        ignored=int(raw.get("ignored", 0)),
        set_aside=int(raw.get("set_aside", 0)),
        known=int(raw.get("known", 0)),
        unaccounted=int(raw.get("unaccounted", 0)),
        recovered=int(raw.get("recovered", 0)),
        began=maybe(raw.get("began")),
        caught_up_at=maybe(raw.get("caught_up_at")),
        behind=_catch_up(raw),
        census=load_progress(raw.get("census", "")),
        gap_since=maybe(raw.get("gap_since")),
        gap_told=int(raw.get("gap_told", 0)),
        sends=load_breaker(raw.get("sends")),
        sends_problem=raw.get("sends_problem", ""),
        access=json.loads(raw["access"]) if raw.get("access") else None,
        next_poll=moment(int(wake)) if wake is not None else None,
        rereads=rereads,
    )


def _catch_up(raw: Mapping[str, str]) -> CatchUp | None:
    if (since := maybe(raw.get("behind_since"))) is None:
        return None
    return CatchUp(
        since=since,
        seen=int(raw.get("behind_seen", 0)),
        begins=maybe(raw.get("behind_from")),
        reached=maybe(raw.get("behind_at")),
    )


async def poll_failed(
    database: Database,
    claim: Claim,
    *,
    problem: str,
    next_poll: datetime,
    down_after: int,
    notice: Notice,
) -> int:
    """Note a failed poll; returns failures in a row. At ``down_after`` the ``notice`` is raised."""
    partition = claim.partition
    answer = await database.scripts.run(
        "poll_failed",
        (
            partition.account(AccountId(claim.item)),
            partition.accounts,
            partition.events,
            *partition.queue("poll"),
            partition.alerts,
            *partition.queue("alert"),
        ),
        (
            claim.item,
            ms(database.clock.now()),
            claim.token,
            ms(next_poll),
            problem,
            down_after,
            notice.id,
            dump_notice(notice),
        ),
    )
    return int(answer)


async def forget_seen(database: Database, before: datetime) -> int:
    """Forget message ids stored before ``before``, of all accounts; returns how many."""
    pipe = database.redis.pipeline(transaction=False)
    for partition, account in await all_accounts(database):
        pipe.zremrangebyscore(partition.seen(account), "-inf", ms(before))
    return sum(await pipe.execute())


async def all_accounts(database: Database) -> list[tuple[Partition, AccountId]]:
    """Every account that was ever polled, and where it lies; one round trip."""
    pipe = database.redis.pipeline(transaction=False)
    for partition in database.partitions.all:
        pipe.smembers(partition.accounts)
    rows = zip(database.partitions.all, await pipe.execute(), strict=True)
    return [(partition, AccountId(name)) for partition, names in rows for name in sorted(names)]
