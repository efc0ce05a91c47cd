"""What falls due while nobody is there, account by account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from responder.domain.ahead import Outlook
from responder.domain.model import AccountId, ConversationId, State
from responder.store.conversations import accounts_of
from responder.store.database import Database
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
        found += await _owed(database, account, index, (ms(begins), ms(ends) - 1))
    found.sort()
    return Gap(
        account=account,
        begins=begins,
        ends=ends,
        count=len(found),
        first_due=moment(found[0][0]) if found else None,
        ids=tuple(name for _, name in found[:NAMED]),
    )


async def _owed(
    database: Database, account: AccountId, index: str, span: tuple[int, int]
) -> list[tuple[int, ConversationId]]:
    """Those of ``account`` in an index that its partition's accounts share."""
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
            if owner == account
        ]
        if len(rows) < CHUNK:
            return found
        start += CHUNK


def told(gap: Gap, closes: datetime) -> str:
    """A gap in a sentence: how many, from when, until when."""
    many = "1 reply falls" if gap.count == 1 else f"{gap.count} replies fall"
    hours = gap.ends - closes
    length = f"{hours // timedelta(hours=1)} h" if hours >= timedelta(hours=1) else "a while"
    return (
        f"{many} due while nobody is there: from {closes:%Y-%m-%d %H:%M} UTC on for {length}, "
        f"until {gap.ends:%Y-%m-%d %H:%M} UTC."
    )
