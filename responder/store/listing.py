"""Conversations page by page, in the order in which they are due; and how many there are."""

import heapq
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from responder.domain.model import AccountId, ConversationId, State
from responder.store.conversations import Conversation, read_many
from responder.store.database import Database
from responder.store.times import moment, ms

CHUNK = 200


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a page ends: the next one starts behind it."""

    score: int
    id: str

    def __str__(self) -> str:
        return f"{self.score}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Place":
        """``ValueError`` for what no page has given out."""
        score, _, name = text.partition("~")
        return cls(int(score), name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    items: list[Conversation]
    next: Place | None


async def listing(
    database: Database,
    states: Collection[State],
    *,
    limit: int,
    behind: Place | None = None,
    account: AccountId | None = None,
    keep: Callable[[Conversation], bool] = lambda _: True,
    latest_first: bool = False,
    chunk: int = CHUNK,
) -> Listing:
    """A page of the conversations in ``states``: earliest score first (or latest).

    The score is ``due_at`` where an answer is owed, else when it was closed.
    ``chunk`` places are looked at in one round trip, at first no more than make a page.
    """
    order = _Order(latest_first=latest_first, chunk=chunk)
    items: list[Conversation] = []
    places: dict[ConversationId, Place] = {}
    async for found in _walk(database, _indexes(database, states, account), order, behind, limit):
        places |= {ConversationId(place.id): place for place in found}
        for one in await read_many(database, [ConversationId(place.id) for place in found]):
            if one.state in states and account in {None, one.account} and keep(one):
                items.append(one)
                if len(items) > limit:
                    return Listing(items=items[:limit], next=places[items[limit - 1].id])
    return Listing(items=items, next=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """Which way a listing goes, and how many places are looked at in one round trip."""

    latest_first: bool
    chunk: int

    def first(self, places: Collection[Place]) -> Place:
        return max(places) if self.latest_first else min(places)

    def is_behind(self, place: Place, mark: Place | None) -> bool:
        if mark is None:
            return True
        return place < mark if self.latest_first else place > mark


def _indexes(database: Database, states: Collection[State], account: AccountId | None) -> list[str]:
    """The indexes that a listing reads: an account lies in one partition."""
    partitions = database.partitions
    chosen = (partitions.of_account(account),) if account else partitions.all
    return [part.index[state] for part in chosen for state in states]


async def _walk(
    database: Database, names: Sequence[str], order: _Order, behind: Place | None, limit: int
) -> AsyncIterator[list[Place]]:
    """Places in order, chunk by chunk, merged over all partitions and states."""
    step = replace(order, chunk=min(limit + 1, order.chunk))
    while places := await _heads(database, names, step, behind):
        yield places
        behind, step = places[-1], order


async def _heads(
    database: Database, names: Sequence[str], order: _Order, behind: Place | None
) -> list[Place]:
    """The next places behind ``behind``, in order; none when that was the last."""
    count = order.chunk
    while True:
        rows = await _read_places(database, names, order, behind, count)
        # Of an index that was not read to its end, nothing is known beyond the last place read.
        ends = [row[-1] for row in rows if len(row) == count]
        known = order.first(ends) if ends else None
        places = [
            place
            for place in heapq.merge(*rows, reverse=order.latest_first)
            if order.is_behind(place, behind)
            and (known is None or not order.is_behind(place, known))
        ]
        if places or known is None:
            return places[: order.chunk]
        count *= 4  # a run of equal scores hides what comes after it


async def _read_places(
    database: Database, names: Sequence[str], order: _Order, behind: Place | None, count: int
) -> list[list[Place]]:
    """Up to ``count`` places of each index, from the score of ``behind`` on."""
    first, last = ("+inf", "-inf") if order.latest_first else ("-inf", "+inf")
    pipe = database.redis.pipeline(transaction=False)
    for name in names:
        pipe.zrange(
            name,
            behind.score if behind else first,
            last,
            desc=order.latest_first,
            byscore=True,
            offset=0,
            num=count,
            withscores=True,
        )
    return [[Place(int(score), member) for member, score in row] for row in await pipe.execute()]


async def due_between(
    database: Database, states: Collection[State], start: datetime, end: datetime
) -> list[datetime]:
    """When each conversation in ``states`` is due whose deadline lies from ``start`` to ``end``."""
    pipe = database.redis.pipeline(transaction=False)
    for name in _indexes(database, states, None):
        pipe.zrange(name, ms(start), ms(end), byscore=True, withscores=True)
    return sorted(moment(int(score)) for row in await pipe.execute() for _, score in row)


async def count(database: Database, states: Collection[State]) -> int:
    """How many conversations are in ``states``."""
    pipe = database.redis.pipeline(transaction=False)
    for partition in database.partitions.all:
        for state in states:
            pipe.zcard(partition.index[state])
    return sum(await pipe.execute())
