"""Taobao in a box: a real HTTP server that speaks TOP, keeps its books, and can be made to fail.

Besides ``/router/rest`` and ``/token`` it has ``/_mock/messages``, ``/_mock/sent``
and ``/_mock/faults`` for the person, test or demo that plays the buyers.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from connectors.box import PICTURES, BoxServer, Running
from connectors.budget import Rate
from connectors.faults import Faults
from connectors.feed import FeedEntry
from connectors.journal import Journal
from connectors.order_feed import OrderEntry, order_routes
from connectors.taobao.account import TopAccount
from connectors.taobao.mock_books import Books
from connectors.taobao.mock_faults import KNOWN_FAULTS, publish_beside
from connectors.taobao.mock_gateway import Gateway
from connectors.taobao.mock_threads import Post, Via
from connectors.top.mock_gateway import Keys
from connectors.top.mock_http import router
from connectors.top.mock_token import PATH, Tokens, token_routes

LAG = timedelta(seconds=30)


class TaobaoMock(Running):
    """One mock shop. ``await start()`` binds; ``port`` 0 takes a free one, readable afterwards.

    ``now`` is its clock and ``seed`` its dice: orders, deadlines and which
    order is talked about where are the same for the same seed. With ``journal``
    it is where it was after a ``kill -9``. ``daily_quota`` is the number of
    calls a day in GMT+8, ``rate`` how fast they may come (None: no limit).
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        port: int = 0,
        host: str = "127.0.0.1",
        journal: Path | None = None,
        faults: Faults | None = None,
        seed: int = 0,
        keys: Keys | None = None,
        daily_quota: int | None = None,
        rate: Rate | None = None,
    ) -> None:
        self.keys = keys or Keys()
        self.faults = faults or Faults(KNOWN_FAULTS, Random(seed))  # noqa: S311 - no secrets
        self._now = now
        self._journal = Journal(journal)
        self.books = Books(self._journal, seed=seed)
        self.tokens = Tokens(self.keys, self.faults, now, add=self.books.add_session)
        self.gateway = Gateway(
            self.books,
            self.faults,
            self.keys,
            now=now,
            dice=Random(seed + 1),  # noqa: S311 - lengths of bans, no secrets
            daily_quota=daily_quota,
            rate=rate,
            is_session=self._is_session,
        )
        self._server = BoxServer(self, host, port)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def port(self) -> int:
        return self._server.port

    def account(self, *, chat: bool = True, renews: bool = False) -> TopAccount:
        """An account that this mock lets in; ``renews``: with a refresh token."""
        return TopAccount(
            gateway=f"{self.url}/router/rest",
            app_key=self.keys.app_key,
            app_secret=self.keys.app_secret,
            session=self.keys.session,
            chat=chat,
            refresh_token=self.keys.refresh_token if renews else "",
            oauth=f"{self.url}{PATH}",
        )

    async def start(self) -> None:
        routes = [*router(self.gateway), *token_routes(self.tokens)]
        await self._server.start([*routes, *order_routes(self.place)])
        self.books.pictures_at = f"{self.url}{PICTURES}"

    async def stop(self) -> None:
        await self._server.stop()
        self._journal.close()

    def place(self, entry: OrderEntry) -> None:
        """An order, or what has become of it. ``ValueError`` for an id of another form."""
        if not entry.order_id.isdecimal():
            raise ValueError("order_id: must be digits")
        self.books.place(entry, self._now())

    def deliver(self, entries: Iterable[FeedEntry], *, via: Via | None = None) -> list[str]:
        """Buyers write: each entry becomes a message, at once. Returns the ids."""
        earlier = len(self.books.delivered)
        for entry in entries:
            now = self._now()
            late = self.faults.strikes("refund_lag"), self.faults.strikes("chat_overtaken")
            self.books.deliver(
                entry,
                now,
                via=via,
                visible_at={"refund": now + LAG * late[0], "chat": now + LAG * late[1]},
                rings=not self.faults.strikes("tmc_dropped"),
            )
            publish_beside(self.books, self.faults, now)
        return [post.id for post in self.books.delivered[earlier:]]

    def _is_session(self, session: str) -> bool:
        known = session == self.keys.session or session in self.books.sessions
        return known and self.tokens.is_good(session)

    def delivered(self) -> list[dict[str, str | None]]:
        return [_delivered(post) for post in self.books.delivered]

    def sent(self) -> list[dict[str, Any]]:
        return [_sent(post) for post in self.books.sent]


def _delivered(post: Post) -> dict[str, str | None]:
    return {
        "id": post.id,
        "thread": post.thread,
        "buyer": post.buyer,
        "order_id": post.order_id or None,
        "at": post.at.isoformat(),
    }


def _sent(post: Post) -> dict[str, Any]:
    return {
        "id": post.id,
        "reply_id": post.client_id or None,
        "thread": post.thread,
        "buyer": post.buyer,
        "order_id": post.order_id or None,
        "text": post.text,
        "at": post.at.isoformat(),
        "via": post.via,
        "files": list(post.files),
    }
