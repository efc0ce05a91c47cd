"""REPLAN: open conversations get the deadlines of another promise."""

from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from responder.domain.model import AccountId, ConversationId, Risk, State
from responder.domain.sla import Plan, SlaPolicy, counts_as_told, still_told
from responder.store.conversations import Conversation
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.owed import Owed, read_owed
from responder.store.scripts import Argument
from responder.store.times import maybe, ms

CHUNK = 1_000
INDEXES = (State.WAITING, State.APPROVED, State.UNCERTAIN)
PACE = timedelta(milliseconds=0.5)  # between two looks, so that alerts are told in between


@dataclass(frozen=True, slots=True)
class _Change:
    """What a conversation was promised, and what it is promised now."""

    conversation: Conversation
    before: tuple[str, ...]  # members of owed
    after: tuple[Owed, ...]
    policy: SlaPolicy

    @property
    def members(self) -> list[str]:
        return [owed.member for owed in self.after]

    @property
    def plan(self) -> Plan:
        """The clock of a conversation is that of its oldest message."""
        head = self.after[0]
        return self.policy.plan(head.since, head.due_at)

    @property
    def told(self) -> tuple[int, Risk]:
        """How many steps were told of what was promised, and the risk with them."""
        return self.conversation.told, Risk.labelled(self.conversation.risk)

    @property
    def is_none(self) -> bool:
        return list(self.before) == self.members and counts_as_told(self.plan, *self.told)


async def replan(
    database: Database,
    partition: Partition,
    conversations: Sequence[Conversation],
    policy_of: Callable[[Conversation], SlaPolicy],
) -> set[ConversationId]:
    """Plan conversations of one partition by their policies; returns those that were changed.

    Deadlines that a marketplace named stay. What has been told is told again only
    where the new plan makes it due again.
    """
    changes = [
        change
        for change in await _changes(database, partition, conversations, policy_of)
        if not change.is_none
    ]
    if not changes:
        return set()
    now = database.clock.now()
    arguments: list[Argument] = [ms(now)]
    for change in changes:
        arguments += _arguments(change, now)
    await database.scripts.run("replan", _keys(partition, changes), arguments)
    return {change.conversation.id for change in changes}


async def _changes(
    database: Database,
    partition: Partition,
    conversations: Sequence[Conversation],
    policy_of: Callable[[Conversation], SlaPolicy],
) -> list[_Change]:
    pipe = database.redis.pipeline(transaction=False)
    for one in conversations:
        pipe.zrange(partition.conversation(one.id).owed, 0, -1, withscores=True)
    changes = []
    for one, rows in zip(conversations, await pipe.execute(), strict=True):
        if rows and one.waiting_since is not None:
            policy = policy_of(one)
            after = tuple(_planned(read_owed(member, int(at)), policy) for member, at in rows)
            changes.append(_Change(one, tuple(member for member, _ in rows), after, policy))
    return changes


def _planned(owed: Owed, policy: SlaPolicy) -> Owed:
    plan = policy.plan(owed.since, owed.due_at if owed.named else None)
    return replace(
        owed,
        due_at=plan.due_at,
        team_due_at=policy.team_due_at(owed.since),
        first_step=plan.steps[0].at,
    )


def _keys(partition: Partition, changes: Sequence[_Change]) -> Iterator[str]:
    yield partition.events
    yield from partition.queue("watch")
    yield from (partition.index[state] for state in INDEXES)
    for change in changes:
        keys = partition.conversation(change.conversation.id)
        yield from (keys.conversation, keys.owed)


def _arguments(change: _Change, now: datetime) -> Iterator[Argument]:
    """What the script needs to know of one conversation."""
    plan, (told_before, heard) = change.plan, change.told
    told = still_told(plan, now, told=told_before, risk=heard)
    risk = plan.steps[told - 1].risk if told else Risk.NONE
    next_at = now if plan.reached(now) > told else plan.next_at(now)
    since = change.after[0].since
    yield from (change.conversation.id, ms(since), told_before, told, risk.label)
    yield ms(next_at) if next_at else ""
    yield len(change.before)
    for before, after in zip(change.before, change.members, strict=True):
        yield from (before, after)


async def look_again(
    database: Database, partition: Partition, looks: Mapping[ConversationId, datetime]
) -> int:
    """Have the watcher look at conversations by certain times; returns how many wait less now."""
    if not looks:
        return 0
    flat = [part for name, at in looks.items() for part in (name, ms(at))]
    return int(await database.scripts.run("look_again", partition.queue("watch"), flat))


async def promised(
    database: Database, accounts: Iterable[AccountId]
) -> dict[AccountId, tuple[str, datetime | None]]:
    """By which promises each account's conversations were planned; one round trip.

    Their fingerprint, "" where there is none, and when they last became others, None
    where that is not known.
    """
    names = list(accounts)
    pipe = database.redis.pipeline(transaction=False)
    for name in names:
        key = database.partitions.of_account(name).account(name)
        pipe.hmget(key, "promises", "promises_at")
    rows = zip(names, await pipe.execute(), strict=True)
    return {name: (known or "", maybe(since)) for name, (known, since) in rows}


async def look_at_all(
    database: Database, partition: Partition, fingerprints: Mapping[AccountId, str]
) -> int:
    """Have every open conversation of these accounts looked at, once, soon, one after another.

    Only then are the fingerprints noted: whoever dies before that does it again.
    """
    count, start = 0, database.clock.now()
    async for names in _open(database, partition, fingerprints):
        looks = {name: start + (count + place) * PACE for place, name in enumerate(names)}
        await look_again(database, partition, looks)
        count += len(names)
    for account, fingerprint in fingerprints.items():
        await database.scripts.run(
            "promise",
            (partition.account(account), partition.events),
            (ms(database.clock.now()), account, fingerprint),
        )
    return count


async def _open(
    database: Database, partition: Partition, accounts: Collection[AccountId]
) -> AsyncIterator[list[ConversationId]]:
    """Open conversations of ``accounts``, in chunks.

    Those with a reply on its way are few, and are looked for before and after the
    others: one that changes its state meanwhile is not missed.
    """
    on_their_way = (State.APPROVED, State.UNCERTAIN)
    for state in (*on_their_way, State.WAITING, *on_their_way):
        cursor = 0
        while True:
            cursor, rows = await database.redis.zscan(partition.index[state], cursor, count=CHUNK)
            names = [ConversationId(str(name)) for name, _ in rows]
            pipe = database.redis.pipeline(transaction=False)
            for name in names:
                pipe.hget(partition.conversation(name).conversation, "account")
            owners = await pipe.execute()
            yield [name for name, owner in zip(names, owners, strict=True) if owner in accounts]
            if cursor == 0:
                break
