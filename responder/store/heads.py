"""When queues want to be looked at next: the earliest wake-up of each of their partitions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.times import moment

Heads = Mapping[Partition, datetime]  # when each partition's next item wants to be handed out


class Queue(Protocol):
    """One queue of a store, and its sorted set of wake-ups in each partition."""

    @property
    def database(self) -> Database: ...

    @property
    def wakes(self) -> Sequence[str]: ...


async def heads_of(*queues: Queue) -> list[Heads]:
    """The heads of several queues of one store; one round trip."""
    database = queues[0].database
    pipe = database.redis.pipeline(transaction=False)
    for queue in queues:
        ask_for_heads(pipe, queue)
    rows = await pipe.execute()
    partitions = database.partitions.all
    size = len(partitions)
    return [
        read_heads(partitions, rows[place : place + size]) for place in range(0, len(rows), size)
    ]


def ask_for_heads(pipe: Any, queue: Queue) -> None:
    """As ``pipe.zrange`` would, which looks at a dozen options: nothing is asked more often."""
    for wake in queue.wakes:
        pipe.execute_command("ZRANGE", wake, 0, 0, "WITHSCORES", withscores=True)


def read_heads(partitions: Sequence[Partition], rows: Sequence[Any]) -> dict[Partition, datetime]:
    """What the answers to that say, in the order of the partitions."""
    return {
        partition: moment(int(row[0][1]))
        for partition, row in zip(partitions, rows, strict=True)
        if row
    }
