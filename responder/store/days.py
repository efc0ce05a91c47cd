"""How many buyer messages of each day were answered in time; counted by the scripts that answer.

A message counts by the day (UTC) on which the buyer sent it. It is counted when an answer takes
it out of ``owed``, and no longer counted when a refusal puts it back; what is overdue and not
answered is not in these counts, but in ``owed``.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from responder.domain.budget import Tally
from responder.domain.model import AccountId
from responder.store.accounts import all_accounts
from responder.store.database import Database

KEPT = timedelta(days=100)

_EPOCH = date(1970, 1, 1)
_OF = {"t": Tally(in_time=1), "l": Tally(late=1), "n": Tally(left_out=1)}


async def read_days(
    database: Database, accounts: Sequence[AccountId]
) -> dict[AccountId, dict[date, Tally]]:
    """What was counted, by account and day; one round trip."""
    pipe = database.redis.pipeline(transaction=False)
    for account in accounts:
        pipe.hgetall(database.partitions.of_account(account).days(account))
    return {
        account: _days(raw) for account, raw in zip(accounts, await pipe.execute(), strict=True)
    }


def _days(raw: Mapping[str, str]) -> dict[date, Tally]:
    days: defaultdict[date, Tally] = defaultdict(Tally)
    for name, count in raw.items():
        number, _, verdict = name.partition(":")
        if verdict not in _OF:  # see trends.py
            continue
        days[_EPOCH + timedelta(days=int(number))] += _times(_OF[verdict], int(count))
    return dict(days)


def _times(one: Tally, count: int) -> Tally:
    return Tally(in_time=one.in_time * count, late=one.late * count, left_out=one.left_out * count)


def with_overdue(days: Mapping[date, Tally], overdue: Mapping[date, int]) -> Mapping[date, Tally]:
    """What was counted, and as late what is overdue and still owed."""
    both = dict(days)
    for day, count in overdue.items():
        both[day] = both.get(day, Tally()) + Tally(late=count)
    return both


def day_of(at: datetime) -> date:
    """The day that a message of ``at`` counts for."""
    return at.astimezone(UTC).date()


async def forget_days(database: Database, before: date) -> int:
    """Forget the counts of days before ``before``, of all accounts; returns how many."""
    limit, places = (before - _EPOCH).days, await all_accounts(database)
    keys = [partition.days(account) for partition, account in places]
    pipe = database.redis.pipeline(transaction=False)
    for key in keys:
        pipe.hkeys(key)
    rows = await pipe.execute()
    pipe = database.redis.pipeline(transaction=False)
    for key, names in zip(keys, rows, strict=True):
        old = [name for name in names if int(name.partition(":")[0]) < limit]
        if old:
            pipe.hdel(key, *old)
    return sum(await pipe.execute())
