"""Made-up orders: plausible, and the same for the same seed and order id."""

from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Final

from connectors.aliexpress.orders import stamp
from connectors.top.mock_answers import Answer, Listed

_GOODS: Final = (
    ("LED Strip Lights 5m USB", 899),
    ("Silicone Baking Mat, 2 pcs", 645),
    ("Magnetic Phone Holder for Car", 1120),
    ("Wireless Mouse 2.4G, silent", 780),
    ("Stainless Steel Tea Infuser", 399),
)
_STATUSES: Final = (
    "WAIT_SELLER_SEND_GOODS",
    "WAIT_BUYER_ACCEPT_GOODS",
    "WAIT_BUYER_ACCEPT_GOODS",
    "FINISH",
)


def made_up(order_id: str, *, seed: int, mentioned: datetime) -> Answer:
    """The order as AliExpress tells it, placed some days before it was first ``mentioned``."""
    dice = Random(sha256(f"{seed}:{order_id}".encode()).digest())  # noqa: S311 - no secret
    title, cents = dice.choice(_GOODS)
    count = dice.choice((1, 1, 1, 3))
    status = dice.choice(_STATUSES)
    created = mentioned - timedelta(hours=dice.randint(30, 400))
    line: Answer = {
        "product_name": title,
        "product_count": count,
        "sku_code": f"SKU-{dice.randrange(1000, 9999)}",
        "product_price": _money(cents),
    }
    parcel: Answer = {
        "logistics_no": f"LP{dice.randrange(10**14):014d}CN",
        "logistics_service": "CAINIAO_STANDARD",
        "gmt_send": stamp(created + timedelta(hours=28)),
    }
    shipped = status != "WAIT_SELLER_SEND_GOODS"
    return {
        "id": int(order_id) if order_id.isdecimal() else order_id,
        "order_status": status,
        "gmt_create": stamp(created),
        "order_amount": _money(cents * count),
        "child_order_list": Listed("global_aeop_tp_child_order_dto", [line]),
        "logistic_info_list": Listed(
            "global_aeop_tp_logistics_info_dto", [parcel] if shipped else []
        ),
    }


def _money(cents: int) -> Answer:
    return {"amount": f"{cents // 100}.{cents % 100:02d}", "currency_code": "USD"}
