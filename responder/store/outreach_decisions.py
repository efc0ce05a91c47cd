"""What a person decides about words about an order. ``Conflict`` says how things stand instead."""

from datetime import datetime

from responder.domain.outreach import Standing
from responder.store.database import Database
from responder.store.outreach import Move, decide


async def approve(
    database: Database, name: str, *, by: str, text: str, version: int, at: datetime
) -> None:
    """Let it leave ``at`` that time, with this text, if its words are still of this ``version``."""
    how = Move(
        before=Standing.PROPOSED,
        after=Standing.APPROVED,
        version=version,
        queue=at,
        changes={"by": by, "reason": "", "text": text, "version": str(version + 1)},
    )
    await decide(database, name, how)


async def drop(database: Database, name: str, *, by: str, reason: str, version: int) -> None:
    """It is not said, and not proposed again."""
    how = Move(
        before=Standing.PROPOSED,
        after=Standing.DROPPED,
        version=version,
        changes={"by": by, "reason": reason},
    )
    await decide(database, name, how)


async def resolve(
    database: Database, name: str, *, by: str, was_sent: bool, version: int, at: datetime
) -> Standing:
    """Somebody has looked: it has arrived, or it is tried again ``at`` that time.

    That makes another ``version`` of it: whoever looked for the try before says nothing of this.
    """
    after = Standing.SENT if was_sent else Standing.APPROVED
    how = Move(
        before=Standing.UNCERTAIN,
        after=after,
        version=version,
        queue="" if was_sent else at,
        changes={"by": by, "reason": "", "version": str(version if was_sent else version + 1)},
    )
    await decide(database, name, how)
    return after
