"""TOP's messages as the values that every connector speaks of."""

from collections.abc import Iterable
from datetime import datetime
from mimetypes import guess_type
from urllib.parse import urlsplit

from connectors.base import Attachment, Author, InboundMessage, Kind, SetAside
from connectors.taobao.chat import ChatMessage
from connectors.taobao.refund import BUYER, SELLER, Broken, Refund, RefundMessage
from connectors.taobao.trade import CLOSED


def refund_thread(refund_id: str, phase: str) -> str:
    return f"refund:{refund_id}:{phase}"


def chat_thread(chat_id: str) -> str:
    return f"chat:{chat_id}"


def from_refund(message: RefundMessage, facts: Refund, thread: str) -> InboundMessage:
    """One message of a refund thread. What the platform itself wrote is a notice."""
    author = {BUYER: Author.BUYER, SELLER: Author.SELLER}.get(message.role, Author.PLATFORM)
    notice = author is Author.PLATFORM or message.kind == "RETURN_GOODS_APPROVED"
    return InboundMessage(
        id=message.id,
        thread=thread,
        author=author,
        kind=Kind.NOTICE if notice else Kind.CHAT,
        sent_at=message.written,
        text=message.text,
        buyer=facts.buyer or message.nick,
        buyer_id=facts.buyer_id,
        order_ids=(facts.order_id,) if facts.order_id else (),
        attachments=pictures(message.pictures),
        due_at=None if facts.status in CLOSED else facts.deadline,
    )


def from_chat(message: ChatMessage) -> InboundMessage:
    return InboundMessage(
        id=message.id,
        thread=chat_thread(message.chat_id),
        author=Author.BUYER if message.by_buyer else Author.SELLER,
        sent_at=message.written,
        text=message.text,
        buyer=message.buyer,
        buyer_id=message.buyer_id,
        order_ids=(message.order_id,) if message.order_id else (),
        attachments=pictures(message.pictures),
    )


def pictures(urls: Iterable[str]) -> tuple[Attachment, ...]:
    return tuple(_picture(url) for url in urls if url)


def set_aside(broken: Broken, ref: str, now: datetime) -> SetAside:
    return SetAside(id=broken.id, reason=broken.reason, ref=ref, at=now)


def _picture(url: str) -> Attachment:
    name = _path(url).rsplit("/", 1)[-1] or "picture"
    kind = guess_type(name)[0] or "application/octet-stream"
    return Attachment(name=name, content_type=kind, size=0, ref=url)


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
