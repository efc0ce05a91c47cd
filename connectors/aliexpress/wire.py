"""AliExpress' messages over TOP: ``aliexpress.message.redefining.versiontwo.*``.

An error can sit inside a good answer: ``result`` says ``is_success`` false with a code of its own.
Source: protocols A5, "AliExpress via TOP".
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from mimetypes import guess_type
from typing import Final
from urllib.parse import urlsplit

from connectors.base import (
    Attachment,
    Author,
    ConnectorError,
    InboundMessage,
    Rejected,
    Reply,
    SetAside,
    Span,
    Unavailable,
)
from connectors.limits import refuse_files
from connectors.threaded.source import Head, Heads, Thread
from connectors.top.errors import TopError, failure
from connectors.top.values import Row, milliseconds, moment, named, number, row, rows, text
from connectors.top.wire import Call

ROOT: Final = "aliexpress.message.redefining.versiontwo"
LIST_PAGE: Final = 100
THREAD_PAGE: Final = 100
LONGEST_TEXT: Final = 1000  # characters; unverified
RANKS: Final = ("white", "red", "orange", "green", "blue", "purple")
KINDS: Final = frozenset({"product", "order", "member"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What colleagues see on a channel: its rank (a color), and whether it was dealt with."""

    rank: str = "white"
    is_dealt_with: bool = False


def relations(span: Span, page: int) -> Call:
    """A page (from 1) of the channels whose last message is in ``span``."""
    query = {
        "current_page": page,
        "page_size": LIST_PAGE,
        "start_time": int(milliseconds(span.since)),
        "end_time": int(milliseconds(span.until)),
    }
    return Call(method=f"{ROOT}.querymsgrelationlist", params={"query": _json(query)})


def details(channel_id: str, page: int) -> Call:
    params = {
        "channel_id": channel_id,
        "extern_id": "0",
        "current_page": str(page),
        "page_size": str(THREAD_PAGE),
    }
    return Call(method=f"{ROOT}.querymsgdetaillist", params=params)


def delivery(reply: Reply, seller_id: str) -> Call:
    """The call that sends ``reply``. Raises ``Rejected`` when it cannot be sent."""
    refuse_files(reply)
    if not reply.text.strip():
        raise Rejected("the text is empty")
    if len(reply.text) > LONGEST_TEXT:
        raise Rejected(f"the text has {len(reply.text)} characters, one takes {LONGEST_TEXT}")
    buyer, kind = reply.reply_to.get("buyer", ""), reply.reply_to.get("kind", "")
    if not buyer or kind not in KINDS:
        raise Rejected("the thread does not say whom to answer")
    created = {
        "buyer_id": buyer,
        "seller_id": seller_id,
        "message_type": kind,
        "extern_id": reply.reply_to.get("about", "") or "0",
        "content": reply.text,
    }
    return Call(method=f"{ROOT}.addmsg", params={"create_param": _json(created)}, writes=True)


def rank_call(channel_id: str, rank: str) -> Call:
    """Give a channel its color. Raises ``Rejected`` for one that AliExpress does not have."""
    if rank not in RANKS:
        raise Rejected(f"there is no rank {rank!r}; there are {', '.join(RANKS)}")
    params = {"channel_id": channel_id, "rank": f"rank{RANKS.index(rank)}"}
    return Call(method=f"{ROOT}.updatemsgrank", params=params)


def processed_call(channel_id: str, *, dealt_with: bool) -> Call:
    params = {"channel_id": channel_id, "deal_stat": "1" if dealt_with else "0"}
    return Call(method=f"{ROOT}.updatemsgprocessed", params=params)


def result(answer: Row, *, writes: bool) -> Row:
    """What a good answer holds; raises the failure that a bad one holds inside.

    What acts must be told to have been done: silence is no yes.
    """
    inner = row(answer, "result") or answer
    said = text(inner, "is_success")
    code = text(inner, "error_code") or text(inner, "sub_error_code")
    if said == "true" or (not said and code in {"", "0"} and not writes):
        return inner
    if not said and code in {"", "0"}:
        raise Unavailable("an answer that does not say whether it was done", maybe_done=True)
    raise _refusal(code, writes=writes)


def heads(answer: Row, now: datetime) -> Heads:
    """A page of channels. One without an id is for a person."""
    told = rows(answer, "relation_list", "relation_result")
    found = [_head(item) for item in told if text(item, "channel_id")]
    aside = [
        _aside(item, "a channel without an id", "list", now)
        for item in told
        if not text(item, "channel_id")
    ]
    return Heads(heads=found, set_aside=aside)


