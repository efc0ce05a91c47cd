"""The facts of the mock's orders: plausible, and the same for the same seed and order id."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from connectors.order_feed import OrderEntry

GOODS = (
    ("加厚羊毛混纺大衣女中长款", "颜色分类:驼色;尺码:M", 459),
    ("无线蓝牙耳机主动降噪", "颜色分类:白色", 299),
    ("不锈钢保温杯500ml", "颜色分类:墨绿", 79),
    ("儿童纯棉卫衣春秋款", "颜色分类:藏青;尺码:120", 89),
    ("真皮男士商务皮带", "颜色分类:黑色;尺码:120cm", 129),
    ("便携式手冲咖啡壶套装", "规格:两人份", 218),
    ("四件套全棉床品1.8米", "颜色分类:雾霾蓝", 369),
    ("运动跑鞋男透气缓震", "颜色分类:黑白;尺码:42", 339),
)
CARRIERS = (("顺丰速运", "SF"), ("中通快递", "75"), ("圆通速递", "YT"))
TRADE_STATUSES = (
    "WAIT_SELLER_SEND_GOODS",
    "WAIT_BUYER_CONFIRM_GOODS",
    "WAIT_BUYER_CONFIRM_GOODS",
    "TRADE_FINISHED",
)
NOT_SHIPPED = {"WAIT_BUYER_PAY", "WAIT_SELLER_SEND_GOODS", "TRADE_CLOSED"}
PLACED = {
    "unpaid": "WAIT_BUYER_PAY",
    "unshipped": "WAIT_SELLER_SEND_GOODS",
    "shipped": "WAIT_BUYER_CONFIRM_GOODS",
    "delivered": "TRADE_BUYER_SIGNED",
    "cancelled": "TRADE_CLOSED",
}
REFUND_STATUSES = ("WAIT_SELLER_AGREE", "WAIT_BUYER_RETURN_GOODS", "WAIT_SELLER_CONFIRM_GOODS")
REASONS = ("质量问题", "七天无理由退换货", "未按约定时间发货", "少件/漏发")
REFUND_SHARE = 5  # one in so many orders with an order id is talked about in its refund thread


@dataclass(slots=True, kw_only=True)
class MockOrder:
    tid: str
    buyer: str
    status: str
    title: str
    sku: str
    price: int  # yuan
    number: int
    created: datetime
    carrier: str
    tracking: str
    deadline: timedelta  # after a refund was opened
    refund_status: str
    reason: str
    modified: datetime | None = None
    street: str = ""
    memo: str = ""
    flag: int = 0
    memo_written: bool = False

    @property
    def shipped_at(self) -> datetime | None:
        shipped = self.status not in NOT_SHIPPED
        return self.created + timedelta(hours=20) if shipped else None

    @property
    def phase(self) -> str:
        return "onsale" if self.status == "WAIT_SELLER_SEND_GOODS" else "aftersale"

    @property
    def payment(self) -> str:
        return f"{self.price * self.number}.00"


def made_up(tid: str, buyer: str, *, seed: int, mentioned: datetime) -> MockOrder:
    """The order ``tid``, placed a few days before it was first ``mentioned``."""
    dice = Random(digest(seed, tid))  # noqa: S311 - plausible facts, no secret
    title, sku, price = dice.choice(GOODS)
    carrier, prefix = dice.choice(CARRIERS)
    status = dice.choice(TRADE_STATUSES)
    shipped = status != "WAIT_SELLER_SEND_GOODS"
    return MockOrder(
        tid=tid,
        buyer=buyer,
        status=status,
        title=title,
        sku=sku,
        price=price,
        number=dice.choice((1, 1, 1, 2)),
        created=mentioned.replace(microsecond=0) - timedelta(hours=dice.randint(30, 240)),
        carrier=carrier if shipped else "",
        tracking=f"{prefix}{dice.randrange(10**12):012d}" if shipped else "",
        deadline=timedelta(days=dice.randint(2, 7)),
        refund_status=dice.choice(REFUND_STATUSES),
        reason=dice.choice(REASONS),
    )


def placed(entry: OrderEntry, *, seed: int, now: datetime, before: MockOrder | None) -> MockOrder:
    """The order as ``entry`` tells it; the rest is made up, or as it was ``before``."""
    order = before or made_up(entry.order_id, entry.buyer, seed=seed, mentioned=now)
    order.status, order.number = PLACED[entry.status], entry.quantity
    order.modified = now.replace(microsecond=0)
    if entry.at is not None:
        order.created = entry.at.replace(microsecond=0)
    order.street = entry.street or order.street
    if order.status in NOT_SHIPPED:
        order.carrier = order.tracking = ""
    return order


def talks_in_refund(tid: str, seed: int) -> bool:
    """Whether the messages about order ``tid`` go to its refund thread: one order in five."""
    return digest(seed, f"via {tid}") % REFUND_SHARE == 0


def open_uid(buyer: str, seed: int) -> str:
    return f"AAG{digest(seed, f'uid {buyer}'):016x}"


def digest(seed: int, word: str) -> int:
    return int.from_bytes(sha256(f"{seed}:{word}".encode()).digest()[:8], "big")
