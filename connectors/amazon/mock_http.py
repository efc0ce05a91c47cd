"""The HTTP of the marketplace in a box: Login with Amazon, orders, messaging; and its books."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from random import Random
from typing import Any, Final, Protocol

from aiohttp import web

from connectors.amazon import mock_services as services
from connectors.amazon.mock_books import Books
from connectors.amazon.mock_door import TOKEN_LIFE, Door, error, fields
from connectors.amazon.mock_notifications import Subscriptions
from connectors.amazon.mock_orders import order, shown
from connectors.amazon.mock_orders_v0 import OrdersV0
from connectors.budget import Rate
from connectors.faults import Faults
from connectors.feed import FeedEntry

_HAL: Final = "application/hal+json"
_MAX_TEXT: Final = 2000


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
        self.door = Door(faults, now=now, dice=dice, rates=rates)
        self._v0 = OrdersV0(books, self.door, marketplace_id=marketplace_id, now=now)
        self._subscriptions = Subscriptions(self.door, dice=dice)
        self.proactive: list[dict[str, str]] = []

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
        order_id = request.match_info["id"]
        mentioned_at = self._books.order_dates.get(order_id)
        if mentioned_at is None or self.faults.strikes("order_missing"):
            return error(404, "NotFound", "The requested order does not exist.")
        told = self._books_order(order_id, mentioned_at)
        return web.json_response({"order": shown(told, request.query.get("includedData", ""))})

    async def _search(self, request: web.Request) -> web.Response:
        after = [name for name in ("createdAfter", "lastUpdatedAfter") if name in request.query]
        if len(after) != 1:
            said = "Exactly one of createdAfter and lastUpdatedAfter is required."
            return error(400, "InvalidInput", said)
        try:
            since = datetime.fromisoformat(request.query[after[0]])
            size = min(int(request.query.get("maxResultsPerPage", "100")), 100)
            start = int(request.query.get("paginationToken", "0"))
        except ValueError:
            return error(400, "InvalidInput", "Invalid Input")
        if since.tzinfo is None:
            return error(400, "InvalidInput", f"{after[0]} needs a time zone")
        fresh = [(id_, at) for id_, at in self._books.order_dates.items() if at > since]
        page = fresh[start : start + size]
        answer: dict[str, Any] = {
            "orders": [
                shown(self._books_order(id_, at), request.query.get("includedData", ""))
                for id_, at in page
            ]
        }
        if start + size < len(fresh):
            answer["pagination"] = {"nextToken": str(start + size)}
        return web.json_response(answer)

    def _books_order(self, order_id: str, at: datetime) -> dict[str, Any]:
        return order(order_id, at, self._marketplace_id, self._books.placed.get(order_id))

    async def _actions(self, request: web.Request) -> web.Response:
        return self._links(request, "messaging")

    async def _asks(self, request: web.Request) -> web.Response:
        return self._links(request, "solicitations")

    def _links(self, request: web.Request, kind: str) -> web.Response:
        order_id = request.match_info["id"]
        if order_id not in self._books.order_dates:
            return error(404, "NotFound", "The requested order does not exist.")
        names = services.offered(kind)
        if self.faults.strikes("actions_stale"):
            names = (*names, *services.STALE)
        elif self._review(order_id) in self.proactive:
            names = tuple(name for name in names if name != services.SOLICITATION)
        answer = services.actions(kind, order_id, self._marketplace_id, names)
        return web.json_response(answer, content_type=_HAL)

    async def _attributes(self, request: web.Request) -> web.Response:
        if request.match_info["id"] not in self._books.order_dates:
            return error(404, "NotFound", "The requested order does not exist.")
        answer = services.attributes(self._marketplace_id)
        return web.json_response(answer, content_type=_HAL)

    async def _ask(self, request: web.Request) -> web.Response:
        """A request for a review: once for an order."""
        order_id = request.match_info["id"]
        if order_id not in self._books.order_dates:
            return error(404, "NotFound", "The requested order does not exist.")
        asked = self._review(order_id)
        if asked in self.proactive:
            return error(403, "Unauthorized", "The solicitation was already sent.")
        return self._taken(request, asked)

    def _review(self, order_id: str) -> dict[str, str]:
        return {"order_id": order_id, "action": services.SOLICITATION, "text": ""}

    def _taken(self, request: web.Request, told: dict[str, str]) -> web.Response:
        """It reaches the buyer, also where the answer does not reach us."""
        self.proactive.append(told)
        if self.faults.strikes("message_lost") and request.transport is not None:
            request.transport.abort()
        return web.json_response({}, status=201, content_type=_HAL)

    async def _participations(self, _: web.Request) -> web.Response:
        return web.json_response(services.participations(self._marketplace_id))

    async def _restricted(self, request: web.Request) -> web.Response:
        paths = services.restricted_paths(await fields(request))
        if paths is None:
            return error(400, "InvalidInput", "Invalid Input")
        token = self.door.restricted(paths)
        seconds = int(TOKEN_LIFE.total_seconds())
        return web.json_response({"restrictedDataToken": token, "expiresIn": seconds})

    async def _message(self, request: web.Request) -> web.Response:
        order_id, action = request.match_info["id"], request.path.rpartition("/")[2]
        if order_id not in self._books.order_dates:
            return error(404, "NotFound", "The requested resource does not exist.")
        if request.query.get("marketplaceIds") != self._marketplace_id:
            return error(400, "InvalidInput", "marketplaceIds is required.")
        text = (await fields(request)).get("text")
        if not isinstance(text, str) or not 1 <= len(text) <= _MAX_TEXT:
            return error(400, "InvalidInput", "Invalid Input")
        if self.faults.strikes("action_gone"):
            return error(403, "Unauthorized", "This message is not allowed for the order now.")
        return self._taken(request, {"order_id": order_id, "action": action, "text": text})

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
