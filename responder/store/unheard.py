"""Since when a channel tells of something that nobody acknowledges."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from responder.store.channels import HEARD, heard, home
from responder.store.database import Database
from responder.store.notices import THRESHOLDS, Notice
from responder.store.told import Told, load_told, subject


async def unheard_since(
    database: Database, channel: str, table: str, notices: Sequence[Notice]
) -> dict[str, datetime]:
    """By subject, since when the channel told of thresholds before the same deadlines.

    Only where nobody has acknowledged the last of it at any channel of the table, and where
    its message was not passed on: a later threshold does not start the wait for that anew.
    """
    due = {subject(one): one.due_at for one in notices if one.kind in THRESHOLDS}
    if not due:
        return {}
    keys = home(database).channel(channel)
    rows = await database.redis.hmget(keys.told, list(due))
    known = {
        name: told
        for name, row in zip(due, rows, strict=True)
        if row and (told := load_told(str(row))).notice.due_at == due[name]
    }
    waiting = await _waiting(database, keys.messages, known)
    acknowledged = await heard(database, table, [one.notice for one in known.values()])
    return {
        name: one.since or one.at
        for name, one in known.items()
        if one.message in waiting and one.notice.id not in acknowledged
    }


async def _waiting(database: Database, key: str, told: Mapping[str, Told]) -> set[str]:
    """Messages that were neither acknowledged nor passed on."""
    names = sorted({one.message for one in told.values()})
    if not names:
        return set()
    texts = await database.redis.hmget(key, names)
    by = await database.redis.hmget(key, [f"{name}{HEARD}" for name in names])
    return {
        name
        for name, text, who in zip(names, texts, by, strict=True)
        if text and not who and not json.loads(str(text))["escalated"]
    }
