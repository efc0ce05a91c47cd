"""What the clock of whoever looked last said: a later one was ahead."""

from datetime import datetime

from responder.store import keys
from responder.store.database import Database
from responder.store.times import moment, ms


async def read_mark(database: Database) -> datetime | None:
    """What that clock said; None where nobody has looked yet."""
    found = await database.redis.get(keys.CLOCK)
    return moment(str(found)) if found else None


async def leave_mark(database: Database, now: datetime) -> None:
    await database.redis.set(keys.CLOCK, ms(now))
