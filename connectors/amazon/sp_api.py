"""The Selling Partner API of one account: an access token, a budget, one request at a time each."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import aiohttp

from connectors import http
from connectors.amazon.config import AmazonConfig, SpApiConfig
from connectors.amazon.wire import lwa, orders, plans
from connectors.amazon.wire.questions import Question
from connectors.base import RateLimited
from connectors.budget import NO_WAIT, Budget, OwnBudget, Rate, spared
from connectors.http import Response
from connectors.order_facts import Order

_NO_SUCH_ORDER: Final = "000-0000000-0000000"
REFILL: Final = timedelta(seconds=5)  # the least that is waited after a 429, which names no time


class SellingPartnerApi:
    """Asks within the account's budget. The token is kept until it ends, or is refused once."""

    def __init__(
        self,
        config: AmazonConfig,
        access: SpApiConfig,
        now: Callable[[], datetime],
        budget: Budget | None = None,
    ) -> None:
        self._config = config
        self._access = access
        self._now = now
        self._budget = budget or OwnBudget(now)
        self._rates: dict[str, Rate] = {}  # as answers told; the published ones until then
        self._session: aiohttp.ClientSession | None = None
        self._token: lwa.Token | None = None
        self._lock = asyncio.Lock()

    async def order(self, order_id: str) -> Order | None:
        """The facts of an order; None when Amazon does not know it. Raises the four failures."""
        return orders.order(await self.ask(orders.question(order_id)))

    async def check(self) -> None:
        """Log in and ask for an order that cannot be. Raises the four failures."""
        await self.order(_NO_SUCH_ORDER)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(self, question: Question) -> Response:
        """One request; a second one with a new token where the first token was refused.

        ``RateLimited`` without a request where the budget has no token left.
        """
        token = await self._usable_token(refused=None)
        response = await self._ask_with(token, question)
        if orders.token_refused(response):
            token = await self._usable_token(refused=token)
            response = await self._ask_with(token, question)
        return response

    async def _ask_with(self, token: lwa.Token, question: Question) -> Response:
        name = question.operation
        published = plans.PLANS[name]
        rate = spared(self._rates.get(name, published))
        wait = await self._budget.take(name, rate)
        if wait > NO_WAIT:
            raise RateLimited(wait, f"the budget of {name} is spent")
        headers = orders.headers(token.value, self._now(), self._config.user_agent)
        if question.body is not None:
            headers["content-type"] = "application/json"
        response = await http.request(
            self._opened(),
            question.method,
            self._access.endpoint + question.path,
            headers=headers,
            body=question.body,
        )
        told = plans.told(response, published)
        if told is not None:
            self._rates[name] = told
        if response.status == 429:
            await self._budget.drain(name, rate)
            if "retry-after" not in response.headers:
                raise RateLimited(max(rate.interval, REFILL), f"Amazon throttles {name}")
        return response

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
