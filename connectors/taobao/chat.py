"""Live chat, in TOP's manner: **our own extension**, no API of Taobao.

Taobao's open platform has no public method that reads or sends Wangwang chat
(protocols 0.2). So that the clock that runs in seconds is real, and a shop with
private access has a place to plug it in, we define two methods that are signed,
wrapped and refused exactly like TOP's own::

    responder.chat.messages.get
        since_id    go on after this one; left out: from the beginning
        page_size   1 to 200
        chat_id, start_created (ms)   optional, each by itself: this chat only, from this time on
      -> messages.chat_message[], last_id (what to go on after), has_next
    responder.chat.message.send
        chat_id, content (at most 2000 characters), client_id (the caller's, unique)
      -> chat_message{id, created}

A ``chat_message`` has id (unlike any refund message's), chat_id, buyer_nick,
buyer_open_uid, direction buyer|seller, content, created (ms), tid where the
buyer talks about an order, pic_urls, and client_id for what a program sent.
"""

from dataclasses import dataclass, field
from datetime import datetime

from connectors.taobao.refund import Broken, fingerprint
from connectors.top.values import Row, milliseconds, moment, named, row, rows, text, truth
from connectors.top.wire import Call

TEXT_CHARACTERS = 2000
PAGE = 100  # of 200: however busy chat is, a page of a refund thread fits beside it
DIRECTIONS = frozenset({"buyer", "seller"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    id: str
    chat_id: str
    by_buyer: bool
    written: datetime
    text: str = field(repr=False)
    buyer: str = field(repr=False)
    buyer_id: str = field(repr=False)
    order_id: str
    client_id: str
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPage:
    messages: tuple[ChatMessage, ...] = ()
    broken: tuple[Broken, ...] = ()
    last_id: str = ""
    more: bool = False
    named: int = 0  # how many the answer held, readable or not


def read(since_id: str, page_size: int = PAGE) -> Call:
    return Call(
        method="responder.chat.messages.get",
        params={"since_id": since_id, "page_size": str(page_size)},
    )


def read_from(start: datetime, since_id: str) -> Call:
    """All chats from ``start`` on, by their own time: for comparing what we have."""
    return Call(
        method="responder.chat.messages.get",
        params={
            "start_created": milliseconds(start),
            "since_id": since_id,
            "page_size": "200",
        },
    )


def read_chat(chat_id: str, start: datetime, since_id: str) -> Call:
    """One chat from ``start`` on: for looking up what we sent."""
    return Call(
        method="responder.chat.messages.get",
        params={
            "chat_id": chat_id,
            "start_created": milliseconds(start),
            "since_id": since_id,
            "page_size": "200",
        },
    )


def send(chat_id: str, words: str, client_id: str) -> Call:
    return Call(
        method="responder.chat.message.send",
        params={"chat_id": chat_id, "content": words, "client_id": client_id},
        writes=True,
    )


def page(answer: Row, since_id: str) -> ChatPage:
    """A page after ``since_id``. A page that leads nowhere has no more behind it."""
    told = rows(answer, "messages", "chat_message")
    read_ones = [_message(item) for item in told]
    ids = [text(item, "id") for item in told]
    last_id = text(answer, "last_id") or next((one for one in reversed(ids) if one), since_id)
    return ChatPage(
        messages=tuple(item for item in read_ones if isinstance(item, ChatMessage)),
        broken=tuple(item for item in read_ones if isinstance(item, Broken)),
        last_id=last_id,
        more=truth(answer, "has_next") and last_id != since_id,
        named=named(answer, "messages", "chat_message"),
    )


def sent(answer: Row) -> tuple[str, datetime | None]:
    """The id and the time of a message that was just sent; "" when none is named."""
    told = row(answer, "chat_message")
    return text(told, "id"), moment(told, "created")


def _message(item: Row) -> ChatMessage | Broken:
    message_id, chat_id, written = text(item, "id"), text(item, "chat_id"), moment(item, "created")
    if not message_id or not chat_id:
        return Broken(id=message_id or fingerprint(item), reason="a chat message without an id")
    if written is None:
        return Broken(id=message_id, reason="a chat message without a readable time")
    if text(item, "direction") not in DIRECTIONS:
        return Broken(id=message_id, reason="a chat message by nobody that we know")
    return ChatMessage(
        id=message_id,
        chat_id=chat_id,
        by_buyer=text(item, "direction") == "buyer",
        written=written,
        text=text(item, "content"),
        buyer=text(item, "buyer_nick"),
        buyer_id=text(item, "buyer_open_uid"),
        order_id=text(item, "tid"),
        client_id=text(item, "client_id"),
        pictures=tuple(text(picture, "url") for picture in rows(item, "pic_urls", "pic_url")),
    )
