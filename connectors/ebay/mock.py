"""eBay in a box: OAuth, the Message API and orders, with books that survive a ``kill -9``."""

from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from aiohttp import web

from connectors.box import PICTURES, BoxServer, Running
from connectors.ebay import mock_answers as answers
from connectors.ebay.config import EbayConfig
from connectors.ebay.mock_orders import MockOrder, made_up
from connectors.ebay.wire import messages, orders, tokens
from connectors.faults import Faults
from connectors.feed import FeedEntry
from connectors.journal import Journal
from connectors.threaded.mock_books import Books, Talk

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
FAULTS: Final = {
    "drop_after_store": 0.0,  # a reply is taken, the connection closes before the answer
    "garbled_answer": 0.0,  # a reply is taken, the answer is a page of HTML
    "http_429": 0.0,
    "http_500": 0.0,
    "http_503_html": 0.0,
    "index_behind": 0.0,  # the list dates a conversation half a day too early
    "login_down": 0.0,  # no access token is to be had
    "message_lag": 0.0,  # the list names a message a minute before the conversation shows it
    "scope_missing": 0.0,  # 403 for everything
    "thread_broken": 0.0,  # conversations answer 500, the list does not
    "token_dead": 0.0,  # 401 before the token's time
    "unknown_sender": 0.0,  # a message names neither buyer nor seller as it should
}
FIRST_ID: Final = 90_000_000_001
FIRST_CONVERSATION: Final = 3_000_000_000
BEHIND: Final = timedelta(hours=12)
LAG: Final = timedelta(minutes=1)
TOKEN_LIFE: Final = timedelta(hours=2)
SELLER: Final = "mock_shop"
CLIENT_ID, CLIENT_SECRET = "mock-client-id", "mock-client-secret"
REFRESH_TOKEN: Final = "v^1.1#mock-refresh"  # noqa: S105


