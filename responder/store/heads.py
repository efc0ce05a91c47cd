"""When each partition of a queue next wants to be looked at."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from responder.store.keys import Partition
from responder.store.times import moment

Heads = Mapping[Partition, datetime]  # when each partition's next item wants to be handed out


def ask_for_heads(pipe: Any, wakes: Iterable[str]) -> None:
    """As ``pipe.zrange`` would, which looks at a dozen options: nothing is asked more often."""
    for wake in wakes:
        pipe.execute_command("ZRANGE", wake, 0, 0, "WITHSCORES", withscores=True)


def read_heads(partitions: Sequence[Partition], rows: Sequence[Any]) -> dict[Partition, datetime]:
    """From the answers to ``ask_for_heads``; a partition without an item is not in it."""
    return {
        partition: moment(int(row[0][1]))
        for partition, row in zip(partitions, rows, strict=True)
        if row
    }
