"""The HTTP of the marketplace in a box: Login with Amazon, orders, messaging; and its books."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from random import Random
from typing import Any, Protocol

from aiohttp import web

from connectors.amazon import mock_services as services
from connectors.amazon.mock_books import Books
from connectors.amazon.mock_desk import MockDesk, Said
from connectors.amazon.mock_door import TOKEN_LIFE, Door, error, fields
from connectors.amazon.mock_notifications import Subscriptions
from connectors.amazon.mock_orders_v0 import OrdersV0
from connectors.budget import Rate
from connectors.faults import Faults
from connectors.feed import FeedEntry


class Inbox(Protocol):
    """Where what buyers write goes."""

    def add(self, entries: list[FeedEntry]) -> list[str]:
        """Deliver all, or raise ``FeedError`` before the first."""


class HttpSide:
    """Everything of the mock that is asked over HTTP."""

    def __init__(
        self,
        books: Books,
        faults: Faults,
        inbox: Inbox,
        *,
        marketplace_id: str,
        now: Callable[[], datetime],
        dice: Random,
        rates: Mapping[str, Rate] | None = None,
    ) -> None:
        self._books = books
        self.faults = faults
        self._inbox = inbox
        self._marketplace_id = marketplace_id
        self.desk = MockDesk(books, faults, marketplace_id)
        self.door = Door(faults, now=now, dice=dice, rates=rates)
        self._v0 = OrdersV0(books, self.door, marketplace_id=marketplace_id, now=now)
        self._subscriptions = Subscriptions(self.door, dice=dice)

    @property
    def proactive(self) -> list[dict[str, str]]:
        """What was taken about orders that nobody had asked for."""
        return self.desk.proactive

    def routes(self) -> list[web.RouteDef]:
        """What Amazon answers; ``/_mock/`` is served beside it."""
        guarded = self.door.guarded
        orders, messaging = "/orders/2026-01-01/orders", "/messaging/v1/orders/{id}"
        solicitations = "/solicitations/v1/orders/{id}"
        return [
            web.post("/auth/o2/token", self.door.token),
            web.get("/_mock/asked", self._asked),
            web.get("/_mock/proactive", self._proactive),
            web.get(orders, guarded("searchOrders", self._search)),
            web.get(f"{orders}/{{id}}", guarded("getOrder", self._order)),
            web.get(messaging, guarded("getMessagingActionsForOrder", self._actions)),
            web.get(f"{messaging}/attributes", guarded("GetAttributes", self._attributes)),
            *(
                web.post(f"{messaging}/messages/{action}", guarded(operation, self._message))
                for action, operation in services.TEXT_ACTIONS.items()
            ),
            web.post(f"{messaging}/messages/{{action}}", self._no_such_message),
            web.get(solicitations, guarded("getSolicitationActionsForOrder", self._asks)),
            web.post(
                f"{solicitations}/solicitations/{services.SOLICITATION}",
                guarded("createProductReviewAndSellerFeedbackSolicitation", self._ask),
            ),
            web.get(
                "/sellers/v1/marketplaceParticipations",
                guarded("getMarketplaceParticipations", self._participations),
            ),
            web.post(
                "/tokens/2021-03-01/restrictedDataToken",
                guarded("createRestrictedDataToken", self._restricted),
            ),
            *self._v0.routes(),
            *self._subscriptions.routes(),
        ]

    async def _asked(self, _: web.Request) -> web.Response:
        return web.json_response(self.door.told())

    async def _proactive(self, _: web.Request) -> web.Response:
        return web.json_response(self.proactive)

    async def _no_such_message(self, _: web.Request) -> web.Response:
        return error(404, "NotFound", "The requested resource does not exist.")

    async def _order(self, request: web.Request) -> web.Response:
        included = request.query.get("includedData", "")
        return _written(self.desk.order(request.match_info["id"], included))

    async def _search(self, request: web.Request) -> web.Response:
        return _written(self.desk.search(request.query))

    async def _actions(self, request: web.Request) -> web.Response:
        return _written(self.desk.links(request.match_info["id"], "messaging"))

    async def _asks(self, request: web.Request) -> web.Response:
        return _written(self.desk.links(request.match_info["id"], "solicitations"))

    async def _attributes(self, request: web.Request) -> web.Response:
        return _written(self.desk.attributes(request.match_info["id"]))

    async def _ask(self, request: web.Request) -> web.Response:
        return self._taken(request, self.desk.ask_for_review(request.match_info["id"]))

    async def _message(self, request: web.Request) -> web.Response:
        order_id, action = request.match_info["id"], request.path.rpartition("/")[2]
        text = (await fields(request)).get("text")
        asked = request.query.get("marketplaceIds")
        return self._taken(request, self.desk.message(order_id, action, asked, text))

    def _taken(self, request: web.Request, said: Said) -> web.Response:
        """It reaches the buyer, also where the answer does not reach us."""
        taken = said.status == 201
        if taken and self.faults.strikes("message_lost") and request.transport is not None:
            request.transport.abort()
        return _written(said)

    async def _participations(self, _: web.Request) -> web.Response:
        return web.json_response(services.participations(self._marketplace_id))

    async def _restricted(self, request: web.Request) -> web.Response:
        paths = services.restricted_paths(await fields(request))
        if paths is None:
            return error(400, "InvalidInput", "Invalid Input")
        token = self.door.restricted(paths)
        seconds = int(TOKEN_LIFE.total_seconds())
        return web.json_response({"restrictedDataToken": token, "expiresIn": seconds})

    def deliver(self, entries: Iterable[FeedEntry]) -> list[str]:
        """Buyers write."""
        return self._inbox.add(list(entries))

    def sent(self) -> list[dict[str, Any]]:
        refused = self._books.refused
        return [one.told(refused=one.message_id in refused) for one in self._books.accepted]

    def delivered(self) -> list[dict[str, Any]]:
        return [
            {
                "id": mail.message_id,
                "thread": mail.thread,
                "buyer": mail.buyer,
                "order_id": mail.order_id or None,
                "at": mail.at.isoformat(),
            }
            for mail in self._books.by_message_id.values()
        ]


def _written(said: Said) -> web.Response:
    return web.json_response(said.told, status=said.status, content_type=said.content_type)
