"""What could not be handled, kept with its reason until a person decides.

2026-11-22 Their number has no bound: each is a few hundred bytes without a buyer's words, and
what is thrown away by itself is lost. ``responder_dead_letters`` counts them, an alert tells of
each, and ``drop`` takes whole kinds or accounts at once.
"""

import json
from collections.abc import Container, Mapping
from enum import StrEnum
from typing import Literal, get_args

from responder.domain.model import AccountId, ConversationId
from responder.domain.outreach import Standing
from responder.store.codec import dump, stamp
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.notices import Notice, dump_notice
from responder.store.outbox import give_up
from responder.store.outreach import Move, move
from responder.store.queue import Claim, DeadlineQueue
from responder.store.times import ms

LetterKind = Literal[
    "message", "poll", "draft", "watch", "outbox", "greet", "alert", "outreach", "occasion"
]
GIVEN_UP = "sending it failed in a way nobody foresaw, and somebody has given it up"
KINDS: tuple[LetterKind, ...] = get_args(LetterKind)


class Replayed(StrEnum):
    """What became of a replay."""

    REPLAYED = "replayed"
    OVER = "over"  # nothing is left to do for it: it is only forgotten
    GONE = "gone"  # there is no such letter
    NO_ACCOUNT = "no_account"  # nobody would read it again: it stays where it is


async def bury(
    database: Database,
    queue: DeadlineQueue,
    claim: Claim,
    reason: str,
    notice: Notice | None,
    *,
    account: AccountId | None = None,
) -> bool:
    """Take a poison item out of its queue; False when another worker holds it."""
    now = database.clock.now()
    partition = claim.partition
    letter = {"kind": queue.name, "item": claim.item, "reason": reason, "at": stamp(now)}
    if account:
        letter["account"] = account
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


async def dead_letters(
    database: Database, *, kind: str = "", account: str = ""
) -> dict[str, Mapping[str, str]]:
    """Dead letters by id, which starts with the number of its partition; the oldest first."""
    found: dict[str, Mapping[str, str]] = {}
    for partition in database.partitions.all:
        rows = await database.hash(partition.dead)
        found |= {f"{partition.number:02d}/{name}": json.loads(row) for name, row in rows.items()}
    wanted = {
        name: letter
        for name, letter in found.items()
        if kind in {"", letter["kind"]} and account in {"", letter.get("account", "")}
    }
    return dict(sorted(wanted.items(), key=lambda pair: (pair[1]["at"], pair[0])))


async def read_letter(database: Database, letter: str) -> Mapping[str, str] | None:
    partition, name = _place(database, letter)
    text = await database.field(partition.dead, name)
    found: Mapping[str, str] | None = json.loads(text) if text else None
    return found


async def count_dead(database: Database) -> int:
    pipe = database.redis.pipeline(transaction=False)
    for partition in database.partitions.all:
        pipe.hlen(partition.dead)
    return sum(await pipe.execute())


async def replay(
    database: Database, letter: str, by: str, *, accounts: Container[str] | None = None
) -> Replayed:
    """Give ``letter`` another chance in its queue; a message is read again at its source.

    ``accounts``: those whose sources are read at all; None where that is not known.
    """
    found = await read_letter(database, letter)
    if found is None:
        return Replayed.GONE
    partition, name = _place(database, letter)
    kind, item, account = found["kind"], found["item"], found.get("account", "")
    is_message = kind == "message"
    if is_message and accounts is not None and account not in accounts:
        return Replayed.NO_ACCOUNT
    answer = await database.scripts.run(
        "replay",
        (
            partition.dead,
            partition.events,
            *partition.queue("poll" if is_message else kind),
            _about(partition, kind, item),
            partition.rereads(AccountId(account)),
            partition.seen(AccountId(account)),
        ),
        (
            name,
            ms(database.clock.now()),
            account if is_message else item,
            kind,
            account,
            by,
            dump(dict(found)) if is_message else "",
            item if is_message else "",
        ),
    )
    return Replayed(answer)


async def drop(database: Database, letter: str, by: str = "") -> bool:
    """Forget a dead letter; False when there is none of that id."""
    found = await read_letter(database, letter)
    if found is None:
        return False
    partition, name = _place(database, letter)
    match found["kind"]:
        case "outreach":
            await _end(database, found["item"], by)
        case "outbox":
            await give_up(database, ConversationId(found["item"]), GIVEN_UP)
    answer = await database.scripts.run(
        "drop_letter",
        (partition.dead, partition.events, partition.alerts),
        (
            name,
            ms(database.clock.now()),
            found.get("account", ""),
            by,
            found["item"] if found["kind"] == "alert" else "",
        ),
    )
    return bool(answer)


async def _end(database: Database, item: str, by: str) -> None:
    """Words about an order that nobody tries to send any more do not stay as if they waited."""
    for before, after in (
        (Standing.APPROVED, Standing.DROPPED),
        (Standing.SENDING, Standing.UNCERTAIN),
    ):
        how = Move(before=before, after=after, changes={"by": by, "reason": GIVEN_UP})
        await move(database, item, how)


async def to_read_again(database: Database, account: AccountId) -> list[str]:
    """What the account's next poll reads again at its source, as it was written down."""
    partition = database.partitions.of_account(account)
    return await database.listed(partition.rereads(account))


async def was_read_again(database: Database, account: AccountId, entry: str) -> None:
    partition = database.partitions.of_account(account)
    await database.unlist(partition.rereads(account), entry)


def _about(partition: Partition, kind: str, item: str) -> str:
    """The key of what a letter is about: where it is gone, nothing is left to do."""
    match kind:
        case "alert":
            return partition.alerts
        case "outreach":
            return partition.outreach(item)
        case _:
            return partition.conversation(ConversationId(item)).conversation


def _place(database: Database, letter: str) -> tuple[Partition, str]:
    number, _, name = letter.partition("/")
    if not number.isdecimal() or int(number) >= len(database.partitions.all):
        return database.partitions.all[0], ""
    return database.partitions.all[int(number)], name
