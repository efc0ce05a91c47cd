"""Approved replies on their way: attempt, then sent, uncertain, or back to a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from responder.domain.model import (
    AccountId,
    Author,
    ConversationId,
    Kind,
    Message,
    MessageId,
    ReplyFile,
    ReplyId,
    State,
)
from responder.domain.states import Change
from responder.store.codec import dump_message
from responder.store.database import Database
from responder.store.files import load_files
from responder.store.keys import Partition
from responder.store.notices import Notice, dump_notice
from responder.store.queue import Claim
from responder.store.times import maybe, moment, ms
from responder.store.trends import CLASSES

CLOCKS_APART = timedelta(minutes=1)  # ours and that of a marketplace's mails, at most


class Verdict(StrEnum):
    """What the store says to a worker that wants to send."""

    GO = "go"
    TRACE = "trace"  # an earlier attempt may have arrived: ask the marketplace first
    PROOF = "proof"  # our own words were read back: it has arrived
    NEWER = "newer"  # something came after the approval that its approver did not know
    GONE = "gone"  # nothing to send any more
    LOST = "lost"  # another worker holds it


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """The approved reply of one conversation."""

    id: ReplyId
    text: str
    by: str
    answers: int
    approved_at: datetime
    state: str  # queued, sending or uncertain
    attempts: int
    first_attempt_at: datetime | None
    last_attempt_at: datetime | None
    attempted_by: str  # the mark of who made the last attempt
    proof: str
    override: str = ""  # why its approver let a rule be broken
    files: tuple[ReplyFile, ...] = ()  # that go with it, in their order


async def attempt(
    database: Database, claim: Claim, *, by: str = "", traced: bool = False
) -> tuple[Verdict, Outgoing | None]:
    """Write down that a reply is about to leave. Only GO allows it to.

    ``by``: a mark of who attempts it.
    ``traced``: the marketplace was asked, and an earlier attempt surely did not arrive.
    """
    partition, item = claim.partition, ConversationId(claim.item)
    keys = partition.conversation(item)
    verdict, flat = await database.scripts.run(
        "attempt",
        (keys.conversation, keys.reply, partition.events, *partition.queue("outbox")),
        (item, ms(database.clock.now()), claim.token, "1" if traced else "0", by),
    )
    fields = dict(zip(flat[::2], flat[1::2], strict=True))
    return Verdict(verdict), _outgoing(fields) if fields else None


async def outgoing(database: Database, conversation: ConversationId) -> Outgoing | None:
    """The reply that is on its way (or uncertain), if there is one."""
    keys = database.partitions.of_conversation(conversation).conversation(conversation)
    fields = await database.hash(keys.reply)
    return _outgoing(fields) if fields else None


def _outgoing(fields: Mapping[str, str]) -> Outgoing:
    return Outgoing(
        id=ReplyId(fields["id"]),
        text=fields["text"],
        by=fields["by"],
        answers=int(fields["answers"]),
        approved_at=moment(fields["approved_at"]),
        state=fields["state"],
        attempts=int(fields["attempts"]),
        first_attempt_at=maybe(fields.get("first_attempt_at")),
        last_attempt_at=maybe(fields.get("attempted_at")),
        attempted_by=fields.get("attempted_by", ""),
        proof=fields.get("proof", ""),
        override=fields.get("override", ""),
        files=load_files(fields.get("files")),
    )


async def try_later(database: Database, claim: Claim, at: datetime) -> bool:
    """Take an attempt back that surely did nothing; False when the lease was lost."""
    keys = claim.partition.conversation(ConversationId(claim.item))
    answer = await database.scripts.run(
        "unattempt",
        (keys.reply, *claim.partition.queue("outbox")),
        (claim.item, claim.token, ms(at)),
    )
    return bool(answer)


async def sent(
    database: Database,
    conversation: ConversationId,
    reply: Outgoing,
    *,
    receipt: str,
    accepted_at: datetime,
    told_by: str = "sender",
) -> State | None:
    """Record that the marketplace accepted ``reply``; None when that is settled already."""
    partition = database.partitions.of_conversation(conversation)
    keys = partition.conversation(conversation)
    now = database.clock.now()
    message = Message(
        id=MessageId(receipt),
        seq=0,
        author=Author.SELLER,
        kind=Kind.CHAT,
        sent_at=accepted_at,
        stored_at=now,
        text=reply.text,
        approved_by=reply.by,
        attachments=tuple(one.told for one in reply.files),
    )
    account = AccountId(await database.field(keys.conversation, "account") or "")
    answer = await database.scripts.run(
        "sent",
        (
            *keys,
            partition.seen(account),
            partition.events,
            *partition.queue("outbox"),
            *partition.queue("watch"),
            *partition.queue("draft"),
            *_indexes(partition),
            partition.days(account),
            partition.files(conversation),
            partition.stock,
        ),
        (
            conversation,
            ms(now),
            reply.id,
            receipt,
            dump_message(message),
            told_by,
            ms(accepted_at - CLOCKS_APART),
            ms(accepted_at),
            CLASSES,
        ),
    )
    return None if answer == "gone" else State(answer)


def _indexes(partition: Partition) -> tuple[str, ...]:
    states = (State.WAITING, State.APPROVED, State.UNCERTAIN, State.ANSWERED)
    return tuple(partition.index[state] for state in states)


async def uncertain(database: Database, claim: Claim, reason: str, notice: Notice) -> bool:
    """Nobody can tell whether the reply arrived: a person decides."""
    return await _uncertain(database, ConversationId(claim.item), claim.token, reason, notice)


async def _uncertain(
    database: Database,
    conversation: ConversationId,
    token: str,
    reason: str,
    notice: Notice | None,
) -> bool:
    partition = database.partitions.of_conversation(conversation)
    keys = partition.conversation(conversation)
    answer = await database.scripts.run(
        "uncertain",
        (
            keys.conversation,
            keys.reply,
            partition.events,
            *partition.queue("outbox"),
            partition.index[State.APPROVED],
            partition.index[State.UNCERTAIN],
            partition.alerts,
            *partition.queue("alert"),
        ),
        (
            conversation,
            ms(database.clock.now()),
            token,
            reason,
            notice.id if notice else "",
            dump_notice(notice) if notice else "",
        ),
    )
    return bool(answer)


async def give_up(database: Database, conversation: ConversationId, why: str) -> None:
    """Leave a reply that nobody tries to send any more to a person; what is being sent stays."""
    reply = await outgoing(database, conversation)
    outbox, *_ = database.partitions.of_conversation(conversation).queue("outbox")
    if reply is None or await database.redis.zscore(outbox, conversation) is not None:
        return
    back = Return(change=Change.NOT_SENT, reply_state="queued", why=why, reply_id=reply.id)
    if not await _uncertain(database, conversation, "", why, None):
        await returned(database, conversation, back)


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """Why a reply comes back to a person, and from which state of it."""

    change: Change
    reply_state: str  # queued, sending or uncertain
    why: str
    reply_id: ReplyId | None = None
    claim: Claim | None = None
    notice: Notice | None = None
    approved_by: str = ""  # who must have approved it; "" for whoever did
    was_sent: bool = False  # refused afterwards: its copy may be listed yet, and answers nothing


async def returned(
    database: Database, conversation: ConversationId, back: Return
) -> tuple[str, ...]:
    """Give the words of a reply back to a person.

    ("ok",), or why not: ("unknown",), ("gone",), ("wrong_state", state of the reply),
    ("not_yours", who approved it).
    """
    partition = database.partitions.of_conversation(conversation)
    keys = partition.conversation(conversation)
    answer = await database.scripts.run(
        "returned",
        (
            keys.conversation,
            keys.reply,
            keys.owed,
            partition.events,
            *partition.queue("outbox"),
            *partition.queue("draft"),
            *_indexes(partition),
            partition.alerts,
            *partition.queue("alert"),
        ),
        (
            conversation,
            ms(database.clock.now()),
            back.reply_id or "",
            back.reply_state,
            back.claim.token if back.claim else "",
            back.change,
            back.why,
            back.notice.id if back.notice else "",
            dump_notice(back.notice) if back.notice else "",
            back.approved_by,
            "1" if back.was_sent else "",
        ),
    )
    return tuple(answer)
