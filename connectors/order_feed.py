"""Orders for marketplaces in a box: ``POST /_mock/orders``, an object or a list.

An order that is told of again has changed: what it says now counts.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

Placed = Literal["unpaid", "unshipped", "shipped", "delivered", "cancelled"]


class OrderEntry(BaseModel):
    """One order. What is left out is made up."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    order_id: str = Field(min_length=1, max_length=64)
    buyer: str = "a buyer"
    status: Placed = "unshipped"
    quantity: int = Field(default=1, ge=1)
    street: str | None = None
    at: AwareDatetime | None = None  # when it was placed; None: now
    deliver_by: AwareDatetime | None = None

    def dated(self, now: datetime) -> "OrderEntry":
        return self if self.at else self.model_copy(update={"at": now})


_ENTRIES = TypeAdapter(list[OrderEntry])


def orders_in(body: bytes) -> list[OrderEntry]:
    """The orders in a request. ``ValueError`` says what is wrong."""
    try:
        told: Any = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deep") from None
    try:
        return _ENTRIES.validate_python(told if isinstance(told, list) else [told])
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def order_routes(place: Callable[[OrderEntry], None]) -> list[web.RouteDef]:
    """Where orders are told of."""

    async def take(request: web.Request) -> web.Response:
        try:
            entries = orders_in(await request.read())
            for entry in entries:
                place(entry)
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response({"accepted": len(entries)}, status=201)

    return [web.post("/_mock/orders", take)]
