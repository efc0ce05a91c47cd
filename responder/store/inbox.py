"""INGEST: a page of an account's inbox and its cursor, stored in one step."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from responder.domain.model import (
    AccountId,
    Author,
    ConversationId,
    Kind,
    Message,
    MessageId,
    State,
)
from responder.domain.sla import Plan
from responder.store.codec import dump, dump_message, preview, same_words, stamp
from responder.store.conversations import accounts_of
from responder.store.database import Database
from responder.store.keys import Partition
from responder.store.notices import WHEN, Notice, dump_notice
from responder.store.owed import mark_of
from responder.store.own_words import known_again
from responder.store.queue import Claim
from responder.store.scripts import Argument
from responder.store.times import ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message as it comes in. ``plan`` is its reply clock; None where none is owed.

    ``named``: the marketplace itself has named the deadline of ``plan``.
    """

    thread: str
    message: Message  # its seq is given by the store
    buyer: str
    buyer_id: str = ""
    subject: str = ""
    order_ids: tuple[str, ...] = ()
    reply_to: Mapping[str, str] = field(default_factory=dict)
    refuses: str = ""
    conversation: ConversationId | None = None  # where the caller knows it; else from ``thread``
    plan: Plan | None = None
    named: bool = False
    team_due_at: datetime | None = None  # the team's own target


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """Something at the source that cannot become a message."""

    id: str
    reason: str
    ref: str
    at: datetime


class Book(StrEnum):
    """Whose page it is: it comes under that queue's lease and moves that position on."""

    POLL = "poll"
    CENSUS = "census"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """``cursor`` is the inbox's, or of a census how far it has come.

    ``after`` is the cursor that the page was read after ("" for none): it is stored only
    where that is the account's. None: wherever the account stands.
    ``seen`` is what the source named; ``caught_up`` says that it has no more for now.
    """

    account: AccountId
    marketplace: str
    arrivals: Sequence[Arrival]
    cursor: str
    aside: Sequence[Aside] = ()
    seen: int = 0
    ignored: int = 0
    caught_up: bool = True
    after: str | None = None
    book: Book = Book.POLL


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What a page brought that was not stored before, and how much of it was ``known``."""

    messages: int
    aside: int
    known: int = field(default=0, compare=False)
    ids: frozenset[MessageId] = field(default=frozenset(), compare=False)  # of the new messages


async def ingest(
    database: Database, page: Page, claim: Claim, *, next_poll: datetime, keep: bool = False
) -> Ingested | None:
    """Store ``page`` under the lease ``claim`` on its account.

    None when the lease was lost, or the page does not follow what the account has.

    ``keep`` holds the lease for another page, until ``next_poll``.
    """
    partition = claim.partition
    page = await _with_own_words(database, page)
    threads = await _by_conversation(database, page, partition)
    answer = await database.scripts.run(
        "ingest",
        _keys(partition, page, threads),
        _arguments(page, claim, threads, now=database.clock.now(), next_poll=next_poll, keep=keep),
    )
    if answer[0] == "lost":
        return None
    known, *ids = answer[-1]
    return Ingested(
        messages=sum(answer[3::2]), aside=answer[1], known=known, ids=frozenset(map(MessageId, ids))
    )


async def _with_own_words(database: Database, page: Page) -> Page:
    """What we ourselves have said unasked is no answer to anybody."""
    said = [arrival.message for arrival in page.arrivals]
    messages = await known_again(database, page.account, said)
    arrivals = [
        replace(arrival, message=message)
        for arrival, message in zip(page.arrivals, messages, strict=True)
    ]
    return replace(page, arrivals=arrivals)


async def _by_conversation(
    database: Database, page: Page, partition: Partition
) -> dict[ConversationId, list[Arrival]]:
    threads: dict[ConversationId, list[Arrival]] = {}
    named = await _named(database, page, partition)
    for arrival in page.arrivals:
        conversation = arrival.conversation
        if conversation is None or conversation not in named:
            conversation = database.partitions.conversation_id(page.account, arrival.thread)
        threads.setdefault(conversation, []).append(arrival)
    return threads


async def _named(database: Database, page: Page, partition: Partition) -> set[ConversationId]:
    """What ``page`` names and is no other account's: a name read from a mail may be anything."""
    names = {one.conversation for one in page.arrivals if one.conversation is not None}
    here = [name for name in sorted(names) if _lies_in(database, name, partition)]
    owners = await accounts_of(database, here) if here else []
    return {name for name, owner in zip(here, owners, strict=True) if owner in {None, page.account}}


