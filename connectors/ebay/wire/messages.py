"""The Commerce Message API v1: conversations, their messages, and what is sent.

Source: protocols A5. The names of the time range's parameters are from memory.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from mimetypes import guess_type
from typing import Any, Final
from urllib.parse import quote, urlencode

from connectors.base import Attachment, Author, InboundMessage, Rejected, Reply, SetAside, Span
from connectors.ebay.wire.values import Row, listed, moment, number, row, rows, stamp, text
from connectors.limits import refuse_files
from connectors.threaded.source import Head, Heads

ROOT: Final = "/commerce/message/v1"
MEMBERS: Final = "FROM_MEMBERS"
PAGE: Final = 50
LONGEST_TEXT: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A page of one conversation. ``total`` counts all of its messages; 0 when nobody says."""

    messages: tuple["Said", ...]
    broken: tuple[SetAside, ...]
    total: int
    named: int

    def goes_on(self, page: int) -> bool:
        """Whether a page follows this one, the ``page``-th. Where nobody says how many messages
        there are, a full one is looked behind.
        """
        if not self.total:
            return self.named >= PAGE
        return self.named > 0 and self.total > page * PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    id: str
    written: datetime
    text: str = field(repr=False)
    subject: str = field(repr=False)
    by_seller: bool
    other: str = field(repr=False)  # the buyer, as eBay names him
    media: tuple[Attachment, ...] = ()


def conversations(span: Span, number_: int) -> str:
    """Path and query for a page (from 1) of what members wrote in ``span``, newest first."""
    asked = {
        "conversation_type": MEMBERS,
        "start_time": stamp(span.since),
        "end_time": stamp(span.until),
        "limit": str(PAGE),
        "offset": str((number_ - 1) * PAGE),
    }
    return f"{ROOT}/conversation?{urlencode(asked)}"


def conversation(conversation_id: str, number_: int) -> str:
    asked = {"conversation_type": MEMBERS, "limit": str(PAGE), "offset": str((number_ - 1) * PAGE)}
    return f"{ROOT}/conversation/{quote(conversation_id, safe='')}?{urlencode(asked)}"


def heads(answer: Row, now: datetime) -> Heads:
    """A page of conversations. One without an id is for a person."""
    told = listed(answer, "conversations")
    found = [_head(item) for item in told if isinstance(item, dict)]
    unnamed = [item for item in told if not isinstance(item, dict) or _head(item) is None]
    return Heads(
        heads=[head for head in found if head is not None],
        set_aside=[_aside(item, "a conversation without an id", "list", now) for item in unnamed],
        total=number(answer, "total"),
    )


def talk(answer: Row, conversation_id: str, seller: str, now: datetime) -> Talk:
    """A page of a conversation, with what cannot be read of it."""
    told = listed(answer, "messages")
    read = [_said(item, conversation_id, seller, now) for item in told]
    return Talk(
        messages=tuple(one for one in read if isinstance(one, Said)),
        broken=tuple(one for one in read if isinstance(one, SetAside)),
        total=number(answer, "total"),
        named=len(told),
    )


def inbound(said: Said, conversation_id: str, order_ids: tuple[str, ...]) -> InboundMessage:
    return InboundMessage(
        id=said.id,
        thread=conversation_id,
        author=Author.SELLER if said.by_seller else Author.BUYER,
        sent_at=said.written,
        text=said.text,
        buyer=said.other,
        buyer_id=said.other,
        subject=said.subject,
        order_ids=order_ids,
        attachments=said.media,
    )


def delivery(reply: Reply) -> bytes:
    """The body that sends ``reply``. Raises ``Rejected`` when its text cannot be sent."""
    refuse_files(reply)
    if not reply.text.strip():
        raise Rejected("the text is empty")
    if len(reply.text) > LONGEST_TEXT:
        raise Rejected(f"the text has {len(reply.text)} characters, eBay takes {LONGEST_TEXT}")
    told = {"conversationId": reply.thread, "messageText": reply.text}
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


def sent(answer: Row) -> tuple[str, datetime | None]:
    """The id and the time of a message that was just sent; "" when none is named."""
    return text(answer, "messageId"), moment(answer, "createdDate")


def _head(item: Row) -> Head | None:
    name = text(item, "conversationId")
    if not name:
        return None
    facts = {"item": text(item, "referenceId")} if text(item, "referenceId") else {}
    latest = text(row(item, "latestMessage"), "messageId")
    return Head(thread=name, latest=latest, facts=facts)


def _said(item: Any, conversation_id: str, seller: str, now: datetime) -> Said | SetAside:
    ref = f"conversation {conversation_id}"
    if not isinstance(item, dict) or not text(item, "messageId"):
        return _aside(item, "a message without an id", ref, now)
    name, written = text(item, "messageId"), moment(item, "createdDate")
    if written is None:
        return SetAside(id=name, reason="a message without a readable time", ref=ref, at=now)
    sender, recipient = text(item, "senderUsername"), text(item, "recipientUsername")
    own = seller.casefold()
    if own not in {sender.casefold(), recipient.casefold()} or sender == recipient:
        reason = "a message between people of whom none is this seller: is username right?"
        return SetAside(id=name, reason=reason, ref=ref, at=now)
    by_seller = sender.casefold() == own
    return Said(
        id=name,
        written=written,
        text=text(item, "messageBody"),
        subject=" ".join(text(item, "subject").split()),
        by_seller=by_seller,
        other=recipient if by_seller else sender,
        media=tuple(_media(one) for one in rows(item, "messageMedia")),
    )


def _media(item: Row) -> Attachment:
    name = text(item, "mediaName") or "picture"
    kind = guess_type(name)[0] or "application/octet-stream"
    return Attachment(name=name, content_type=kind, size=0, ref=text(item, "mediaUrl"))


def _aside(item: Any, reason: str, ref: str, now: datetime) -> SetAside:
    """Under an id that stays the same as long as the thing does."""
    told = json.dumps(item, sort_keys=True, default=str).encode("utf-8", "replace")
    return SetAside(id=f"sha256:{hashlib.sha256(told).hexdigest()}", reason=reason, ref=ref, at=now)
