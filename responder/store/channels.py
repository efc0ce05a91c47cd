"""What the channels of alerts have to tell, are telling, and have told.

All channels lie in the first partition: there are few of them, and merging is what
makes one message of alerts from every partition.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex

from responder.domain.model import ConversationId, Risk
from responder.store.codec import dump
from responder.store.database import Database
from responder.store.keys import LINK_KEY, Partition
from responder.store.notices import Notice
from responder.store.queue import Claim
from responder.store.times import maybe, ms
from responder.store.told import (
    ChannelState,
    Item,
    Sent,
    Telling,
    Told,
    dump_item,
    dump_sent,
    dump_telling,
    load_item,
    load_sent,
    load_telling,
    load_told,
    load_trouble,
    subject,
)

REMEMBER = timedelta(days=7)  # what somebody acknowledged
LONGEST_HOLD_UP = timedelta(days=1)  # of a daemon that hands on an alert
HEARD = "/heard"
REFUSED_FORGOTTEN = "a reply of an earlier, forgotten exchange was refused"  # by INGEST


async def link_key(database: Database) -> bytes:
    """What links in alerts are signed with: the same for every process of this store."""
    await database.redis.setnx(LINK_KEY, token_hex(32))
    return str(await database.redis.get(LINK_KEY)).encode()


def home(database: Database) -> Partition:
    return database.partitions.all[0]


@dataclass(frozen=True, slots=True)
class Delivery:
    """That an item goes to a channel, which looks at it at ``look_at``."""

    channel: str
    item: Item
    look_at: datetime

    @property
    def mark(self) -> str:
        """The same for whoever makes it of the same alert, written down once."""
        return f"{self.channel}|{self.item.id}|{self.item.notice.writing}"


async def route(database: Database, deliveries: Sequence[Delivery]) -> list[bool]:
    """Give each item to its channel, once; says which of them are new there.

    Once though a daemon was held up for hours before it did, and another has done it meanwhile.
    """
    if not deliveries:
        return []
    here, now = home(database), database.clock.now()
    keys = [here.events, here.routed, *here.queue("channel")]
    arguments: list[str | int] = [ms(now), ms(now - LONGEST_HOLD_UP)]
    for one in deliveries:
        found = here.channel(one.channel)
        keys += [found.state, found.waiting]
        arguments += [one.channel, one.mark, one.item.id, dump_item(one.item), ms(one.look_at)]
    answers = await database.scripts.run("route_alerts", keys, arguments)
    return [bool(answer) for answer in answers]


ToldOf = tuple[dict[str, Told], dict[str, Sent]]  # by subject, and by message


async def look_soon(database: Database, channels: Collection[str]) -> int:
    """Have channels look what of all they told is over; returns how many look earlier now.

    Only a hint: one that gets lost costs the time until the next look that is planned anyway.
    """
    here = home(database)
    keys = (*here.queue("channel"), *(here.channel(name).state for name in channels))
    arguments: list[str | int] = [ms(database.clock.now()), *channels]
    return int(await database.scripts.run("look_soon", keys, arguments))


async def read_channel(database: Database, channel: str) -> ChannelState:
    """What waits, what is under way, and what is wrong."""
    keys = home(database).channel(channel)
    return _state(*await _hashes(database, keys.state, keys.waiting))


async def read_whole_channel(database: Database, channel: str) -> tuple[ChannelState, ToldOf]:
    """That, and what it told; one round trip, which may be long where much is open."""
    state, waiting, *told = await _hashes(database, *home(database).channel(channel))
    return _state(state, waiting), _told(*told)


async def read_told(database: Database, channel: str) -> ToldOf:
    """What a channel told that is not over, by subject, and in which messages."""
    keys = home(database).channel(channel)
    return _told(*await _hashes(database, keys.told, keys.messages))


async def _hashes(database: Database, *keys: str) -> list[dict[str, str]]:
    pipe = database.redis.pipeline(transaction=False)
    for key in keys:
        pipe.hgetall(key)
    return await pipe.execute()


def _state(raw: Mapping[str, str], waiting: Mapping[str, str]) -> ChannelState:
    return ChannelState(
        waiting={name: load_item(text) for name, text in waiting.items()},
        telling=load_telling(raw["telling"]) if "telling" in raw else None,
        trouble=load_trouble(raw["trouble"]) if "trouble" in raw else None,
        last_told=maybe(raw.get("last_told")),
        planned=maybe(raw.get("planned")),
        look_at=maybe(raw.get("look_at")),
        not_before=maybe(raw.get("not_before")),
        arrivals=raw.get("arrivals", "0"),
    )


def _told(told: Mapping[str, str], messages: Mapping[str, str]) -> ToldOf:
    return (
        {name: load_told(text) for name, text in told.items()},
        {
            name: load_sent(text, messages.get(f"{name}{HEARD}"))
            for name, text in messages.items()
            if not name.endswith(HEARD)
        },
    )


async def told_before(database: Database, channel: str, items: Sequence[Item]) -> dict[str, Notice]:
    """The alert that the channel told last about each item's subject."""
    names = list({subject(item.notice) for item in items})
    key = home(database).channel(channel).told
    rows = await database.redis.hmget(key, names) if names else []
    return {
        name: load_told(str(text)).notice for name, text in zip(names, rows, strict=True) if text
    }


