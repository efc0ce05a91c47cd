"""AliExpress in a box: TOP's door, the shop's channels, and books that survive a ``kill -9``."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from connectors.aliexpress.account import AliexpressAccount
from connectors.aliexpress.mock_methods import SELLER, WRITES, Methods
from connectors.box import PICTURES, BoxServer, Running
from connectors.budget import Rate
from connectors.faults import Faults
from connectors.feed import FeedEntry
from connectors.journal import Journal
from connectors.threaded.mock_books import Books
from connectors.top.mock_gateway import GATEWAY_FAULTS, Keys, TopGateway
from connectors.top.mock_http import router
from connectors.top.mock_token import PATH, TOKEN_FAULTS, Tokens, token_routes

FAULTS: Final = {
    **GATEWAY_FAULTS,
    **TOKEN_FAULTS,
    "buyer_unnamed": 0.0,  # the list does not say who the buyer is
    "channel_broken": 0.0,  # channels cannot be read, the list can
    "index_behind": 0.0,  # the list dates a channel half a day too early
    "message_lag": 0.0,  # the list names a message a minute before the channel shows it
    "refused_inside": 0.0,  # a good answer with is_success false inside
}
BEHIND: Final = timedelta(hours=12)
LAG: Final = timedelta(minutes=1)
FIRST_ID: Final = 7_200_000_000_000_000_001  # beyond 2^53
FIRST_CHANNEL: Final = 2_000_000_000_000


class AliexpressMock(Running):
    """One shop. ``await start()`` binds; ``port`` 0 takes a free one, readable afterwards."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        port: int = 0,
        host: str = "127.0.0.1",
        journal: Path | None = None,
        faults: Faults | None = None,
        seed: int = 0,
        daily_quota: int | None = None,
        rate: Rate | None = None,
    ) -> None:
        self.keys = Keys()
        self.faults = faults or Faults(FAULTS, Random(seed))  # noqa: S311 - no secrets
        self._now = now
        self._journal = Journal(journal)
        self.books = Books(
            self._journal, _one_channel, first_id=FIRST_ID, first_thread=FIRST_CHANNEL
        )
        self.methods = Methods(self.books, self.faults, seed=seed)
        self.sessions = {self.keys.session}
        self.tokens = Tokens(self.keys, self.faults, now, add=self.sessions.add)
        self.gateway = TopGateway(
            self.methods.all(),
            self.faults,
            self.keys,
            writes=WRITES,
            now=now,
            dice=Random(seed + 1),  # noqa: S311 - lengths of bans, no secrets
            daily_quota=daily_quota,
            rate=rate,
            is_session=lambda one: one in self.sessions and self.tokens.is_good(one),
        )
        self._server = BoxServer(self, host, port)

    @property
    def url(self) -> str:
        return self._server.url

    def account(self, *, renews: bool = False) -> AliexpressAccount:
        """An account that this mock lets in. Call it after the start.

        ``renews``: with a refresh token.
        """
        return AliexpressAccount(
            gateway=f"{self.url}/router/rest",
            app_key=self.keys.app_key,
            app_secret=self.keys.app_secret,
            session=self.keys.session,
            seller_id=SELLER,
            refresh_token=self.keys.refresh_token if renews else "",
            oauth=f"{self.url}{PATH}",
        )

    async def start(self) -> None:
        await self._server.start([*router(self.gateway), *token_routes(self.tokens)])
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
            post = self.books.deliver(entry, self._now(), behind=behind, hidden=hidden)
            found.append(post.id)
        return found

    def delivered(self) -> list[dict[str, Any]]:
        return [post.told() for post in self.books.delivered]

    def sent(self) -> list[dict[str, Any]]:
        return [post.told() for post in self.books.sent]


def _one_channel(_order_id: str, _buyer: str, _at: datetime) -> str:
    """A buyer has one channel, whatever it is about."""
    return ""
