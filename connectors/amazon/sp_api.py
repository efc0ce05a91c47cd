"""The Selling Partner API of one account: an access token, and order facts."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import aiohttp

from connectors import http
from connectors.amazon.config import AmazonConfig, SpApiConfig
from connectors.amazon.wire import lwa, orders
from connectors.base import Order
from connectors.http import Response

_NO_SUCH_ORDER = "000-0000000-0000000"


class SellingPartnerApi:
    """Asks for order facts. The token is kept until it ends, or is refused once."""

    def __init__(
        self, config: AmazonConfig, access: SpApiConfig, now: Callable[[], datetime]
    ) -> None:
        self._config = config
        self._access = access
        self._now = now
        self._session: aiohttp.ClientSession | None = None
        self._token: lwa.Token | None = None
        self._lock = asyncio.Lock()

    async def order(self, order_id: str) -> Order | None:
        """The facts of an order; None when Amazon does not know it. Raises the four failures."""
        return orders.order(await self._get(orders.path(order_id)))

    async def check(self) -> None:
        """Log in and ask for an order that cannot be. Raises the four failures."""
        await self.order(_NO_SUCH_ORDER)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _get(self, path: str) -> Response:
        """One GET; a second one with a new token where the first token was refused."""
        token = await self._usable_token(refused=None)
        response = await self._get_with(token, path)
        if orders.token_refused(response):
            token = await self._usable_token(refused=token)
            response = await self._get_with(token, path)
        return response

    async def _get_with(self, token: lwa.Token, path: str) -> Response:
        headers = orders.headers(token.value, self._now(), self._config.user_agent)
        url = self._access.endpoint + path
        session = self._opened()
        return await http.request(session, "GET", url, headers=headers)

    async def _usable_token(self, refused: lwa.Token | None) -> lwa.Token:
        """The kept token, or a new one where it ends soon or is the one ``refused``."""
        async with self._lock:
            if self._token is refused or self._token is None or not self._is_usable():
                self._token = await self._new_token()
            return self._token

    def _is_usable(self) -> bool:
        return self._token is not None and self._token.is_usable(self._now())

    async def _new_token(self) -> lwa.Token:
        access = self._access
        response = await http.request(
            self._opened(),
            "POST",
            f"{access.lwa_endpoint}/auth/o2/token",
            headers={"content-type": lwa.FORM, "user-agent": self._config.user_agent},
            body=lwa.request_body(access.client_id, access.client_secret, access.refresh_token),
        )
        return lwa.token(response, self._now())

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = http.opened(exit_url=self._config.proxy, timeout=self._access.timeout)
        return self._session
