"""TMC, the channel that wakes us: it says which refund thread has news, never the text.

Source: protocols B2. A message that is not confirmed comes again after about
five minutes, and is gone after 24 hours.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.top.values import Row, moment, number, plain, row, rows, text
from connectors.top.wire import Call

DEFAULT_GROUP = "default"  # whose a consumer is that names none
CONFIRM_AT_ONCE = 200
CONSUME_AT_ONCE = 100
ANNOUNCING = frozenset({"taobao_refund_RefundCreateMessage", "tmall_refund_RefundMessageCreated"})
WAKING = ANNOUNCING | {
    "taobao_refund_RefundCreated",
    "taobao_refund_RefundBuyerModifyAgreement",
    "taobao_refund_RefundBuyerReturnGoods",
    "taobao_refund_TaobaoInterApplied",
    "taobao_refund_TaobaoIntervened",
    "tmall_refund_RefundCreate",
    "tmall_refund_RefundModified",
    "tmall_refund_RefundTaobaoInvolved",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One TMC message. ``content`` is None when it could not be read.

    ``sellers`` are the names of the shop that it is about: user id and nick.
    """

    id: str
    topic: str
    published: datetime | None
    content: Row | None = field(repr=False)
    sellers: frozenset[str] = frozenset()

    @property
    def wakes(self) -> bool:
        """Whether a refund thread may have news."""
        return self.topic in WAKING

    @property
    def announced(self) -> datetime | None:
        """When the message was written that this event announces; None if it announces none."""
        if self.topic not in ANNOUNCING or self.content is None:
            return None
        return moment(self.content, "modified")


def consume(group_name: str) -> Call:
    return Call(
        method="taobao.tmc.messages.consume",
        params={"group_name": group_name, "quantity": str(CONSUME_AT_ONCE)},
    )


def confirm(ids: Sequence[str], group_name: str) -> list[Call]:
    """The calls that confirm ``ids``, each within what TOP takes at once."""
    parts = [ids[at : at + CONFIRM_AT_ONCE] for at in range(0, len(ids), CONFIRM_AT_ONCE)]
    return [
        Call(
            method="taobao.tmc.messages.confirm",
            params={"group_name": group_name, "s_message_ids": ",".join(part)},
        )
        for part in parts
    ]


def queue(group_name: str) -> Call:
    """How much waits in our queue: the one question that takes nothing out of it."""
    return Call(method="taobao.tmc.queue.get", params={"group_name": group_name or DEFAULT_GROUP})


def events(answer: Row) -> list[Event]:
    return [_event(item) for item in rows(answer, "messages", "tmc_message")]


def named(answer: Row) -> int:
    """How many messages came, whoever they are for."""
    return len(rows(answer, "messages", "tmc_message"))


def letters(answer: Row, ids: Iterable[str]) -> dict[str, str]:
    """Those of the messages as they came, by id: to be opened by ``opened``."""
    wanted = set(ids)
    items = rows(answer, "messages", "tmc_message")
    return {text(item, "id"): json.dumps(item) for item in items if text(item, "id") in wanted}


def opened(letters: Mapping[str, str]) -> list[Event]:
    """What ``letters`` packed; one that cannot be read is left out, and TMC brings it again."""
    found = []
    for letter in letters.values():
        try:
            item = plain(json.loads(letter))
        except (ValueError, RecursionError):
            continue
        if isinstance(item, dict):
            found.append(_event(item))
    return found


def _event(item: Row) -> Event:
    content = _content(item)
    named = (text(item, "user_id"), text(item, "user_nick"), text(content or {}, "seller_nick"))
    return Event(
        id=text(item, "id"),
        topic=text(item, "topic"),
        published=moment(item, "pub_time"),
        content=content,
        sellers=frozenset(filter(None, named)),
    )


def _content(item: Row) -> Row | None:
    """The content is JSON inside a string; some gateways hand it out unpacked."""
    if isinstance(item.get("content"), dict):
        return row(item, "content")
    try:
        value = plain(json.loads(text(item, "content"), parse_int=str, parse_float=str))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def waiting(answer: Row) -> int:
    """How many messages were put into the queue and not yet taken."""
    queues = rows(answer, "datas", "tmc_queue_info")
    # "put_toal" is TOP's own spelling.
    return sum(max(0, number(item, "put_toal") - number(item, "get_total")) for item in queues)
