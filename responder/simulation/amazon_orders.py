"""The Selling Partner API of a shop in memory: as much as words about orders want.

Its tokens and budgets have tests of their own. Here requests are late, lost and refused.
"""

import json
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from connectors.amazon.mock_desk import MockDesk, Said
from connectors.amazon.wire.questions import Question
from connectors.base import RateLimited
from connectors.http import Response
from responder.simulation.loop import TrueTime
from responder.simulation.orders import Orders
from responder.simulation.wire import Weather, Wire

THROTTLED = timedelta(seconds=30)
UNAUTHORIZED = Response(401, {}, b"{}")
TAKEN = 201


class Office(Protocol):
    """Whose orders they are."""

    desk: MockDesk
    orders: Orders
    time: TrueTime
    weather: Weather


class MemoryApi:
    """Asks over a wire of the world."""

    def __init__(self, shop: Office, wire: Wire) -> None:
        self._shop = shop
        self._wire = wire

    async def ask(self, question: Question) -> Response:
        """The answer to one request, if it comes."""
        writes = question.method == "POST"
        return await self._wire.ask(lambda: self._answered(question), writes=writes)

    def _answered(self, question: Question) -> Response:
        now, weather = self._shop.time.loop.time(), self._shop.weather
        if now < weather.storm_until:
            raise RateLimited(THROTTLED, f"Amazon throttles {question.operation}")
        if now < max(weather.token_dead_until, weather.skewed_until):
            return UNAUTHORIZED
        said = self._said(question)
        body = json.dumps(said.told).encode()
        return Response(said.status, {"content-type": said.content_type}, body)

    def _said(self, question: Question) -> Said:
        parts = urlsplit(question.path)
        asked = dict(parse_qsl(parts.query))
        names = [unquote(part) for part in parts.path.split("/")]
        desk = self._shop.desk
        match question.operation:
            case "searchOrders":
                return desk.search(asked)
            case "getOrder":
                return desk.order(names[-1], asked.get("includedData", ""))
            case "getMessagingActionsForOrder":
                return desk.links(names[-1], "messaging")
            case "getSolicitationActionsForOrder":
                return desk.links(names[-1], "solicitations")
            case "GetAttributes":
                return desk.attributes(names[-2])
            case "createProductReviewAndSellerFeedbackSolicitation":
                return self._told_of(desk.ask_for_review(names[-3]))
            case _:
                told: dict[str, Any] = json.loads(question.body or b"{}")
                order_id, action = names[-3], names[-1]
                ids = asked.get("marketplaceIds")
                return self._told_of(desk.message(order_id, action, ids, told.get("text")))

    def _told_of(self, said: Said) -> Said:
        """What was taken is in the world's books, too."""
        if said.status == TAKEN:
            last = self._shop.desk.proactive[-1]
            self._shop.orders.on_said(last["order_id"], last["action"], last["text"])
        return said
