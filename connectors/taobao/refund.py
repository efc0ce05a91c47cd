"""The refund thread: the conversation between buyer and shop that TOP lets us read and answer.

Source: protocols B3, "Refund thread".
"""

import hashlib
import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors.files import GIF, JPEG, PNG, FileLimits
from connectors.top.values import Row, moment, named, number, row, rows, stamp, text, truth
from connectors.top.wire import Call

TEXT_BYTES = 400  # counted in UTF-8: the encoding is not stated, and this is safe for GBK too
THREAD_PAGE = 100
MOST_PAGES = 100  # of one thread, by its pages alone
SWEEP_PAGE = 50
BUYER, SELLER, STAFF = "1", "2", "3"
EXCHANGE = "exchange"  # our name for the phase of a dispute that is one: see exchange.py
_NEVER = datetime.max.replace(tzinfo=UTC)
ROLES = frozenset({BUYER, SELLER, STAFF})

# TOP marks ``image`` as required, and a reply is text: one transparent pixel keeps it content.
PIXEL = b64decode(b"R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

# "image (byte[] JPG/GIF/PNG <=500 K)" (protocols B3): read as thousands, which is safe for both.
FILES = FileLimits(count=1, total=500_000, types=frozenset({JPEG, GIF, PNG}))

MESSAGE_FIELDS = (
    "id,refund_id,refund_phase,owner_id,owner_nick,owner_open_uid,owner_role,"
    "content,created,message_type,pic_urls"
)
REFUND_FIELDS = (
    "refund_id,tid,oid,status,refund_phase,refund_version,refund_remind_timeout,"
    "refund_fee,buyer_nick,buyer_open_uid,title,dispute_type,created,modified"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundMessage:
    id: str
    role: str  # one of ROLES
    written: datetime
    text: str = field(repr=False)
    kind: str  # NORMAL or RETURN_GOODS_APPROVED
    nick: str = field(default="", repr=False)  # of a buyer
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Something that was there and cannot be read; ``reason`` quotes nobody."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadPage:
    messages: tuple[RefundMessage, ...]
    broken: tuple[Broken, ...]
    total: int  # of the thread, not of the page; 0 when TOP does not say
    named: int = 0  # of this page, readable or not

    def goes_on(self, page: int) -> bool:
        """Whether a page follows this one, the ``page``-th. A full one is looked behind, whatever
        the total says: it may be one too few (protocols C26).
        """
        full = self.named >= THREAD_PAGE and page < MOST_PAGES
        return full or self.total > page * THREAD_PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """The facts of one refund. ``deadline`` is the platform's own for this dispute."""

    id: str
    phase: str
    order_id: str
    status: str
    fee: str
    buyer: str = field(repr=False)
    buyer_id: str = field(repr=False)
    deadline: datetime | None


def read_thread(refund_id: str, phase: str, page: int) -> Call:
    return Call(
        method="taobao.refund.messages.get",
        params={
            "fields": MESSAGE_FIELDS,
            "refund_id": refund_id,
            "refund_phase": phase,
            "page_no": str(page),
            "page_size": str(THREAD_PAGE),
        },
    )


def add_message(refund_id: str, words: str, picture: bytes = PIXEL) -> Call:
    return Call(
        method="taobao.refund.message.add",
        params={"refund_id": refund_id, "content": words},
        image=picture,
        writes=True,
    )


def read_refund(refund_id: str) -> Call:
    return Call(
        method="taobao.refund.get", params={"fields": REFUND_FIELDS, "refund_id": refund_id}
    )


def changed(start: datetime, end: datetime, page: int, page_size: int = SWEEP_PAGE) -> Call:
    """The refunds that were modified from ``start`` to ``end``, newest first."""
    return Call(
        method="taobao.refunds.receive.get",
        params={
            "fields": "refund_id,refund_phase,dispute_type,modified,refund_remind_timeout",
            "start_modified": stamp(start),
            "end_modified": stamp(end),
            "page_no": str(page),
            "page_size": str(page_size),
        },
    )


def phase_of(told: Row) -> str:
    """The phase of the dispute that a row of a list, or an event, names; of an exchange ours."""
    is_exchange = (
        text(told, "dispute_type") == "TMALL_EXCHANGE" or text(told, "bill_type") == "replace_bill"
    )
    return EXCHANGE if is_exchange else text(told, "refund_phase")


def thread_page(answer: Row) -> ThreadPage:
    return read_page(answer, "refund_messages", "refund_message", {one: one for one in ROLES})


def read_page(answer: Row, outer: str, inner: str, roles: Mapping[str, str]) -> ThreadPage:
    """The messages of a list. ``roles``: what each of its roles is in ``ROLES``."""
    read = [_message(item, roles) for item in rows(answer, outer, inner)]
    return ThreadPage(
        messages=tuple(item for item in read if isinstance(item, RefundMessage)),
        broken=tuple(item for item in read if isinstance(item, Broken)),
        total=number(answer, "total_results"),
        named=named(answer, outer, inner),
    )


def refund(answer: Row) -> Refund:
    """The facts that TOP told; a field it left out is empty."""
    told = row(answer, "refund")
    return Refund(
        id=text(told, "refund_id"),
        phase=phase_of(told),
        order_id=text(told, "tid"),
        status=text(told, "status"),
        fee=text(told, "refund_fee"),
        buyer=text(told, "buyer_nick"),
        buyer_id=text(told, "buyer_open_uid"),
        deadline=_deadline(told),
    )


def changed_refunds(answer: Row) -> tuple[Sequence[tuple[str, str]], int]:
    """The (refund id, phase) of a page, and how many refunds there are in all."""
    told = rows(answer, "refunds", "refund")
    named = [(text(item, "refund_id"), phase_of(item)) for item in told]
    return [pair for pair in named if pair[0]], number(answer, "total_results")


def by_deadline(answer: Row) -> Sequence[tuple[str, str]]:
    """The (refund id, phase) of a page: by the platform's own deadline, then the longest unchanged.

    Where TOP leaves the deadlines out of the list, only the second is known.
    """
    told = [item for item in rows(answer, "refunds", "refund") if text(item, "refund_id")]
    told.reverse()  # the list is newest first
    ordered = sorted(told, key=lambda item: _deadline(item) or _NEVER)
    return [(text(item, "refund_id"), phase_of(item)) for item in ordered]


def _deadline(told: Row) -> datetime | None:
    remind = row(told, "refund_remind_timeout")
    return moment(remind, "timeout") if truth(remind, "exist_timeout") else None


def added(answer: Row) -> tuple[str, datetime | None]:
    """The id and the time of a message that was just added; "" when TOP names none."""
    told = row(answer, "refund_message")
    return text(told, "id"), moment(told, "created")


def fingerprint(item: Row) -> str:
    """A stable name for something that came without one."""
    return hashlib.sha256(json.dumps(item, sort_keys=True).encode()).hexdigest()[:16]


def _message(item: Row, roles: Mapping[str, str]) -> RefundMessage | Broken:
    message_id, written = text(item, "id"), moment(item, "created")
    role = roles.get(text(item, "owner_role"))
    if not message_id:
        return Broken(id=fingerprint(item), reason="a refund message without an id")
    if written is None:
        return Broken(id=message_id, reason="a refund message without a readable time")
    if role is None:
        return Broken(id=message_id, reason="a refund message by an unknown role")
    return RefundMessage(
        id=message_id,
        role=role,
        written=written,
        text=text(item, "content"),
        kind=text(item, "message_type"),
        nick=text(item, "owner_nick") if role == BUYER else "",
        pictures=tuple(text(picture, "url") for picture in rows(item, "pic_urls", "pic_url")),
    )
