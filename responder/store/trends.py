"""What our replies of each day were: how long buyers had waited, what about, what given, by whom.

Counted by SENT, by the day (UTC) on which the marketplace accepted the reply. They are for people
to look at. A reply that is refused later is taken out again, as far as its conversation remembers
it (the last 16); answers given elsewhere are not in them. The counts that promises are held to are
in ``days.py``, in the same hash.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from responder.domain.model import AccountId
from responder.store.database import Database

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WAITED = (MINUTE, 3 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, 24 * HOUR)
CLASSES = " ".join(str(limit // timedelta(milliseconds=1)) for limit in WAITED)

ASKING = "photos"  # the step of the ladder that gives nothing

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Trends:
    """Replies of some days. ``waited[n]``: messages answered within ``WAITED[n]``, the last: later.

    ``given`` counts steps of the resolution ladder by step and intent, ``people`` replies by who
    approved them.
    """

    waited: list[int] = field(default_factory=lambda: [0] * (len(WAITED) + 1))
    intents: Counter[str] = field(default_factory=Counter)
    given: Counter[tuple[str, str]] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)


async def read_trends(
    database: Database, accounts: Sequence[AccountId], since: date, until: date = date.max
) -> Trends:
    """The replies of these accounts from the day ``since`` to ``until``; one round trip."""
    found, days = Trends(), range((since - _EPOCH).days, (until - _EPOCH).days + 1)
    pipe = database.redis.pipeline(transaction=False)
    for account in accounts:
        pipe.hgetall(database.partitions.of_account(account).days(account))
    for raw in await pipe.execute():
        for name, count in raw.items():
            day, _, what = name.partition(":")
            if int(day) in days:
                _add(found, what, int(count))
    return found


def _add(found: Trends, what: str, count: int) -> None:
    match what[:1], what[1:]:
        case "w", place:
            found.waited[int(place)] += count
        case "i", intent:
            found.intents[intent] += count
        case "s", step:
            made, _, intent = step.partition(" ")
            if made != ASKING:
                found.given[made, intent] += count
        case "p", name:
            found.people[name] += count
        case _:  # in time, late, left out
            pass