def listed(answer: Row) -> int:
    """How many channels a page of the list names."""
    return named(answer, "relation_list", "relation_result")


def marks(answer: Row) -> Mapping[str, Marks]:
    """The rank and the state of each channel of a page of the list."""
    return {
        text(item, "channel_id"): Marks(
            rank=RANKS[number(item, "rank")] if number(item, "rank") < len(RANKS) else RANKS[0],
            is_dealt_with=text(item, "deal_stat") == "1",
        )
        for item in rows(answer, "relation_list", "relation_result")
    }


def thread(answer: Row, head: Head, now: datetime) -> Thread:
    """A page of a channel, with what cannot be read of it."""
    told = rows(answer, "message_detail_list", "message_detail")
    read = [_message(item, head, now) for item in told]
    lost = named(answer, "message_detail_list", "message_detail") - len(told)
    aside = [one for one in read if isinstance(one, SetAside)]
    if lost:
        aside.append(_aside({"lost": str(lost)}, "messages that are no objects", _ref(head), now))
    return Thread(
        messages=[one for one in read if isinstance(one, InboundMessage)],
        set_aside=aside,
        named=len(told) + bool(lost),
    )


def _head(item: Row) -> Head:
    facts = {
        "buyer": text(item, "other_login_id"),
        "buyer_id": text(item, "other_ali_id"),
        "name": text(item, "other_name"),
    }
    return Head(
        thread=text(item, "channel_id"),
        latest=text(item, "last_message_id"),
        facts={name: value for name, value in facts.items() if value},
    )


def _message(item: Row, head: Head, now: datetime) -> InboundMessage | SetAside:
    name, written = text(item, "id"), moment(item, "gmt_create")
    if not name:
        return _aside(item, "a message without an id", _ref(head), now)
    if written is None:
        reason = "a message without a readable time"
        return SetAside(id=name, reason=reason, ref=_ref(head), at=now)
    sender, buyer_id = text(item, "sender_ali_id"), head.facts.get("buyer_id", "")
    if not sender or not buyer_id:
        reason = "a message of which nobody knows who wrote it"
        return SetAside(id=name, reason=reason, ref=_ref(head), at=now)
    kind, about = text(item, "message_type"), text(item, "extern_id")
    buyer = head.facts.get("name") or head.facts.get("buyer", "")
    return InboundMessage(
        id=name,
        thread=head.thread,
        author=Author.BUYER if sender == buyer_id else Author.SELLER,
        sent_at=written,
        text=text(item, "content"),
        buyer=buyer,
        buyer_id=buyer_id,
        subject=text(row(item, "summary"), "product_name"),
        order_ids=(about,) if kind == "order" and about not in {"", "0"} else (),
        attachments=tuple(_picture(one) for one in rows(item, "file_path_list", "file_path")),
        reply_to={
            "buyer": head.facts.get("buyer", ""),
            "buyer_id": buyer_id,
            "kind": kind,
            "about": about,
        },
    )


def _picture(item: Row) -> Attachment:
    url = text(item, "l_path") or text(item, "m_path") or text(item, "s_path")
    try:
        name = urlsplit(url).path.rsplit("/", 1)[-1] or "picture"
    except ValueError:
        name = "picture"
    kind = guess_type(name)[0] or "application/octet-stream"
    return Attachment(name=name, content_type=kind, size=0, ref=url)


def _refusal(code: str, *, writes: bool) -> ConnectorError:
    """An error inside a good answer. Its codes are TOP's sub codes where they are known at all."""
    kept = "".join(sign for sign in code if sign.isalnum() or sign in "._:-")[:80]
    if kept.startswith(("isp.", "isv.")):
        return failure(TopError(code="15", sub_code=kept), writes=writes)
    return Rejected(f"AliExpress said no ({kept or 'without a code'})")


def _ref(head: Head) -> str:
    return f"channel {head.thread}"


def _aside(item: Row, reason: str, ref: str, now: datetime) -> SetAside:
    """Under an id that stays the same as long as the thing does."""
    told = json.dumps(item, sort_keys=True, default=str).encode("utf-8", "replace")
    return SetAside(id=f"sha256:{hashlib.sha256(told).hexdigest()}", reason=reason, ref=ref, at=now)


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
