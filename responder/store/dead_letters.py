"""What could not be handled, kept with its reason until a person decides."""

import json
from collections.abc import Mapping

from responder.store.codec import dump, stamp
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.notices import Notice, dump_notice
from responder.store.queue import Claim, DeadlineQueue
from responder.store.times import ms


async def bury(
    database: Database, queue: DeadlineQueue, claim: Claim, reason: str, notice: Notice | None
) -> bool:
    """Take a poison item out of its queue; False when another worker holds it."""
    now = database.clock.now()
    partition = claim.partition
    letter = {"kind": queue.name, "item": claim.item, "reason": reason, "at": stamp(now)}
    answer = await database.scripts.run(
        "bury",
        (
            partition.dead,
            partition.events,
            *partition.queue(queue.name),
            partition.alerts,
            *partition.queue("alert"),
        ),
        (
            claim.item,
            claim.token,
            ms(now),
            f"{queue.name}:{claim.item}",
            dump(letter),
            notice.id if notice else "",
            dump_notice(notice) if notice else "",
        ),
    )
    return bool(answer)


async def dead_letters(database: Database) -> dict[str, Mapping[str, str]]:
    """Every dead letter by its id, which starts with the number of its partition."""
    found: dict[str, Mapping[str, str]] = {}
    for partition in database.partitions.all:
        rows = await database.hash(partition.dead)
        found |= {f"{partition.number:02d}/{name}": json.loads(row) for name, row in rows.items()}
    return found


async def count_dead(database: Database) -> int:
    pipe = database.redis.pipeline(transaction=False)
    for partition in database.partitions.all:
        pipe.hlen(partition.dead)
    return sum(await pipe.execute())


async def drop(database: Database, letter: str) -> bool:
    """Forget a dead letter; False when there is none of that id."""
    partition, name = _place(database, letter)
    return bool(await database.redis.hdel(partition.dead, name))


def _place(database: Database, letter: str) -> tuple[Partition, str]:
    number, _, name = letter.partition("/")
    if not number.isdecimal() or int(number) >= len(database.partitions.all):
        return database.partitions.all[0], ""
    return database.partitions.all[int(number)], name