class EbayMock(Running):
    """One seller's eBay. ``await start()`` binds; ``port`` 0 takes a free one."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        port: int = 0,
        host: str = "127.0.0.1",
        journal: Path | None = None,
        faults: Faults | None = None,
        seed: int = 0,
    ) -> None:
        self.faults = faults or Faults(FAULTS, Random(seed))  # noqa: S311 - no secrets
        self._now = now
        self._journal = Journal(journal)
        self._seed = seed
        self.orders: dict[str, MockOrder] = {}
        self.books = Books(
            self._journal, self._listing, first_id=FIRST_ID, first_thread=FIRST_CONVERSATION
        )
        self._server = BoxServer(self, host, port)
        self._tokens: dict[str, datetime] = {}

    @property
    def url(self) -> str:
        return self._server.url

    def account(self) -> EbayConfig:
        """An account that this mock lets in. Call it after the start."""
        return EbayConfig(
            endpoint=self.url,
            username=SELLER,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            refresh_token=REFRESH_TOKEN,
        )

    async def start(self) -> None:
        guarded = self._guarded
        await self._server.start(
            [
                web.post(tokens.PATH, self._token),
                web.get(f"{messages.ROOT}/conversation", guarded(self._list)),
                web.get(f"{messages.ROOT}/conversation/{{id}}", guarded(self._conversation)),
                web.post(f"{messages.ROOT}/send_message", guarded(self._send)),
                web.get(orders.ROOT, guarded(self._orders)),
                web.get(f"{orders.ROOT}/{{id}}", guarded(self._order)),
                web.get(f"{orders.ROOT}/{{id}}/shipping_fulfillment", guarded(self._shipped)),
            ]
        )
        self.books.pictures_at = f"{self.url}{PICTURES}"

    async def stop(self) -> None:
        await self._server.stop()
        self._journal.close()

    def deliver(self, entries: Iterable[FeedEntry]) -> list[str]:
        """Buyers write, at once."""
        found = []
        for entry in entries:
            behind = BEHIND * self.faults.strikes("index_behind")
            hidden = LAG * self.faults.strikes("message_lag")
            found.append(self.books.deliver(entry, self._now(), behind=behind, hidden=hidden).id)
        return found

    def delivered(self) -> list[dict[str, Any]]:
        return [post.told() for post in self.books.delivered]

    def sent(self) -> list[dict[str, Any]]:
        return [post.told() for post in self.books.sent]

    def _listing(self, order_id: str, buyer: str, at: datetime) -> str:
        """The listing that an order is of; orders exist as soon as a buyer names them."""
        if order_id and order_id not in self.orders:
            self.orders[order_id] = made_up(order_id, buyer, seed=self._seed, mentioned=at)
        return self.orders[order_id].item if order_id else ""

    async def _token(self, request: web.Request) -> web.Response:
        if self.faults.strikes("login_down"):
            return web.json_response({"error": "temporarily_unavailable"}, status=503)
        pair = b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {pair}":
            return web.json_response({"error": "invalid_client"}, status=401)
        asked = await request.post()
        if asked.get("grant_type") != "refresh_token":
            return web.json_response({"error": "unsupported_grant_type"}, status=400)
        if asked.get("refresh_token") != REFRESH_TOKEN:
            return web.json_response({"error": "invalid_grant"}, status=400)
        token = f"v^1.1#i^1#mock-{len(self._tokens)}"
        self._tokens[token] = self._now() + TOKEN_LIFE
        told = {
            "access_token": token,
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "token_type": "User Access Token",
        }
        return web.json_response(told)

    def _guarded(self, answer: Handler) -> Handler:
        """What stands before every operation: faults and the token."""

        async def handler(request: web.Request) -> web.StreamResponse:
            return self._refused(request) or await answer(request)

        return handler

    def _refused(self, request: web.Request) -> web.Response | None:
        if self.faults.strikes("http_503_html"):
            page = "<html><body><h1>Service Unavailable</h1></body></html>"
            return web.Response(status=503, text=page, content_type="text/html")
        if self.faults.strikes("http_500"):
            return _refusal(500, 2003, "There was a problem with an eBay internal system.")
        if self.faults.strikes("http_429"):
            return _refusal(429, 2001, "Too many requests.")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        ends_at = self._tokens.get(token)
        if ends_at is None or ends_at <= self._now() or self.faults.strikes("token_dead"):
            return _refusal(401, 1001, "Invalid access token")
        if self.faults.strikes("scope_missing"):
            return _refusal(403, 1100, "Access denied")
        return None

    async def _list(self, request: web.Request) -> web.Response:
        try:
            limit, offset = _paging(request, most=messages.PAGE, usual=25)
            start, end = (
                datetime.fromisoformat(request.query[name]) if name in request.query else None
                for name in ("start_time", "end_time")
            )
        except ValueError:
            return _refusal(400, 355001, "Invalid input")
        if request.query.get("conversation_type") != messages.MEMBERS:
            return _refusal(400, 355002, "conversation_type is required")
        found = [
            one
            for one in self.books.talks.values()
            if (start is None or one.listed_at >= start) and (end is None or one.listed_at <= end)
        ]
        found.sort(key=lambda one: (one.listed_at, one.id), reverse=True)
        shown = [answers.listed(one, SELLER) for one in found[offset : offset + limit]]
        told = answers.page("conversations", shown, len(found), limit, offset)
        return web.json_response(told)

    async def _conversation(self, request: web.Request) -> web.Response:
        if self.faults.strikes("thread_broken"):
            return _refusal(500, 2003, "There was a problem with an eBay internal system.")
        found = self.books.talks.get(request.match_info["id"])
        if found is None:
            return _refusal(404, 355003, "The conversation was not found")
        try:
            limit, offset = _paging(request, most=messages.PAGE, usual=25)
        except ValueError:
            return _refusal(400, 355001, "Invalid input")
        return web.json_response(self._talk(found, limit, offset))

    def _talk(self, found: Talk, limit: int, offset: int) -> dict[str, Any]:
        seen = [post for post in found.posts if post.shown_at <= self._now()]
        seen.sort(key=lambda post: (post.at, post.id), reverse=True)
        shown = [answers.told(post, SELLER) for post in seen[offset : offset + limit]]
        for item in shown:
            if self.faults.strikes("unknown_sender"):
                item["senderUsername"] = item["recipientUsername"] = "somebody_else"
        return answers.page("messages", shown, len(seen), limit, offset)

    async def _send(self, request: web.Request) -> web.Response:
        try:
            asked = await request.json()
            name, text = asked["conversationId"], asked["messageText"]
        except (ValueError, LookupError, TypeError):
            return _refusal(400, 355001, "Invalid input")
        found = self.books.talks.get(str(name))
        if found is None:
            return _refusal(404, 355003, "The conversation was not found")
        if not isinstance(text, str) or not 1 <= len(text) <= messages.LONGEST_TEXT:
            return _refusal(400, 355004, "messageText is invalid")
        post = self.books.answer(found, text, self._now())
        if self.faults.strikes("drop_after_store") and request.transport is not None:
            request.transport.abort()
        if self.faults.strikes("garbled_answer"):
            return web.Response(text="<html>OK</html>", content_type="text/html")
        return web.json_response(answers.taken(post, SELLER))

    async def _orders(self, request: web.Request) -> web.Response:
        try:
            limit, offset = _paging(request, most=orders.PAGE, usual=50)
        except ValueError:
            return _refusal(400, 30700, "Invalid input")
        since = request.query.get("filter", "").removeprefix("creationdate:[").partition("..")[0]
        start = datetime.fromisoformat(since) if since else None
        found = [one for one in self.orders.values() if start is None or one.created >= start]
        shown = [one.facts for one in found[offset : offset + limit]]
        return web.json_response(answers.page("orders", shown, len(found), limit, offset))

    async def _order(self, request: web.Request) -> web.Response:
        found = self.orders.get(request.match_info["id"])
        if found is None:
            return _refusal(404, 32100, "Invalid order ID")
        return web.json_response(found.facts)

    async def _shipped(self, request: web.Request) -> web.Response:
        found = self.orders.get(request.match_info["id"])
        if found is None:
            return _refusal(404, 32100, "Invalid order ID")
        return web.json_response(found.shipped)


def _paging(request: web.Request, *, most: int, usual: int) -> tuple[int, int]:
    limit, offset = (
        int(request.query.get(name, str(default)))
        for name, default in (("limit", usual), ("offset", 0))
    )
    if not 1 <= limit <= most or offset < 0:
        raise ValueError("out of range")
    return limit, offset


def _refusal(status: int, number: int, said: str) -> web.Response:
    return web.json_response(answers.error(number, "API_MESSAGE", said), status=status)
