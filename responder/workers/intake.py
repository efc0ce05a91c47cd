"""From what a connector reports to what the store keeps."""

from datetime import datetime

from connectors import base
from connectors.base import Batch, InboundMessage
from responder.domain.model import Author, ConversationId, Kind, Message, MessageId
from responder.store.inbox import Arrival, Aside, Page
from responder.workers.accounts import Account


def page_of(account: Account, batch: Batch, now: datetime) -> Page:
    """The page, with the reply clock of each message that starts one."""
    return Page(
        account=account.id,
        marketplace=account.marketplace,
        arrivals=[_arrival(account, message, now) for message in batch.messages],
        aside=[
            Aside(id=aside.id, reason=aside.reason, ref=aside.ref, at=aside.at)
            for aside in batch.set_aside
        ],
        cursor=batch.cursor,
        seen=batch.seen,
        ignored=batch.ignored,
    )


def _arrival(account: Account, message: InboundMessage, now: datetime) -> Arrival:
    owed = message.author is base.Author.BUYER and message.kind is base.Kind.CHAT
    refuses, conversation = _refused(message)
    policy = account.promises.policy(answers=False)  # the watcher refines it when more is known
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
            text=_clean(message.text),
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
            warnings=message.warnings,
        ),
        buyer=_clean(message.buyer),
        buyer_id=message.buyer_id,
        subject=_clean(message.subject),
        order_ids=message.order_ids,
        reply_to=message.reply_to,
        refuses=refuses,
        plan=policy.plan(message.sent_at, message.due_at) if owed else None,
        named=message.due_at is not None,
        team_due_at=policy.team_due_at(message.sent_at) if owed else None,
    )


def _refused(message: InboundMessage) -> tuple[str, ConversationId | None]:
    """What a refusal is about: the id of our reply, also where it was told as a Message-ID.

    A reply's id names its conversation; an id that the marketplace gave does not.
    """
    if message.kind is not base.Kind.REFUSAL:
        return message.refuses, None
    reply = message.refuses.partition("@")[0].strip("<")
    name, _, number = reply.rpartition(".")
    known = bool(name) and number.isdecimal()
    return (reply, ConversationId(name)) if known else (message.refuses, None)


def _clean(text: str) -> str:
    """Text that any store and any page can hold: no half characters, no NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