async def failing(database: Database, channels: Sequence[str]) -> set[str]:
    """Those of the channels that do not take what they are handed."""
    pipe = database.redis.pipeline(transaction=False)
    for channel in channels:
        pipe.hexists(home(database).channel(channel).state, "trouble")
    return {name for name, sick in zip(channels, await pipe.execute(), strict=True) if sick}


async def begin_telling(database: Database, claim: Claim, telling: Telling) -> bool:
    """Write down what is about to be handed over; False when another worker has the channel."""
    here = home(database)
    answer = await database.scripts.run(
        "begin_telling",
        (here.events, *here.queue("channel"), here.channel(claim.item).state),
        (claim.item, claim.token, ms(telling.at), dump_telling(telling), telling.message),
    )
    return bool(answer)


Changes = Mapping[str, str | None]  # a field, and what stands there from now on


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a look has brought. In each mapping None takes the field away."""

    next_at: datetime | None
    not_before: datetime
    state: Changes = field(default_factory=dict)
    waiting: Changes = field(default_factory=dict)
    told: Changes = field(default_factory=dict)
    messages: Changes = field(default_factory=dict)
    event: str = ""
    message: str = ""
    count: int = 0


async def settle(database: Database, claim: Claim, seen: ChannelState, what: Settlement) -> bool:
    """Note ``what`` and give the channel back; False when another worker has it."""
    here = home(database)
    arguments: list[str | int] = [
        claim.item,
        claim.token,
        ms(database.clock.now()),
        seen.arrivals,
        ms(what.next_at) if what.next_at else "",
        ms(what.not_before),
        what.event,
        what.message,
        what.count,
    ]
    for changes in (what.state, what.waiting, what.told, what.messages):
        arguments.append(len(changes))
        for name, value in changes.items():
            arguments += [name, value or ""]
    keys = (here.events, *here.queue("channel"), *here.channel(claim.item))
    return bool(await database.scripts.run("settle_channel", keys, arguments))


async def heard(database: Database, table: str, notices: Sequence[Notice]) -> set[str]:
    """Ids of those alerts that somebody acknowledged, at whichever channel of the table."""
    pipe = database.redis.pipeline(transaction=False)
    for notice in notices:
        pipe.zscore(home(database).heard, _heard_as(table, notice))
    answers = zip(notices, await pipe.execute(), strict=True)
    return {notice.id for notice, at in answers if at is not None}


def _heard_as(table: str, notice: Notice) -> str:
    """The same at each channel of a table; another where the same thing came to be so again."""
    return f"{table}|{notice.id}|{notice.writing}"


async def acknowledge(
    database: Database, channel: str, message: str, *, table: str, by: str
) -> Sent | None:
    """Somebody sees to a message, and to what of it other channels of its table told.

    Returns it with who was first; None when it is over, or never was.
    """
    here, now = home(database), database.clock.now()
    told, messages = await read_told(database, channel)
    if message not in messages:
        return None
    marks = [_heard_as(table, one.notice) for one in told.values() if one.message == message]
    keys = here.channel(channel)
    first = dump({"by": by, "at": ms(now)})
    text = await database.scripts.run(
        "acknowledge",
        (here.events, keys.messages, here.heard),
        (channel, message, ms(now), first, ms(now - REMEMBER), by, *marks),
    )
    return load_sent(dump_sent(messages[message]), text) if text else None


async def conversations_open(
    database: Database, conversations: Sequence[ConversationId]
) -> dict[ConversationId, "Standing"]:
    """How the conversations stand that are there; one round trip."""
    pipe = database.redis.pipeline(transaction=False)
    fields = ("account", "waiting_since", "due_at", "assignee", "state", "risk", "problem")
    for one in conversations:
        key = database.partitions.of_conversation(one).conversation(one).conversation
        pipe.hmget(key, fields)
    rows = zip(conversations, await pipe.execute(), strict=True)
    return {
        one: Standing(
            owed=bool(row[1]),
            due_at=maybe(row[2]),
            assignee=row[3] or "",
            state=row[4] or "",
            risk=Risk.labelled(row[5] or "none"),
            problem=row[6] or "",
        )
        for one, row in rows
        if row[0]
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a conversation stands, as far as alerts care."""

    owed: bool
    due_at: datetime | None
    assignee: str
    state: str
    risk: Risk = Risk.NONE  # as far as thresholds of its promise were written down as told
    problem: str = ""
