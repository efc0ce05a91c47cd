"""The thread of a Tmall exchange: another dispute, with methods and roles of its own.

Source: protocols B3, "tmall.exchange". Roles are not those of a refund's thread (a buyer is 4 here
and 1 there), and an error can stand inside a good answer. In a thread's name and in the cursor an
exchange is a dispute in the phase ``EXCHANGE``. *Unverified*: the fields of one message, which the
public metadata does not list; they are taken to be those of a refund's thread.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from connectors.base import Unavailable
from connectors.taobao import refund
from connectors.taobao.refund import BUYER, EXCHANGE, PIXEL, SELLER, STAFF, THREAD_PAGE, ThreadPage
from connectors.top.errors import TopError, cut, failure
from connectors.top.values import Row, moment, row, rows, text
from connectors.top.wire import Call

# The seller and his clerks, the platform's staff, the buyer, the system, a time-out.
_ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {"1": SELLER, "2": SELLER, "3": STAFF, "4": BUYER, "5": STAFF, "6": STAFF}
)
_FIELDS: Final = "id,dispute_id,owner_id,owner_nick,owner_role,content,created,message_type"


def read_thread(dispute_id: str, phase: str, page: int) -> Call:
    """A page of the thread of a dispute of any kind."""
    if phase != EXCHANGE:
        return refund.read_thread(dispute_id, phase, page)
    return Call(
        method="tmall.exchange.messages.get",
        params={
            "fields": _FIELDS,
            "dispute_id": dispute_id,
            "operator_roles": ",".join(_ROLES),
            "page_no": str(page),
            "page_size": str(THREAD_PAGE),
        },
    )


def add_message(dispute_id: str, phase: str, words: str, picture: bytes = PIXEL) -> Call:
    """What posts ``words`` in the thread of a dispute of any kind."""
    if phase != EXCHANGE:
        return refund.add_message(dispute_id, words, picture)
    return Call(
        method="tmall.exchange.message.add",
        params={"dispute_id": dispute_id, "content": words, "fields": "id,created"},
        writes=True,
    )


def thread_page(phase: str, answer: Row) -> ThreadPage:
    """What ``read_thread`` of that phase brought. Raises one of the four for an error inside."""
    if phase != EXCHANGE:
        return refund.thread_page(answer)
    return refund.read_page(_result(answer, writes=False), "results", "result", _ROLES)


def added(phase: str, answer: Row) -> tuple[str, datetime | None]:
    """Id and time of the message that was just posted; "" when TOP names none.

    Raises one of the four for an error inside.
    """
    if phase != EXCHANGE:
        return refund.added(answer)
    told = next(iter(rows(_result(answer, writes=True), "results", "result")), {})
    return text(told, "id"), moment(told, "created")


def _result(answer: Row, *, writes: bool) -> Row:
    result = row(answer, "result")
    code = text(result, "error_code")
    if code not in {"", "0"}:
        raise failure(TopError(code="15", sub_code=cut(code)), writes=writes)
    if not result:
        raise Unavailable("an answer about an exchange that holds nothing", maybe_done=writes)
    return result
