"""Made-up orders: plausible, and always the same for the same id and day."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from connectors.amazon.wire import tables
from connectors.order_feed import OrderEntry

_TITLES: Final = (
    "Stainless Steel Water Bottle 750 ml",
    "Wireless Earbuds with Charging Case",
    "Merino Wool Running Socks, 3 Pairs",
    "Adjustable Desk Lamp with USB Port",
    "Cotton Summer Dress, Blue, Size M",
    "Phone Case, Shockproof, Clear",
    "Kitchen Scale 5 kg",
    "Yoga Mat 6 mm with Strap",
)
_CARRIERS: Final = {
    "com": ("UPS", "USPS", "FedEx"),
    "de": ("DHL", "DPD", "Hermes"),
    "co.uk": ("Royal Mail", "Evri", "DPD"),
    "co.jp": ("Yamato Transport", "Sagawa", "Japan Post"),
}
_CURRENCIES: Final = {
    "com": "USD",
    "ca": "CAD",
    "com.mx": "MXN",
    "com.br": "BRL",
    "co.uk": "GBP",
    "co.jp": "JPY",
    "pl": "PLN",
    "se": "SEK",
    "com.tr": "TRY",
    "com.au": "AUD",
    "in": "INR",
}
_COUNTRIES: Final = {"de": "DE", "co.uk": "GB", "co.jp": "JP", "fr": "FR", "it": "IT", "es": "ES"}
_FULFILLMENT: Final = {
    "UNPAID": "PENDING",
    "UNSHIPPED": "UNSHIPPED",
    "CANCELLED": "CANCELLED",
}
_STATUSES: Final = ("UNSHIPPED", "SHIPPED", "SHIPPED", "SHIPPED", "DELIVERED", "DELIVERED")


def order(
    order_id: str, mentioned_at: datetime, marketplace_id: str, placed: OrderEntry | None = None
) -> dict[str, Any]:
    """An order as ``getOrder`` tells it: as it was ``placed``, else made up.

    What is made up was placed some days before it was first mentioned.
    """
    told = _made_up(order_id, mentioned_at, marketplace_id, placed.status if placed else "")
    if placed is None:
        return told
    assert placed.at is not None
    told["createdTime"] = _iso(placed.at)
    for item in told["orderItems"]:
        item["quantityOrdered"] = placed.quantity
    if placed.street is not None:
        told["recipient"]["deliveryAddress"]["addressLine1"] = placed.street
    late = placed.deliver_by or placed.at + timedelta(days=8)
    early = min(late, placed.at + timedelta(days=4))
    window = {"earliestDateTime": _iso(early), "latestDateTime": _iso(late)}
    told["fulfillment"]["deliverByWindow"] = window
    return told


def _made_up(
    order_id: str, mentioned_at: datetime, marketplace_id: str, state: str
) -> dict[str, Any]:
    digest = hashlib.sha256(order_id.encode()).digest()
    dice = Random(digest)  # noqa: S311 - made-up goods, not secrets
    tld = tables.MARKETPLACE_TLDS.get(marketplace_id, "com")
    currency = _CURRENCIES.get(tld, "USD" if tld in {"ae", "sa", "eg", "sg"} else "EUR")
    status = state.upper() or dice.choice(_STATUSES)
    stays = status in {"UNPAID", "UNSHIPPED", "CANCELLED"}
    age = timedelta(days=1 if stays else dice.randint(4, 12))
    created = mentioned_at - age
    items = [_item(dice, currency, number) for number in range(1, dice.choice((1, 1, 1, 2)) + 1)]
    total = sum(_cents(item) for item in items)
    return {
        "orderId": order_id,
        "createdTime": _iso(created),
        "lastUpdatedTime": _iso(mentioned_at),
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": marketplace_id,
            "marketplaceName": f"Amazon.{tld}",
        },
        "proceeds": {"grandTotal": _money(total, currency)},
        "fulfillment": {
            "fulfillmentStatus": _FULFILLMENT.get(status, "SHIPPED"),
            "fulfilledBy": "MERCHANT",
            "deliverByWindow": {
                "earliestDateTime": _iso(created + timedelta(days=4)),
                "latestDateTime": _iso(created + timedelta(days=8)),
            },
        },
        "recipient": {"deliveryAddress": _address(dice, tld)},
        "orderItems": items,
        "packages": [] if stays else [_package(dice, tld, created, status, items)],
    }


def shown(told: dict[str, Any], included: str) -> dict[str, Any]:
    """An order as it is told to who asked for ``included``: an address only to who asked for it."""
    if "RECIPIENT" in included.split(","):
        return told
    return {name: value for name, value in told.items() if name != "recipient"}


def _address(dice: Random, tld: str) -> dict[str, str]:
    return {
        "name": "Alex Buyer",
        "addressLine1": f"{dice.randint(1, 200)} Station Road",
        "city": "Springfield",
        "postalCode": f"{dice.randint(10_000, 99_999)}",
        "countryCode": _COUNTRIES.get(tld, "US"),
    }


def _item(dice: Random, currency: str, number: int) -> dict[str, Any]:
    title = dice.choice(_TITLES)
    price = 1000 * dice.randint(1, 9) if currency == "JPY" else dice.randint(799, 8999)
    return {
        "orderItemId": f"{dice.randrange(10**13, 10**14)}",
        "quantityOrdered": dice.choice((1, 1, 1, 2)),
        "product": {
            "asin": f"B0{dice.randrange(10**7, 10**8)}",
            "title": title,
            "sellerSku": f"SKU-{dice.randrange(1000, 9999)}-{number}",
            "price": {"unitPrice": _money(price, currency)},
        },
    }


def _package(
    dice: Random, tld: str, created: datetime, status: str, items: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    shipped = created + timedelta(hours=dice.randint(12, 40))
    return {
        "packageReferenceId": "1",
        "createdTime": _iso(shipped),
        "packageStatus": {"status": "DELIVERED" if status == "DELIVERED" else "IN_TRANSIT"},
        "carrier": dice.choice(_CARRIERS.get(tld, ("DHL", "UPS"))),
        "shipTime": _iso(shipped),
        "shippingService": "Standard",
        "trackingNumber": f"1Z{dice.randrange(10**15, 10**16)}",
        "packageItems": [
            {"orderItemId": item["orderItemId"], "quantity": item["quantityOrdered"]}
            for item in items
        ],
    }


def _cents(item: dict[str, Any]) -> int:
    price = item["product"]["price"]["unitPrice"]["amount"]
    return int(price.replace(".", "")) * int(item["quantityOrdered"])


def _money(cents: int, currency: str) -> dict[str, str]:
    amount = str(cents) if currency == "JPY" else f"{cents // 100}.{cents % 100:02d}"
    return {"amount": amount, "currencyCode": currency}


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
