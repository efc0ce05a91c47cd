"""Orders API 2026-01-01: the request for one order, and its facts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, urlencode

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from connectors import http
from connectors.addresses import Address, doubts
from connectors.amazon.wire.questions import Question
from connectors.base import Unavailable
from connectors.http import Response
from connectors.order_facts import Order, OrderItem, OrderStatus

ROOT: Final = "/orders/2026-01-01/orders"
PAGE: Final = 100  # the most that Amazon gives
_INCLUDED: Final = "PROCEEDS,FULFILLMENT,PACKAGES"
_STATUS: Final = {
    "PENDING_AVAILABILITY": OrderStatus.UNPAID,
    "PENDING": OrderStatus.UNPAID,
    "UNSHIPPED": OrderStatus.UNSHIPPED,
    "SHIPPED": OrderStatus.SHIPPED,
    "CANCELLED": OrderStatus.CANCELLED,
    # PARTIALLY_SHIPPED and UNFULFILLABLE stay UNKNOWN: neither "sent" nor "not sent" is true.
}


class _Model(BaseModel):
    """A part of Amazon's answer: what is missing stays empty, what is new is passed over."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")


class _Money(_Model):
    amount: str = ""
    currency_code: str = ""


class _Price(_Model):
    unit_price: _Money | None = None


class _Product(_Model):
    title: str | None = None
    asin: str | None = None
    seller_sku: str | None = None
    price: _Price | None = None


class _Item(_Model):
    quantity_ordered: int
    product: _Product


class _Proceeds(_Model):
    grand_total: _Money | None = None


class _Window(_Model):
    latest_date_time: AwareDatetime | None = None


class _Fulfillment(_Model):
    fulfillment_status: str = ""
    deliver_by_window: _Window | None = None


class _PackageStatus(_Model):
    status: str = ""


class _Package(_Model):
    package_status: _PackageStatus | None = None
    carrier: str | None = None
    ship_time: AwareDatetime | None = None
    tracking_number: str | None = None


class _Address(_Model):
    name: str | None = None
    address_line1: str | None = None
    address_line2: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country_code: str | None = None


class _Recipient(_Model):
    delivery_address: _Address | None = None


class _Order(_Model):
    order_id: str
    recipient: _Recipient | None = None
    created_time: AwareDatetime | None = None
    proceeds: _Proceeds | None = None
    fulfillment: _Fulfillment | None = None
    order_items: list[_Item] = []
    packages: list[_Package] | None = None


class _Answer(_Model):
    order: _Order


class _Pagination(_Model):
    next_token: str | None = None


class _Page(_Model):
    orders: list[_Order] = []
    pagination: _Pagination | None = None


def path(order_id: str, *, address: bool = False) -> str:
    """The path and query that ask for one order's facts; with ``address`` where it goes, too."""
    included = f"{_INCLUDED},RECIPIENT" if address else _INCLUDED
    return f"{ROOT}/{quote(order_id, safe='')}?includedData={included}"


def changed(since: datetime, marketplace_id: str, token: str = "") -> Question:
    """Asks for a page of the orders that changed since ``since``, with where they go."""
    told = {
        "lastUpdatedAfter": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "marketplaceIds": marketplace_id,
        "fulfilledBy": "MERCHANT",
        "maxResultsPerPage": str(PAGE),
        "includedData": f"{_INCLUDED},RECIPIENT",
        **({"paginationToken": token} if token else {}),
    }
    return Question("searchOrders", "GET", f"{ROOT}?{urlencode(told)}")


def question(order_id: str, *, address: bool = False) -> Question:
    """Asks for one order's facts."""
    return Question("getOrder", "GET", path(order_id, address=address))


def headers(token: str, now: datetime, user_agent: str) -> dict[str, str]:
    """The headers that every Selling Partner API request carries."""
    return {
        "x-amz-access-token": token,
        "x-amz-date": now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"),
        "user-agent": user_agent[:500],
        "accept": "application/json",
    }


def token_refused(response: Response) -> bool:
    """Whether a new token may help. Amazon says it with 403, and 401 is said to come."""
    return response.status in {401, 403}


def order(response: Response) -> Order | None:
    """Read the answer; None when Amazon does not know the order. Raises the four failures."""
    if response.status in {400, 404}:  # 400: not an order id of Amazon's form
        return None
    failure = http.failure(response)
    if failure is not None:
        raise failure
    return _facts(response.body)


def page(response: Response) -> tuple[tuple[Order, ...], str]:
    """A page of orders, and the token of the next ("" after the last). Raises the four failures."""
    failure = http.failure(response)
    if failure is not None:
        raise failure
    try:
        told = _Page.model_validate_json(response.body)
    except ValidationError as error:
        raise Unavailable(f"unreadable orders: {error.error_count()} fields") from None
    token = told.pagination.next_token if told.pagination else None
    return tuple(_order(one) for one in told.orders), token or ""


def _facts(content: bytes) -> Order:
    try:
        return _order(_Answer.model_validate_json(content).order)
    except ValidationError as error:
        raise Unavailable(f"unreadable order: {error.error_count()} fields") from None


def _order(told: _Order) -> Order:
    packages = told.packages or []
    total = (told.proceeds.grand_total if told.proceeds else None) or _Money()
    window = told.fulfillment.deliver_by_window if told.fulfillment else None
    shipped = [package.ship_time for package in packages if package.ship_time]
    return Order(
        id=told.order_id,
        status=_status(told.fulfillment, packages),
        items=tuple(_item(item) for item in told.order_items),
        currency=total.currency_code,
        total=total.amount,
        ordered_at=_utc(told.created_time),
        shipped_at=_utc(min(shipped, default=None)),
        deliver_by=_utc(window.latest_date_time if window else None),
        carrier=_first([package.carrier for package in packages]),
        tracking_number=_first([package.tracking_number for package in packages]),
        doubts=_doubts(told.recipient),
    )


def _doubts(recipient: _Recipient | None) -> tuple[str, ...]:
    """What is doubtful of where it goes; nothing where Amazon does not tell (a missing role)."""
    told = recipient.delivery_address if recipient else None
    if told is None:
        return ()
    street = " ".join(line for line in (told.address_line1, told.address_line2) if line)
    return doubts(
        Address(
            name=told.name or "",
            street=street,
            city=told.city or "",
            postal_code=told.postal_code or "",
            country=told.country_code or "",
        )
    )


def _status(fulfillment: _Fulfillment | None, packages: Sequence[_Package]) -> OrderStatus:
    status = _STATUS.get(fulfillment.fulfillment_status if fulfillment else "")
    arrived = {package.package_status.status for package in packages if package.package_status}
    if status is OrderStatus.SHIPPED and arrived == {"DELIVERED"}:
        return OrderStatus.DELIVERED
    return status or OrderStatus.UNKNOWN


def _item(item: _Item) -> OrderItem:
    product = item.product
    price = (product.price.unit_price if product.price else None) or _Money()
    return OrderItem(
        title=product.title or product.asin or "",
        quantity=item.quantity_ordered,
        sku=product.seller_sku or "",
        price=price.amount,
    )


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def _first(values: Sequence[str | None]) -> str:
    return next((value for value in values if value), "")
