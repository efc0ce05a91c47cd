"""From what a connector reports to what the store keeps."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import structlog

from connectors import base
from connectors.base import Batch, InboundMessage
from responder.clock import CLOCKS_APART
from responder.domain.model import Author, ConversationId, Kind, Message, MessageId
from responder.metrics import Metrics
from responder.store.codec import dump_message
from responder.store.inbox import Arrival, Aside, Ingested, Page
from responder.workers.accounts import Account

log = structlog.get_logger()

# Characters of a message that are kept: a store lies in memory, and a mail may have 40 MB.
LONGEST = 2_000_000


def page_of(account: Account, batch: Batch, now: datetime) -> Page:
    """The page, with the reply clock of each message that starts one.

    A message that makes no sense is set aside with the reason, and spoils no other.
    """
    arrivals, broken = _arrivals(account, batch.messages, now)
    return Page(
        account=account.id,
        marketplace=account.marketplace,
        arrivals=arrivals,
        aside=[
            *broken,
            *(
                Aside(id=aside.id, reason=aside.reason, ref=aside.ref, at=aside.at)
                for aside in batch.set_aside
            ),
        ],
        cursor=batch.cursor,
        seen=batch.seen,
        ignored=batch.ignored,
        caught_up=not batch.more,
    )


def count_new(metrics: Metrics, page: Page, stored: Ingested, now: datetime) -> None:
    """Count the messages of ``page`` that were stored now, and how long each was under way."""
    new = {
        arrival.message.id: arrival.message.sent_at
        for arrival in page.arrivals
        if arrival.message.id in stored.ids
    }
    metrics.ingested.labels(page.account).inc(len(new))
    for sent_at in new.values():
        metrics.ingest_lag.observe(max((now - sent_at).total_seconds(), 0))


def _arrivals(
    account: Account, messages: Sequence[InboundMessage], now: datetime
) -> tuple[list[Arrival], list[Aside]]:
    arrivals: list[Arrival] = []
    broken: list[Aside] = []
    for message in messages:
        try:
            arrival = _arrival(account, message, now)
            dump_message(arrival.message)  # as the store will: a naive moment shows only here
            arrivals.append(arrival)
        except Exception as error:
            reason = f"it makes no sense: {error.__class__.__name__}"
            log.error("poll.poison", account=account.id, message=message.id, exc_info=error)
            broken.append(Aside(id=message.id, reason=reason, ref=message.thread, at=now))
    return arrivals, broken


def _arrival(account: Account, message: InboundMessage, now: datetime) -> Arrival:
    owed = message.author is base.Author.BUYER and message.kind is base.Kind.CHAT
    refuses, conversation = _refused(message)
    policy = account.promises.policy(answers=False)  # the watcher refines it when more is known
    starts = _clock_starts(message.sent_at, now)
    return Arrival(
        thread=message.thread,
        conversation=conversation,
        message=Message(
            id=MessageId(_clean(message.id)),
            seq=0,
            author=Author(message.author),
            kind=Kind(message.kind),
            sent_at=message.sent_at,
            stored_at=now,
            text=_clean(message.text[:LONGEST]),
            language=message.language,
            attachments=tuple(
                {
                    "name": _clean(one.name),
                    "content_type": one.content_type,
                    "size": str(one.size),
                    "ref": one.ref,
                }
                for one in message.attachments
            ),
            warnings=(*message.warnings, *_doubts(message, now)),
        ),
        buyer=_clean(message.buyer),
        buyer_id=message.buyer_id,
        subject=_clean(message.subject),
        order_ids=message.order_ids,
        reply_to=message.reply_to,
        refuses=refuses,
        plan=policy.plan(starts, message.due_at) if owed else None,
        named=message.due_at is not None or starts != message.sent_at,
        team_due_at=policy.team_due_at(starts) if owed else None,
    )


def _doubts(message: InboundMessage, now: datetime) -> Iterator[str]:
    """What whoever reads it should know."""
    ahead = message.sent_at - now
    if ahead > CLOCKS_APART:
        minutes = ahead // timedelta(minutes=1)
        yield f"sent {minutes} min ahead of our clock: one of the two is wrong"
    if len(message.text) > LONGEST:
        yield f"too long: its first {LONGEST} characters are kept here, the rest is at its source"


def _clock_starts(sent_at: datetime, now: datetime) -> datetime:
    """The marketplace's moment; ours where that lies in our future.

    Deadlines are watched by our own clock. Were it behind by an hour, a deadline
    counted from the marketplace's moment would be announced an hour late.
    """
    return now if sent_at - now > CLOCKS_APART else sent_at


def _refused(message: InboundMessage) -> tuple[str, ConversationId | None]:
    """What a refusal is about: the id of our reply, also where it was told as a Message-ID.

    A reply's id names its conversation; an id that the marketplace gave does not.
    """
    if message.kind is not base.Kind.REFUSAL:
        return message.refuses, None
    reply = message.refuses.partition("@")[0].strip("<")
    name, _, own = reply.rpartition(".")
    known = bool(name) and own.isalnum()
    return (reply, ConversationId(name)) if known else (message.refuses, None)


def _clean(text: str) -> str:
    """Text that any store and any page can hold: no half characters, no NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
