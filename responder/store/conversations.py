"""Conversations as they stand: one, several, a buyer's others."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from responder.domain.model import AccountId, ConversationId, Draft, ReplyFile, State
from responder.errors import Unknown
from responder.store.codec import load_proposal
from responder.store.database import Database
from responder.store.files import load_files
from responder.store.keys import Partition
from responder.store.times import maybe, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A reply that somebody prepared and that leaves only when a second person says yes."""

    id: str
    text: str
    by: str
    why: str  # "trainee", or "above_cap": then a supervisor is needed
    version: int  # of the draft it was made from
    newest: int  # seq of the newest message that was read
    step: str  # of the resolution ladder, or ""
    at: datetime
    files: tuple[ReplyFile, ...] = ()


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
    team_due_at: datetime | None  # the team's own target beside it
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
    ladder_step: str = ""  # the last step of the resolution ladder that was sent: see steps.py
    asked: Asked | None = None  # a reply that waits for a second person's yes
    asked_id: str = ""  # of what was last laid before a second person, lapsed or not
    lapsed: str = ""  # words of one that was overtaken before anybody said yes
    answered: bool = False  # whether the buyer was ever answered
    files: tuple[ReplyFile, ...] = ()  # that lie here for the reply that is being written

    def is_snoozed(self, now: datetime) -> bool:
        """Whether it is out of sight: never while it is late, or due before the snooze ends."""
        until = self.snoozed_until
        if until is None or until <= now or self.risk == "breached":
            return False
        return self.due_at is None or until <= self.due_at

    @property
    def order_facts(self) -> dict[str, str]:
        """The facts of its order as rules and templates name them."""
        return {f"order.{name}": text for name, text in self.order.items() if isinstance(text, str)}


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
        team_due_at=maybe(raw.get("team_due_at")),
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
        ladder_step=raw.get("ladder_step", ""),
        asked=asked if (asked := _asked(raw)) and _still_fits(asked, raw) else None,
        asked_id=raw.get("asked_id", ""),
        lapsed=asked.text if asked and not _still_fits(asked, raw) else "",
        answered="answered_until" in raw or "delivered" in raw,
        files=_files(raw, now),
    )


def _files(raw: Mapping[str, str], now: datetime) -> tuple[ReplyFile, ...]:
    until = maybe(raw.get("files_until"))
    return load_files(raw["files"]) if "files" in raw and until and until > now else ()


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


def _asked(raw: Mapping[str, str]) -> Asked | None:
    """What was laid before a second person, whether or not it may still be agreed to."""
    if "asked" not in raw or raw["state"] != State.WAITING:
        return None
    told = json.loads(raw["asked"])
    files = tuple(ReplyFile(**one) for one in told.get("files", ()))
    return Asked(**told | {"at": moment(told["at"]), "files": files})


def is_asked(asked: str | None, newest: str | None, version: str | None) -> bool:
    """Whether something waits for a second yes, by these fields of a conversation."""
    if asked is None:
        return False
    told = json.loads(asked)
    return (told["newest"], told["version"]) == (int(newest or 0), int(version or 0))


def _still_fits(asked: Asked, raw: Mapping[str, str]) -> bool:
    """Whether neither the buyer nor the drafter has said anything since."""
    now = (int(raw.get("newest", 0)), int(raw.get("draft_version", 0)))
    return (asked.newest, asked.version) == now


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
