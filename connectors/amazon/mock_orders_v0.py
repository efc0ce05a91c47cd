"""Orders v0 in a box: the same orders as the newer API tells, in the older form.

Amazon keeps v0 until March 2027. What is private of it opens with a restricted token only.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from aiohttp import web

from connectors.amazon.mock_books import Books
from connectors.amazon.mock_door import Door, denied, error
from connectors.amazon.mock_orders import order

ROOT: Final = "/orders/v0/orders"
_STATUS: Final = {
    "PENDING": "Pending",
    "UNSHIPPED": "Unshipped",
    "SHIPPED": "Shipped",
    "CANCELLED": "Canceled",
}
_FRESH: Final = timedelta(minutes=2)  # what is younger is not told
_MOST: Final = 100
_NOT_HERE: Final = "The requested order does not exist."


class OrdersV0:
    """Reads the mock's books."""

    def __init__(
        self, books: Books, door: Door, *, marketplace_id: str, now: Callable[[], datetime]
    ) -> None:
        self._books = books
        self._door = door
        self._marketplace_id = marketplace_id
        self._now = now

    def routes(self) -> list[web.RouteDef]:
        guarded, one = self._door.guarded, f"{ROOT}/{{id}}"
        return [
            web.get(ROOT, guarded("v0.getOrders", self._orders)),
            web.get(one, guarded("v0.getOrder", self._order)),
            web.get(f"{one}/buyerInfo", guarded("v0.getOrderBuyerInfo", self._buyer)),
            web.get(f"{one}/address", guarded("v0.getOrderAddress", self._address)),
            web.get(f"{one}/orderItems", guarded("v0.getOrderItems", self._items)),
            web.get(
                f"{one}/orderItems/buyerInfo",
                guarded("v0.getOrderItemsBuyerInfo", self._items_buyer),
            ),
        ]

    async def _orders(self, request: web.Request) -> web.Response:
        if self._marketplace_id not in request.query.get("MarketplaceIds", "").split(","):
            return error(400, "InvalidInput", "MarketplaceIds is required.")
        try:
            since = _moment(request.query.get("CreatedAfter", ""))
            before = _moment(request.query.get("CreatedBefore", "")) or self._now() - _FRESH
            size = int(request.query.get("MaxResultsPerPage", _MOST))
            start = int(request.query.get("NextToken", "0"))
        except ValueError:
            return error(400, "InvalidInput", "Invalid Input")
        if since is None or before > self._now() - _FRESH or not 1 <= size <= _MOST or start < 0:
            return error(400, "InvalidInput", "Invalid Input")
        told = [told for id_ in self._books.order_dates if (told := self._told(id_)) is not None]
        found = [one for one in told if since <= datetime.fromisoformat(one["createdTime"])]
        found = [one for one in found if datetime.fromisoformat(one["createdTime"]) <= before]
        page = {"Orders": [_order(one) for one in found[start : start + size]]}
        page["CreatedBefore"] = _iso(before)  # type: ignore[assignment]
        if start + size < len(found):
            page["NextToken"] = str(start + size)  # type: ignore[assignment]
        return web.json_response({"payload": page})

    async def _order(self, request: web.Request) -> web.Response:
        return self._answer(request, _order)

    async def _items(self, request: web.Request) -> web.Response:
        return self._answer(request, lambda told: _items(told, _item))

    async def _items_buyer(self, request: web.Request) -> web.Response:
        if not self._door.opens(request, request.path):
            return denied("")
        return self._answer(request, lambda told: _items(told, _id_only))

    async def _buyer(self, request: web.Request) -> web.Response:
        if not self._door.opens(request, request.path):
            return denied("")
        return self._answer(request, lambda told: _named(told, self._email(told["orderId"])))

    async def _address(self, request: web.Request) -> web.Response:
        if not self._door.opens(request, request.path):
            return denied("")
        return self._answer(request, _address)

    def _answer(
        self, request: web.Request, told: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> web.Response:
        found = self._told(request.match_info["id"])
        if found is None:
            return error(404, "NotFound", _NOT_HERE)
        return web.json_response({"payload": told(found)})

    def _told(self, order_id: str) -> dict[str, Any] | None:
        mentioned_at = self._books.order_dates.get(order_id)
        if mentioned_at is None:
            return None
        placed = self._books.placed.get(order_id)
        return order(order_id, mentioned_at, self._marketplace_id, placed)

    def _email(self, order_id: str) -> str:
        mails = self._books.by_message_id.values()
        alias = next((mail.alias for mail in mails if mail.order_id == order_id), "")
        return f"{alias}@marketplace.amazon.com"


def _order(told: dict[str, Any]) -> dict[str, Any]:
    total = told["proceeds"]["grandTotal"]
    quantity = sum(item["quantityOrdered"] for item in told["orderItems"])
    status = _STATUS[told["fulfillment"]["fulfillmentStatus"]]
    shipped = status == "Shipped"
    window = told["fulfillment"]["deliverByWindow"]
    return {
        "AmazonOrderId": told["orderId"],
        "PurchaseDate": told["createdTime"],
        "LastUpdateDate": told["lastUpdatedTime"],
        "OrderStatus": status,
        "FulfillmentChannel": "MFN",
        "SalesChannel": told["salesChannel"]["marketplaceName"],
        "MarketplaceId": told["salesChannel"]["marketplaceId"],
        "OrderTotal": _money(total),
        "NumberOfItemsShipped": quantity if shipped else 0,
        "NumberOfItemsUnshipped": 0 if shipped else quantity,
        "OrderType": "StandardOrder",
        "EarliestDeliveryDate": window["earliestDateTime"],
        "LatestDeliveryDate": window["latestDateTime"],
    }


def _named(told: dict[str, Any], email: str) -> dict[str, Any]:
    return {"AmazonOrderId": told["orderId"], "BuyerEmail": email}


def _address(told: dict[str, Any]) -> dict[str, Any]:
    shown = told["recipient"]["deliveryAddress"]
    address = {
        "Name": shown["name"],
        "AddressLine1": shown["addressLine1"],
        "City": shown["city"],
        "PostalCode": shown["postalCode"],
        "CountryCode": shown["countryCode"],
    }
    return {"AmazonOrderId": told["orderId"], "ShippingAddress": address}


def _items(
    told: dict[str, Any], item: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    return {
        "AmazonOrderId": told["orderId"],
        "OrderItems": [item(one) for one in told["orderItems"]],
    }


def _item(told: dict[str, Any]) -> dict[str, Any]:
    product = told["product"]
    return {
        "ASIN": product["asin"],
        "SellerSKU": product["sellerSku"],
        "OrderItemId": told["orderItemId"],
        "Title": product["title"],
        "QuantityOrdered": told["quantityOrdered"],
        "ItemPrice": _money(product["price"]["unitPrice"]),
    }


def _id_only(told: dict[str, Any]) -> dict[str, Any]:
    return {"OrderItemId": told["orderItemId"]}


def _money(told: dict[str, str]) -> dict[str, str]:
    return {"CurrencyCode": told["currencyCode"], "Amount": told["amount"]}


def _moment(text: str) -> datetime | None:
    """``ValueError`` for a moment without a zone."""
    if not text:
        return None
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