def _lies_in(database: Database, conversation: ConversationId, partition: Partition) -> bool:
    """Whether it can be one of ours: a name read from a mail may be anything."""
    try:
        return database.partitions.of_conversation(conversation) is partition
    except KeyError:
        return False


def _keys(
    partition: Partition, page: Page, threads: Mapping[ConversationId, Sequence[Arrival]]
) -> Iterator[str]:
    account = page.account
    yield partition.account(account)
    yield partition.accounts
    yield partition.seen(account)
    yield partition.dead
    yield partition.events
    for name in (page.book, "draft", "watch", "outbox"):
        yield from partition.queue(name)
    yield from (partition.index[state] for state in INDEXES)
    yield partition.days(account)
    yield partition.alerts
    yield from partition.queue("alert")
    yield partition.stock
    for conversation, arrivals in threads.items():
        yield from partition.conversation(conversation)
        yield partition.files(conversation)
        yield partition.buyer(account, _identity(arrivals))


def _identity(arrivals: Sequence[Arrival]) -> str:
    """Who the buyer is, over threads; where nobody says, the thread stands alone."""
    named = next((arrival.buyer_id for arrival in arrivals if arrival.buyer_id), "")
    return named or f"thread {arrivals[0].thread}"


INDEXES = (
    State.WAITING,
    State.APPROVED,
    State.UNCERTAIN,
    State.ANSWERED,
    State.NO_REPLY_NEEDED,
)


def _arguments(
    page: Page,
    claim: Claim,
    threads: Mapping[ConversationId, Sequence[Arrival]],
    *,
    now: datetime,
    next_poll: datetime,
    keep: bool,
) -> Iterator[Argument]:
    yield from (ms(now), page.account, claim.token, ms(next_poll), "1" if keep else "0")
    yield from (page.cursor, page.seen, page.ignored)
    yield from (page.book, "1" if page.caught_up else "0")
    yield "?" if page.after is None else f"={page.after}"
    sent = [ms(arrival.message.sent_at) for arrival in page.arrivals]
    yield from (min(sent), max(sent)) if sent else ("", "")
    yield from _alert(_of_letters(page, now) if page.book is Book.POLL and page.aside else None)
    yield len(page.aside)
    for aside in page.aside:
        yield from (aside.id, f"message:{page.account}:{aside.id}", _dead_letter(page, aside))
    yield len(threads)
    for conversation, arrivals in threads.items():
        yield from (conversation, page.marketplace, arrivals[0].thread)
        yield from (_identity(arrivals), len(arrivals))
        for arrival in arrivals:
            yield from _message(arrival)
            refusal = arrival.message.kind is Kind.REFUSAL
            yield from _alert(_of_refusal(page, conversation, arrival, now) if refusal else None)


def _message(arrival: Arrival) -> Iterator[Argument]:
    message = arrival.message
    owed = message.author is Author.BUYER and message.kind is Kind.CHAT
    digest = same_words(message.text) if message.author is Author.SELLER else ""
    yield from (message.id, message.author, message.kind, ms(message.sent_at), digest)
    if owed and arrival.plan is not None:
        yield from (ms(arrival.plan.due_at), ms(arrival.plan.steps[0].at))
        yield mark_of(named=arrival.named, team_due_at=arrival.team_due_at)
    else:
        yield from (0, 0, "")
    yield from (dump_message(message), preview(message.text) if owed else "")
    yield from (dump(dict(arrival.reply_to)), message.language or "", arrival.buyer)
    yield from (arrival.buyer_id, preview(arrival.subject), ",".join(arrival.order_ids))
    yield arrival.refuses


def _alert(notice: Notice | None) -> tuple[str, str]:
    return (notice.id, dump_notice(notice)) if notice else ("", "")


def _of_letters(page: Page, now: datetime) -> Notice:
    """What a census finds is told of as a gap."""
    return Notice(
        id=f"{page.account}:set-aside:{now:{WHEN}}",
        kind="dead_letter",
        at=now,
        account=page.account,
        reason="something at the source cannot be read: see responder dead-letters list",
    )


def _of_refusal(
    page: Page, conversation: ConversationId, arrival: Arrival, now: datetime
) -> Notice:
    return Notice(
        id=f"{conversation}:send_refused:{arrival.message.id}",
        kind="send_refused",
        at=now,
        account=page.account,
        conversation=conversation,
        reason="the marketplace had taken the reply, and refused it later",
    )


def _dead_letter(page: Page, aside: Aside) -> str:
    return dump(
        {
            "kind": "message",
            "account": page.account,
            "marketplace": page.marketplace,
            "item": aside.id,
            "reason": aside.reason,
            "ref": aside.ref,
            "at": stamp(aside.at),
        }
    )
