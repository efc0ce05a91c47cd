"""Words about orders that nobody asked for, from proposal to what became of them.

One item for each account, order and occasion, under an id that follows from them: so it is proposed
once, whoever looks, and sent once, whoever sends. They are no messages of a conversation, and
touch no reply clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import cast

from responder.domain.model import AccountId
from responder.domain.outreach import SETTLED, Occasion, Standing
from responder.errors import Conflict, Unknown
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.own_words import OwnWords, own_keys
from responder.store.queue import Claim
from responder.store.times import maybe, moment, ms

_Pairs = list[tuple[str, float]]
OLD = "nobody has decided while it could be said"
KEEP = timedelta(days=180)  # of what is settled: so long the same occasion is known again


@dataclass(frozen=True, slots=True, kw_only=True)
class Outreach:
    """One item. ``channel`` and ``audience`` are the connector's words."""

    id: str
    account: AccountId
    order_id: str
    occasion: Occasion
    channel: str
    audience: str
    text: str
    language: str
    is_free: bool  # whether the words are ours to change
    comes_back: bool  # the inbox shows them again, as a message by the seller
    most: int  # characters, or UTF-8 bytes, that its way takes; 0 where that is not known
    in_bytes: bool
    state: Standing
    version: int
    created_at: datetime
    changed_at: datetime
    attempted_at: datetime | None = None  # the last time
    attempted_by: str = ""  # the mark of who did, the last time
    first_attempt_at: datetime | None = None
    was_absent: bool = False  # an attempt got no answer, and the marketplace did not show it
    by: str = ""  # who approved or dropped it
    reason: str = ""  # why it is where it is, where that is not plain
    receipt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What is proposed for an order and an occasion."""

    order_id: str
    occasion: Occasion
    channel: str
    audience: str
    text: str
    language: str
    is_free: bool
    comes_back: bool = False
    most: int = 0
    in_bytes: bool = False


def outreach_id(partition: Partition, account: AccountId, order: str, occasion: str) -> str:
    """The same order and occasion of the same account always have the same id."""
    text = f"{account}\0{order}\0{occasion}".encode("utf-8", "surrogatepass")
    return f"{partition.number:02d}-{blake2b(text, digest_size=10).hexdigest()}"


async def owners_of(database: Database, claims: Sequence[Claim]) -> list[AccountId | None]:
    """Whose words the claims are about; None for what is gone. One round trip."""
    pipe = database.redis.pipeline(transaction=False)
    for claim in claims:
        pipe.hget(claim.partition.outreach(claim.item), "account")
    return [AccountId(owner) if owner else None for owner in await pipe.execute()]


async def is_known(database: Database, account: AccountId, order: str, occasion: str) -> bool:
    """Whether this was proposed before, whatever became of it."""
    partition = database.partitions.of_account(account)
    name = outreach_id(partition, account, order, occasion)
    return bool(await database.redis.exists(partition.outreach(name)))


async def proposed_at(
    database: Database, account: AccountId, order: str, occasion: str
) -> datetime | None:
    """Since when this waits for approval; None where it does not."""
    partition = database.partitions.of_account(account)
    key = partition.outreach(outreach_id(partition, account, order, occasion))
    state, at = await database.redis.hmget(key, ["state", "created_at"])
    return moment(str(at)) if at and state == Standing.PROPOSED else None


async def propose(database: Database, account: AccountId, wording: Wording) -> bool:
    """Write it down for approval; False where it was proposed before."""
    partition = database.partitions.of_account(account)
    name = outreach_id(partition, account, wording.order_id, wording.occasion)
    fields = {
        "order_id": wording.order_id,
        "occasion": wording.occasion,
        "channel": wording.channel,
        "audience": wording.audience,
        "text": wording.text,
        "language": wording.language,
        "is_free": "1" if wording.is_free else "0",
        "comes_back": "1" if wording.comes_back else "0",
        "most": str(wording.most),
        "in_bytes": "1" if wording.in_bytes else "0",
    }
    flat = [part for pair in fields.items() for part in pair]
    answer = await database.scripts.run(
        "propose_outreach",
        (partition.outreach(name), partition.outreaches(Standing.PROPOSED), partition.events),
        (name, ms(database.clock.now()), account, *flat),
    )
    return bool(answer)


async def withdraw(database: Database, account: AccountId, order: str, occasion: Occasion) -> bool:
    """Take a proposal back whose occasion has passed; whether there was one nobody had decided."""
    if not await is_known(database, account, order, occasion):
        return False
    name = outreach_id(database.partitions.of_account(account), account, order, occasion)
    how = Move(
        before=Standing.PROPOSED,
        after=Standing.DROPPED,
        changes={"reason": "the order has changed"},
    )
    return await move(database, name, how) == "ok"


async def withdraw_old(database: Database, before: datetime) -> int:
    """Take back what was proposed before then and nobody has decided; how many."""
    count = 0
    for partition in database.partitions.all:
        index = partition.outreaches(Standing.PROPOSED)
        for name in await database.redis.zrangebyscore(index, "-inf", ms(before)):
            how = Move(before=Standing.PROPOSED, after=Standing.DROPPED, changes={"reason": OLD})
            count += await move(database, str(name), how) == "ok"
    return count


async def read_outreach(database: Database, name: str) -> Outreach:
    """One item. ``Unknown`` where there is none of that id."""
    fields = await database.hash(_partition(database, name).outreach(name))
    if not fields:
        raise Unknown(f"there is no message about an order {name!r}; it may be too long ago")
    return _outreach(name, fields)


async def outreaches(
    database: Database, states: Iterable[Standing], limit: int = 200
) -> list[Outreach]:
    """Items of these standings, those first that came there last."""
    rows: list[tuple[float, str]] = []
    for state in states:
        for partition in database.partitions.all:
            key = partition.outreaches(state)
            pairs = await database.redis.zrevrange(key, 0, limit - 1, withscores=True)
            rows += [(float(score), str(name)) for name, score in cast("_Pairs", pairs)]
    found = []
    for _, name in sorted(rows, reverse=True)[:limit]:
        fields = await database.hash(_partition(database, name).outreach(name))
        if fields:
            found.append(_outreach(name, fields))
    return found


async def count_proposed(database: Database) -> int:
    """How many wait for approval."""
    pipe = database.redis.pipeline(transaction=False)
    for partition in database.partitions.all:
        pipe.zcard(partition.outreaches(Standing.PROPOSED))
    return sum(await pipe.execute())


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """From one standing to another. ``queue``: when it is handed out, "held" as it is, "" never.

    ``own``: the words leave for a thread of the inbox with this move, or are known to be there.
    """

    before: Standing
    after: Standing
    version: int | None = None
    queue: datetime | str = ""
    changes: Mapping[str, str] | None = None
    own: OwnWords | None = None


async def move(database: Database, name: str, how: Move, claim: Claim | None = None) -> str:
    """Make a move; "ok", or why not: see ``move_outreach.lua``."""
    partition, now = _partition(database, name), database.clock.now()
    flat = [part for pair in (how.changes or {}).items() for part in pair]
    answer: str = await database.scripts.run(
        "move_outreach",
        (
            partition.outreach(name),
            partition.outreaches(how.before),
            partition.outreaches(how.after),
            partition.events,
            *partition.queue("outreach"),
            *(own_keys(partition, how.own) if how.own else (partition.outreach(name),) * 2),
            partition.leaving,
        ),
        (
            name,
            ms(now),
            how.before,
            "" if how.version is None else how.version,
            how.after,
            claim.token if claim else "",
            ms(how.queue) if isinstance(how.queue, datetime) else how.queue,
            KEEP // timedelta(milliseconds=1) if how.after in SETTLED else "",
            (how.own.message or "?") if how.own else "",
            KEEP // timedelta(milliseconds=1),
            *(flat or ("reason", "")),
        ),
    )
    return answer


async def decide(database: Database, name: str, how: Move) -> None:
    """Make a person's move. ``Conflict`` says how things stand where it cannot be."""
    answer = await move(database, name, how)
    match answer:
        case "ok":
            return
        case "":
            raise Unknown(f"there is no message about an order {name!r}")
        case "stale":
            raise Conflict("stale_draft", "its words have changed meanwhile: look at them again")
        case state:
            raise Conflict("settled", f"it is {state} by now", state=state)


