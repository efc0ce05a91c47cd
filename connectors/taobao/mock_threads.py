"""What the mock's buyers and shops write, and where: posts of chats, refunds with their threads."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from connectors.taobao.mock_orders import MockOrder, open_uid
from connectors.taobao.refund import EXCHANGE
from connectors.top.values import stamp

EXCHANGED = "777"  # how the number of an order ends that is exchanged, on Tmall
Via = Literal["chat", "refund"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message of a chat or a refund thread."""

    id: str
    via: Via
    place: str  # chat id or refund id
    thread: str
    by_buyer: bool
    buyer: str
    order_id: str
    text: str
    at: datetime
    pictures: tuple[str, ...] = ()
    client_id: str = ""
    files: tuple[dict[str, Any], ...] = ()  # that the shop sent with it
    visible_at: datetime


@dataclass(slots=True, kw_only=True)
class MockRefund:
    id: str
    order: MockOrder
    phase: str
    created: datetime
    modified: datetime
    posts: list[Post] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The phase in which its thread is read: one in a thousand orders is exchanged."""
        return EXCHANGE if self.order.tid.endswith(EXCHANGED) else self.phase


def announcement(refund: MockRefund, post: Post, seed: int) -> str:
    """The content of the event that says "somebody wrote in this thread": without the text."""
    return json.dumps(
        {
            "bill_type": "replace_bill" if refund.kind == EXCHANGE else "refund_bill",
            "buyer_nick": refund.order.buyer,
            "buyer_open_uid": open_uid(refund.order.buyer, seed),
            "seller_nick": "mock_shop",
            "modified": stamp(post.at),
            "oid": refund.order.tid,
            "tid": refund.order.tid,
            "refund_id": refund.id,
            "refund_fee": refund.order.payment,
            "refund_phase": refund.phase,
        },
        ensure_ascii=False,
    )
