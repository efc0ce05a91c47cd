"""Alerts written down before they are told: an outbox of their own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Any

from responder.domain.model import AccountId, ConversationId, Risk
from responder.store.codec import dump, known
from responder.store.database import Database
from responder.store.queue import Claim
from responder.store.times import maybe, moment, ms

WHEN = "%Y%m%dT%H%M%S.%f"  # of a moment in an alert's id

THRESHOLDS = frozenset({Risk.AT_RISK.label, Risk.CRITICAL.label, Risk.BREACHED.label})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing that somebody must be told. Holds no words of a buyer.

    ``id`` follows from what it is about, so that the same thing has the same one.
    ``kind`` is one of the names that ``[[alerts]] at`` takes. Without a
    ``conversation`` it is about a whole account.
    """

    id: str
    kind: str
    at: datetime  # when it came to be so: the threshold, not when we noticed
    account: AccountId
    conversation: ConversationId | None = None
    due_at: datetime | None = None
    reason: str = ""
    # Which writing down it is: the same thing may come to be so again, and is told of again.
    writing: str = field(default="", compare=False)


def raw_notice(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "kind": notice.kind,
        "at": ms(notice.at),
        "account": notice.account,
        "conversation": notice.conversation,
        "due_at": ms(notice.due_at) if notice.due_at else None,
        "reason": notice.reason,
        "writing": notice.writing,
    }


def dump_notice(notice: Notice) -> str:
    """``notice`` as it is written down for the first time."""
    return dump(raw_notice(notice) | {"writing": token_hex(4)})


def load_notice(text: str | Mapping[str, Any]) -> Notice:
    raw = json.loads(text) if isinstance(text, str) else text
    return Notice(**{**known(Notice, raw), "at": moment(raw["at"]), "due_at": maybe(raw["due_at"])})


async def read_notices(database: Database, claims: Sequence[Claim]) -> list[Notice | None]:
    """The alerts that the claims are about; None for one that was told already."""
    pipe = database.redis.pipeline(transaction=False)
    for claim in claims:
        pipe.hget(claim.partition.alerts, claim.item)
    return [load_notice(text) if text else None for text in await pipe.execute()]


async def finish_notices(database: Database, claims: Sequence[Claim]) -> int:
    """Forget alerts of one partition and one claim that are with their channels."""
    partition, token = claims[0].partition, claims[0].token
    answer = await database.scripts.run(
        "finish_alerts",
        (partition.alerts, *partition.queue("alert")),
        (token, *(claim.item for claim in claims)),
    )
    return int(answer)


async def read_notice(database: Database, claim: Claim) -> Notice | None:
    """The alert that ``claim`` is about; None when it was told already."""
    text = await database.field(claim.partition.alerts, claim.item)
    return load_notice(text) if text else None


async def finish_notice(database: Database, claim: Claim) -> bool:
    return bool(await finish_notices(database, [claim]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """That a conversation has reached a threshold, and when to look again."""

    claim: Claim
    waiting_since: datetime  # what this was worked out for; void if it has changed
    told: int  # thresholds reached
    risk: Risk
    next_at: datetime | None
    notice: Notice | None
    tell_at: datetime | None = None  # None: at once


async def announce(database: Database, announcements: Sequence[Announcement]) -> int:
    """Note thresholds of one partition and one claim; returns how many were noted."""
    partition, token = announcements[0].claim.partition, announcements[0].claim.token
    now = database.clock.now()
    arguments: list[str | int] = [ms(now), token]
    for one in announcements:
        arguments += [
            one.claim.item,
            ms(one.waiting_since),
            one.told,
            one.risk.label,
            ms(one.next_at) if one.next_at else "",
            one.notice.id if one.notice else "",
            dump_notice(one.notice) if one.notice else "",
            ms(one.tell_at or now),
        ]
    answer = await database.scripts.run(
        "announce",
        (
            partition.events,
            partition.alerts,
            *partition.queue("alert"),
            *partition.queue("watch"),
            *(
                partition.conversation(ConversationId(one.claim.item)).conversation
                for one in announcements
            ),
        ),
        arguments,
    )
    return sum(answer)