async def orders_cursor(database: Database, account: AccountId) -> str | None:
    """How far an account's orders were read; None: not yet."""
    partition = database.partitions.of_account(account)
    found = await database.redis.hget(partition.account(account), "orders_cursor")
    return None if found is None else str(found)


async def orders_were_read(database: Database, claim: Claim, cursor: str, again: datetime) -> bool:
    """Remember it, and when to go on; False where the lease was lost."""
    partition = claim.partition
    answer = await database.scripts.run(
        "read_orders",
        (partition.account(AccountId(claim.item)), *partition.queue("orders")),
        (claim.item, claim.token, cursor, ms(again)),
    )
    return bool(answer)


def _partition(database: Database, name: str) -> Partition:
    number = name.partition("-")[0]
    for part in database.partitions.all:
        if number == f"{part.number:02d}":
            return part
    raise Unknown(f"there is no message about an order {name!r}")


def _outreach(name: str, fields: Mapping[str, str]) -> Outreach:
    return Outreach(
        id=name,
        account=AccountId(fields["account"]),
        order_id=fields["order_id"],
        occasion=Occasion(fields["occasion"]),
        channel=fields["channel"],
        audience=fields["audience"],
        text=fields["text"],
        language=fields["language"],
        is_free=fields["is_free"] == "1",
        comes_back=fields.get("comes_back") == "1",
        most=int(fields.get("most", 0)),
        in_bytes=fields.get("in_bytes") == "1",
        state=Standing(fields["state"]),
        version=int(fields["version"]),
        created_at=moment(fields["created_at"]),
        changed_at=moment(fields["changed_at"]),
        attempted_at=maybe(fields.get("attempted_at")),
        attempted_by=fields.get("attempted_by", ""),
        first_attempt_at=maybe(fields.get("first_attempt_at")),
        was_absent=fields.get("was_absent") == "1",
        by=fields.get("by", ""),
        reason=fields.get("reason", ""),
        receipt=fields.get("receipt", ""),
    )
