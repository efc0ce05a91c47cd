"""Reading conversations: one, a page of a view, the messages of a thread."""

import heapq
import json
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from responder.domain.model import AccountId, ConversationId, Draft, Message, State
from responder.errors import Unknown
from responder.store.codec import load_message, load_proposal
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.times import maybe, moment

CHUNK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One thread with one buyer, as it stands."""

    id: ConversationId
    account: AccountId
    marketplace: str
    thread: str
    buyer: str
    identity: str  # who the buyer is, over the threads of the account
    subject: str
    preview: str
    order_ids: tuple[str, ...]
    language: str
    intent: str
    case: str
    state: State
    waiting_since: datetime | None
    due_at: datetime | None
    risk: str
    told: int
    newest: int  # seq of the newest buyer message
    draft: Draft | None  # None while there is none for the newest message
    draft_version: int
    reply_to: Mapping[str, str]
    order: Mapping[str, object]  # facts of the order, by name
    assignee: str
    tags: tuple[str, ...]
    flag: str
    escalated: str
    snoozed_until: datetime | None
    holder: str  # the agent who has it claimed, if the claim is live
    holder_until: datetime | None
    held: str  # words of a reply that came back
    problem: str
    created_at: datetime
    updated_at: datetime


def load_conversation(
    conversation: ConversationId, raw: Mapping[str, str], now: datetime
) -> Conversation:
    held_until = maybe(raw.get("holder_until"))
    live = held_until is not None and held_until > now
    return Conversation(
        id=conversation,
        account=AccountId(raw["account"]),
        marketplace=raw["marketplace"],
        thread=raw["thread"],
        buyer=raw.get("buyer", ""),
        identity=raw.get("identity", ""),
        subject=raw.get("subject", ""),
        preview=raw.get("preview", ""),
        order_ids=_split(raw.get("order_ids")),
        language=raw.get("language", ""),
        intent=raw.get("intent", "unknown"),
        case=raw.get("case", ""),
        state=State(raw["state"]),
        waiting_since=maybe(raw.get("waiting_since")),
        due_at=maybe(raw.get("due_at")),
        risk=raw.get("risk", "none"),
        told=int(raw.get("told", 0)),
        newest=int(raw.get("newest", 0)),
        draft=_draft(raw),
        draft_version=int(raw.get("draft_version", 0)),
        reply_to=json.loads(raw.get("reply_to", "{}")),
        order=json.loads(raw.get("order") or "{}"),
        assignee=raw.get("assignee", ""),
        tags=_split(raw.get("tags")),
        flag=raw.get("flag", ""),
        escalated=raw.get("escalated", ""),
        snoozed_until=maybe(raw.get("snoozed_until")),
        holder=raw.get("holder", "") if live else "",
        holder_until=held_until if live else None,
        held=raw.get("held", ""),
        problem=raw.get("problem", ""),
        created_at=moment(raw["created_at"]),
        updated_at=moment(raw["updated_at"]),
    )


def _split(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _draft(raw: Mapping[str, str]) -> Draft | None:
    """The draft, unless a newer message has come since it was made."""
    if "draft" not in raw or raw["draft_answers"] != raw.get("newest"):
        return None
    return Draft(
        version=int(raw["draft_version"]),
        answers=int(raw["draft_answers"]),
        made_at=moment(raw["draft_at"]),
        proposal=load_proposal(raw["draft"]),
    )


async def read(database: Database, conversation: ConversationId) -> Conversation:
    """One conversation. ``Unknown`` when there is none of that id."""
    found = await read_many(database, [conversation])
    if not found:
        raise Unknown(f"no conversation {conversation!r}")
    return found[0]


async def read_many(
    database: Database, conversations: Sequence[ConversationId]
) -> list[Conversation]:
    """Those that exist, in the order asked for; one round trip."""
    pipe = database.redis.pipeline(transaction=False)
    known = [one for one in conversations if _partition(database, one) is not None]
    for one in known:
        pipe.hgetall(database.partitions.of_conversation(one).conversation(one).conversation)
    now = database.clock.now()
    return [
        load_conversation(one, raw, now)
        for one, raw in zip(known, await pipe.execute(), strict=True)
        if raw
    ]


def _partition(database: Database, conversation: ConversationId) -> Partition | None:
    try:
        return database.partitions.of_conversation(conversation)
    except KeyError:
        return None


async def of_the_same_buyer(
    database: Database, one: Conversation, limit: int = 20
) -> list[Conversation]:
    """The buyer's other conversations with the account, the latest first."""
    key = database.partitions.of_account(one.account).buyer(one.account, one.identity)
    found = await database.ranked(key, -limit - 1, -1)
    others = [ConversationId(name) for name in reversed(found) if name != one.id]
    return await read_many(database, others[:limit])


async def accounts_of(
    database: Database, conversations: Sequence[ConversationId]
) -> list[AccountId | None]:
    """Whose each conversation is, None where it is gone; one round trip."""
    pipe = database.redis.pipeline(transaction=False)
    for one in conversations:
        key = database.partitions.of_conversation(one).conversation(one).conversation
        pipe.hget(key, "account")
    return [AccountId(name) if name else None for name in await pipe.execute()]


async def messages(
    database: Database, conversation: ConversationId, last: int | None = None
) -> list[Message]:
    """The thread, oldest arrival first; only the ``last`` ones if asked."""
    keys = database.partitions.of_conversation(conversation).conversation(conversation)
    start = 0 if last is None else -last
    total, rows = await _tail(database, keys.messages, start)
    first = total - len(rows) + 1
    return [load_message(first + place, row) for place, row in enumerate(rows)]


async def _tail(database: Database, key: str, start: int) -> tuple[int, list[str]]:
    pipe = database.redis.pipeline(transaction=True)
    pipe.llen(key)
    pipe.lrange(key, start, -1)
    total, rows = await pipe.execute()
    return total, rows


async def threads(
    database: Database, conversations: Sequence[ConversationId], last: int
) -> list[list[Message]]:
    """The last messages of several conversations; one round trip."""
    pipe = database.redis.pipeline(transaction=False)
    for one in conversations:
        key = database.partitions.of_conversation(one).conversation(one).messages
        pipe.llen(key)
        pipe.lrange(key, -last, -1)
    answers = await pipe.execute()
    pairs = zip(answers[::2], answers[1::2], strict=True)
    return [
        [load_message(total - len(rows) + 1 + at, row) for at, row in enumerate(rows)]
        for total, rows in pairs
    ]


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
    ``chunk`` places are looked at in one round trip.
    """
    order = _Order(latest_first=latest_first, chunk=chunk)
    items: list[Conversation] = []
    places: dict[ConversationId, Place] = {}
    async for found in _walk(database, _indexes(database, states, account), order, behind):
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
    database: Database, names: Sequence[str], order: _Order, behind: Place | None
) -> AsyncIterator[list[Place]]:
    """Places in order, chunk by chunk, merged over all partitions and states."""
    while True:
        places = await _heads(database, names, order, behind)
        if not places:
            return
        yield places
        behind = places[-1]


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


async def count(database: Database, states: Collection[State]) -> int:
    """How many conversations are in ``states``."""
    pipe = database.redis.pipeline(transaction=False)
    for partition in database.partitions.all:
        for state in states:
            pipe.zcard(partition.index[state])
    return sum(await pipe.execute())
