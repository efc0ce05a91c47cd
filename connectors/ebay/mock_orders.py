"""Made-up orders: plausible, and the same for the same seed and order id."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any, Final

from connectors.ebay.wire.values import stamp

_GOODS: Final = (
    ("Vintage Film Camera, tested", 12900),
    ("Mechanical Keyboard, brown switches", 7450),
    ("Leather Wallet, handmade", 3990),
    ("LED Desk Lamp, dimmable", 2799),
    ("Trail Running Shoes, EU 42", 8900),
    ("Set of 4 Ceramic Bowls", 3150),
)
_CARRIERS: Final = (("DHL", "0034"), ("Hermes", "H10"), ("RoyalMail", "RM"))


@dataclass(frozen=True, slots=True)
class MockOrder:
    id: str
    buyer: str
    item: str  # the listing
    created: datetime
    facts: dict[str, Any]
    shipped: dict[str, Any]


def made_up(order_id: str, buyer: str, *, seed: int, mentioned: datetime) -> MockOrder:
    """The order, placed a few days before it was first ``mentioned``."""
    digest = sha256(f"{seed}:{order_id}".encode()).digest()
    dice = Random(digest)  # noqa: S311 - plausible facts, no secret
    title, cents = dice.choice(_GOODS)
    count = dice.choice((1, 1, 1, 2))
    shipped = dice.random() < 0.7
    created = mentioned - timedelta(hours=dice.randint(30, 240))
    item = f"{dice.randrange(10**11, 10**12)}"
    facts: dict[str, Any] = {
        "orderId": order_id,
        "creationDate": stamp(created),
        "orderFulfillmentStatus": "FULFILLED" if shipped else "NOT_STARTED",
        "orderPaymentStatus": "PAID",
        "cancelStatus": {"cancelState": "NONE_REQUESTED", "cancelRequests": []},
        "buyer": {"username": buyer},
        "pricingSummary": {"total": _money(cents * count)},
        "paymentSummary": {"refunds": []},
        "lineItems": [
            {
                "lineItemId": f"{dice.randrange(10**12, 10**13)}",
                "legacyItemId": item,
                "title": title,
                "sku": f"SKU-{dice.randrange(1000, 9999)}",
                "quantity": count,
                "lineItemCost": _money(cents * count),
                "lineItemFulfillmentInstructions": {
                    "maxEstimatedDeliveryDate": stamp(created + timedelta(days=8))
                },
            }
        ],
    }
    return MockOrder(order_id, buyer, item, created, facts, _shipped(dice, created, there=shipped))


def _shipped(dice: Random, created: datetime, *, there: bool) -> dict[str, Any]:
    if not there:
        return {"fulfillments": [], "total": 0}
    carrier, prefix = dice.choice(_CARRIERS)
    parcel = {
        "fulfillmentId": f"{dice.randrange(10**15)}",
        "shipmentTrackingNumber": f"{prefix}{dice.randrange(10**12):012d}",
        "shippingCarrierCode": carrier,
        "shippedDate": stamp(created + timedelta(hours=20)),
    }
    return {"fulfillments": [parcel], "total": 1}


def _money(cents: int) -> dict[str, str]:
    return {"value": f"{cents // 100}.{cents % 100:02d}", "currency": "EUR"}
