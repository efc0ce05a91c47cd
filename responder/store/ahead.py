"""What falls due while nobody is there, account by account."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from responder.domain.ahead import Outlook
from responder.domain.model import AccountId, ConversationId, State
from responder.store.conversations import accounts_of
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.notices import Notice, dump_notice
from responder.store.times import moment, ms

NAMED = 50  # ids of one account's gap; the count says how many there are
CHUNK = 1_000
UNANSWERED = (State.WAITING, State.UNCERTAIN)  # an approved reply is on its way


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The time in which nobody is there next, and what falls due in it unless it is answered.

    ``ids`` are the first of them, earliest deadline first.
    """

    account: AccountId
    begins: datetime  # now, where nobody is there already
    ends: datetime
    count: int = 0
    first_due: datetime | None = None
    ids: tuple[ConversationId, ...] = ()


async def forecast(database: Database, outlooks: Mapping[AccountId, Outlook]) -> list[Gap]:
    """The next gap of each account that has one. It costs what falls due in the gaps."""
    now = database.clock.now()
    gaps = []
    for account, outlook in outlooks.items():
        gap = outlook.shifts.next_gap(now)
        if gap is not None:
            gaps.append(await due_between(database, account, *gap))
    return gaps


async def due_between(
    database: Database, account: AccountId, begins: datetime, ends: datetime
) -> Gap:
    """What an account owes from ``begins`` on and before ``ends``, as it stands now."""
    found: list[tuple[int, ConversationId]] = []
    for state in UNANSWERED:
        index = database.partitions.of_account(account).index[state]
        found += await _owed(database, {account}, index, (ms(begins), ms(ends) - 1))
    found.sort()
    return Gap(
        account=account,
        begins=begins,
        ends=ends,
        count=len(found),
        first_due=moment(found[0][0]) if found else None,
        ids=tuple(name for _, name in found[:NAMED]),
    )


async def count_owed(
    database: Database, accounts: Collection[AccountId], begins: datetime, ends: datetime
) -> int:
    """How much these accounts owe from ``begins`` on and before ``ends``, as it stands now."""
    by_partition: dict[Partition, set[AccountId]] = {}
    for account in accounts:
        by_partition.setdefault(database.partitions.of_account(account), set()).add(account)
    span = (ms(begins), ms(ends) - 1)
    found = [
        await _owed(database, own, partition.index[state], span)
        for partition, own in by_partition.items()
        for state in UNANSWERED
    ]
    return sum(map(len, found))


async def _owed(
    database: Database, accounts: Collection[AccountId], index: str, span: tuple[int, int]
) -> list[tuple[int, ConversationId]]:
    """Those of ``accounts`` in an index that its partition's accounts share."""
    found: list[tuple[int, ConversationId]] = []
    start = 0
    while True:
        found_here = await database.redis.zrange(
            index, *span, byscore=True, offset=start, num=CHUNK, withscores=True
        )
        rows = cast("list[tuple[str, float]]", found_here)
        names = [ConversationId(name) for name, _ in rows]
        owners = await accounts_of(database, names)
        found += [
            (int(due), name)
            for (_, due), name, owner in zip(rows, names, owners, strict=True)
            if owner in accounts
        ]
        if len(rows) < CHUNK:
            return found
        start += CHUNK


async def tell_shift_gap(database: Database, gap: Gap, notice: Notice) -> bool:
    """Raise ``notice`` of a gap; False where that gap was told of before."""
    partition = database.partitions.of_account(gap.account)
    answer = await database.scripts.run(
        "tell_shift_gap",
        (
            partition.account(gap.account),
            partition.events,
            partition.alerts,
            *partition.queue("alert"),
        ),
        (
            gap.account,
            ms(database.clock.now()),
            ms(gap.begins),
            notice.id,
            dump_notice(notice),
        ),
    )
    return bool(answer)


def told(gap: Gap) -> str:
    """A gap in a sentence: how many, from when, until when."""
    many = "1 reply falls" if gap.count == 1 else f"{gap.count} replies fall"
    return (
        f"{many} due while nobody is there, from {gap.begins:%Y-%m-%d %H:%M} to "
        f"{gap.ends:%Y-%m-%d %H:%M} UTC."
    )
