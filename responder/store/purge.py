"""Removing conversations that have been closed for long enough."""

from collections.abc import Collection
from datetime import datetime

from responder.domain.model import AccountId, ConversationId, State
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.times import ms

CHUNK = 500


async def purge_closed(database: Database, states: Collection[State], before: datetime) -> int:
    """Forget conversations closed at or before ``before``; returns how many."""
    places = [
        (partition, partition.index[state])
        for partition in database.partitions.all
        for state in sorted(states)  # in one order in every process
    ]
    pipe = database.redis.pipeline(transaction=False)
    for _, index in places:
        pipe.zcount(index, "-inf", ms(before))
    counts = await pipe.execute()
    return sum(
        [
            await _purge(database, partition, index, before)
            for (partition, index), count in zip(places, counts, strict=True)
            if count
        ]
    )


async def _purge(database: Database, partition: Partition, index: str, before: datetime) -> int:
    total, kept = 0, 0  # what was touched since stays, before what is to go
    while True:
        old = await database.scored(index, ms(before), CHUNK, after=kept)
        gone = 0
        for item in old:
            keys = partition.conversation(ConversationId(item))
            known = await database.hash(keys.conversation)
            account, buyer = AccountId(known.get("account", "")), known.get("identity", "")
            gone += await database.scripts.run(
                "purge",
                (
                    *keys,
                    partition.index[State.ANSWERED],
                    partition.index[State.NO_REPLY_NEEDED],
                    partition.events,
                    partition.buyer(account, buyer),
                    partition.files(ConversationId(item)),
                    partition.stock,
                    partition.seen(account),
                ),
                (item, ms(database.clock.now()), ms(before)),
            )
        total += gone
        kept += len(old) - gone
        if len(old) < CHUNK:
            return total
