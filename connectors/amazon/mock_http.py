"""The HTTP of the marketplace in a box: Login with Amazon, orders, messaging; and its books."""

import json
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from json import JSONDecodeError
from random import Random
from typing import Any, Final, Protocol
from uuid import UUID

from aiohttp import web

from connectors.amazon import mock_services as services
from connectors.amazon.mock_books import Books
from connectors.amazon.mock_orders import order
from connectors.faults import Faults
from connectors.feed import FeedEntry

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
CLIENT_ID: Final = "amzn1.application-oa2-client.mock"
CLIENT_SECRET: Final = "mock-client-secret"  # noqa: S105 - a mock's
REFRESH_TOKEN: Final = "Atzr|mock-refresh-token"  # noqa: S105
_TOKEN_LIFE: Final = timedelta(hours=1)
_RATES: Final = {
    "orders": "0.5",
    "search": "0.0056",
    "messaging": "1.0",
    "sellers": "0.016",
    "tokens": "1.0",
}
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
    ) -> None:
        self._books = books
        self.faults = faults
        self._inbox = inbox
        self._marketplace_id = marketplace_id
        self._now = now
        self._dice = dice
        self._tokens: dict[str, datetime] = {}
        self.proactive: list[dict[str, str]] = []

    def routes(self) -> list[web.RouteDef]:
        """What Amazon answers; ``/_mock/`` is served beside it."""
        return [
            web.post("/auth/o2/token", self._token),
            web.get("/orders/2026-01-01/orders", self._guarded("search", self._search)),
            web.get("/orders/2026-01-01/orders/{id}", self._guarded("orders", self._order)),
            web.get("/messaging/v1/orders/{id}", self._guarded("messaging", self._actions)),
            web.get(
                "/messaging/v1/orders/{id}/attributes",
                self._guarded("messaging", self._attributes),
            ),
            web.get("/solicitations/v1/orders/{id}", self._guarded("messaging", self._asks)),
            web.post(
                f"/solicitations/v1/orders/{{id}}/solicitations/{services.SOLICITATION}",
                self._guarded("messaging", self._ask),
            ),
            web.get(
                "/sellers/v1/marketplaceParticipations",
                self._guarded("sellers", self._participations),
            ),
            web.post(
                "/tokens/2021-03-01/restrictedDataToken",
                self._guarded("tokens", self._restricted),
            ),
            web.post(
                "/messaging/v1/orders/{id}/messages/{action}",
                self._guarded("messaging", self._message),
            ),
        ]

    async def _token(self, request: web.Request) -> web.Response:
        """Form or JSON: Amazon's own clients send both."""
        if self.faults.strikes("http_503"):
            return _unavailable()
        asked = await _fields(request)
        if self.faults.strikes("login_refused"):
            return _lwa_error(401, "invalid_client", "Client authentication failed")
        if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _lwa_error(401, "invalid_client", "Client authentication failed")
        if asked.get("grant_type") != "refresh_token":
            return _lwa_error(400, "unsupported_grant_type", "The grant type is not supported")
        if asked.get("refresh_token") != REFRESH_TOKEN or self.faults.strikes("token_dead"):
            return _lwa_error(400, "invalid_grant", "The request has an invalid grant parameter")
        token = f"Atza|{self._dice.getrandbits(128):032x}"
        self._tokens[token] = self._now() + _TOKEN_LIFE
        answer = {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": int(_TOKEN_LIFE.total_seconds()),
            "refresh_token": REFRESH_TOKEN,
        }
        return web.json_response(answer, headers={"Cache-Control": "no-store"})

    def _guarded(self, plan: str, answer: Callable[[web.Request], Awaitable[Any]]) -> Handler:
        """What the API gateway does for every operation: faults, token, headers."""

        async def handler(request: web.Request) -> web.StreamResponse:
            refused = self._refused(request)
            response: web.Response = refused or await answer(request)
            response.headers["x-amzn-RequestId"] = str(UUID(int=self._dice.getrandbits(128)))
            is_told = response.status in {200, 201, 400, 404}
            if is_told and not self.faults.strikes("rate_header_missing"):
                response.headers["x-amzn-RateLimit-Limit"] = _RATES[plan]
            return response

        return handler

    def _refused(self, request: web.Request) -> web.Response | None:
        if self.faults.strikes("http_503"):
            return _unavailable()
        if self.faults.strikes("http_500_empty"):
            return web.Response(status=500)
        if self.faults.strikes("http_429"):
            quota = "You exceeded your quota for the requested resource."
            return _error(429, "QuotaExceeded", quota, kind="TooManyRequestsException")
        token = request.headers.get("x-amz-access-token")
        if not token:
            return _denied("Access token is missing in the request header.")
        if token not in self._tokens:
            return _denied("The access token you provided is revoked, malformed or invalid.")
        if self.faults.strikes("http_403"):
            return _denied("")
        if self._tokens[token] <= self._now() or self.faults.strikes("token_dead"):
            return _denied("The access token you provided has expired.")
        return None

    async def _order(self, request: web.Request) -> web.Response:
        order_id = request.match_info["id"]
        mentioned_at = self._books.order_dates.get(order_id)
        if mentioned_at is None or self.faults.strikes("order_missing"):
            return _error(404, "NotFound", "The requested order does not exist.")
        return web.json_response({"order": order(order_id, mentioned_at, self._marketplace_id)})

    async def _search(self, request: web.Request) -> web.Response:
        after = [name for name in ("createdAfter", "lastUpdatedAfter") if name in request.query]
        if len(after) != 1:
            said = "Exactly one of createdAfter and lastUpdatedAfter is required."
            return _error(400, "InvalidInput", said)
        try:
            since = datetime.fromisoformat(request.query[after[0]])
            size = min(int(request.query.get("maxResultsPerPage", "100")), 100)
            start = int(request.query.get("paginationToken", "0"))
        except ValueError:
            return _error(400, "InvalidInput", "Invalid Input")
        if since.tzinfo is None:
            return _error(400, "InvalidInput", f"{after[0]} needs a time zone")
        fresh = [(id_, at) for id_, at in self._books.order_dates.items() if at > since]
        page = fresh[start : start + size]
        answer: dict[str, Any] = {
            "orders": [order(id_, at, self._marketplace_id) for id_, at in page]
        }
        if start + size < len(fresh):
            answer["pagination"] = {"nextToken": str(start + size)}
        return web.json_response(answer)

    async def _actions(self, request: web.Request) -> web.Response:
        return self._links(request, "messaging")

    async def _asks(self, request: web.Request) -> web.Response:
        return self._links(request, "solicitations")

    def _links(self, request: web.Request, kind: str) -> web.Response:
        order_id = request.match_info["id"]
        if order_id not in self._books.order_dates:
            return _error(404, "NotFound", "The requested order does not exist.")
        answer = services.actions(kind, order_id, self._marketplace_id)
        return web.json_response(answer, content_type=_HAL)

    async def _attributes(self, request: web.Request) -> web.Response:
        if request.match_info["id"] not in self._books.order_dates:
            return _error(404, "NotFound", "The requested order does not exist.")
        answer = services.attributes(self._marketplace_id)
        return web.json_response(answer, content_type=_HAL)

    async def _ask(self, request: web.Request) -> web.Response:
        """A request for a review: once for an order."""
        order_id = request.match_info["id"]
        if order_id not in self._books.order_dates:
            return _error(404, "NotFound", "The requested order does not exist.")
        asked = {"order_id": order_id, "action": services.SOLICITATION, "text": ""}
        if asked in self.proactive:
            return _error(403, "Unauthorized", "The solicitation was already sent.")
        self.proactive.append(asked)
        return web.json_response({}, status=201, content_type=_HAL)

    async def _participations(self, _: web.Request) -> web.Response:
        return web.json_response(services.participations(self._marketplace_id))

    async def _restricted(self, request: web.Request) -> web.Response:
        if not services.is_restriction(await _fields(request)):
            return _error(400, "InvalidInput", "Invalid Input")
        token = f"Atz.sprdt|{self._dice.getrandbits(128):032x}"
        self._tokens[token] = self._now() + _TOKEN_LIFE
        seconds = int(_TOKEN_LIFE.total_seconds())
        return web.json_response({"restrictedDataToken": token, "expiresIn": seconds})

    async def _message(self, request: web.Request) -> web.Response:
        order_id, action = request.match_info["id"], request.match_info["action"]
        if order_id not in self._books.order_dates or action not in services.TEXT_ACTIONS:
            return _error(404, "NotFound", "The requested resource does not exist.")
        if request.query.get("marketplaceIds") != self._marketplace_id:
            return _error(400, "InvalidInput", "marketplaceIds is required.")
        text = (await _fields(request)).get("text")
        if not isinstance(text, str) or not 1 <= len(text) <= _MAX_TEXT:
            return _error(400, "InvalidInput", "Invalid Input")
        self.proactive.append({"order_id": order_id, "action": action, "text": text})
        return web.json_response({}, status=201, content_type=_HAL)

    def deliver(self, entries: Iterable[FeedEntry]) -> list[str]:
        """Buyers write."""
        return self._inbox.add(list(entries))

    def sent(self) -> list[dict[str, Any]]:
        return [reply.told() for reply in self._books.accepted]

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


async def _fields(request: web.Request) -> dict[str, Any]:
    """A form's or a JSON object's fields; none of what is neither."""
    if request.content_type == "application/x-www-form-urlencoded":
        return {name: str(value) for name, value in (await request.post()).items()}
    try:
        content = json.loads(await request.read() or b"{}")
    except (JSONDecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _error(status: int, code: str, message: str, *, kind: str = "") -> web.Response:
    body = {"errors": [{"code": code, "message": message, "details": ""}]}
    headers = {"x-amzn-ErrorType": kind} if kind else None
    return web.json_response(body, status=status, headers=headers)


def _denied(details: str) -> web.Response:
    said = "Access to requested resource is denied."
    body = {"errors": [{"code": "Unauthorized", "message": said, "details": details}]}
    headers = {"x-amzn-ErrorType": "AccessDeniedException"}
    return web.json_response(body, status=403, headers=headers)


def _unavailable() -> web.Response:
    page = "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"
    return web.Response(status=503, text=page, content_type="text/html")


def _lwa_error(status: int, code: str, said: str) -> web.Response:
    return web.json_response({"error": code, "error_description": said}, status=status)
