"""One account's line to TOP: asks one question, returns the answer or raises one of the four."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import aiohttp

from connectors.access import Access, CallsOfADay
from connectors.base import RateLimited
from connectors.budget import NO_WAIT, OwnBudget, patient, spared
from connectors.calls import OwnCalls
from connectors.grant import Grant
from connectors.http import Response, opened, request
from connectors.session import Sessions
from connectors.shared import ALONE, Shared
from connectors.top import answer, wire
from connectors.top.access import TopAccess, app_of
from connectors.top.day import Day
from connectors.top.errors import SessionRefused
from connectors.top.grant import renewal, renewed
from connectors.top.values import Row

TOTAL_TIMEOUT = timedelta(seconds=20)
CONNECTIONS = 16
_PICTURES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg"}
OPERATION = "top"  # TOP counts an app's calls, whatever they ask for


class Transport(Protocol):
    """Carries signed requests of one account, and raises ``Unavailable`` as ``request`` does."""

    async def post(self, params: Mapping[str, str], image: bytes | None) -> Response:
        """One request to the gateway; ``image`` goes along as a file."""

    async def renew(self, form: bytes) -> Response:
        """One request for a token, by the same way out."""

    async def close(self) -> None:
        """Let go of connections."""


class TopClient:
    """Asks over the account's own transport, within its budget. No other account shares them."""

    def __init__(
        self,
        account: TopAccess,
        now: Callable[[], datetime],
        transport: Transport | None = None,
        shared: Shared = ALONE,
    ) -> None:
        self._account = account
        self._now = now
        self._transport = transport or HttpTransport(account)
        self._rate = spared(account.rate) if account.rate else None
        self._budget = shared.budget or OwnBudget(now)
        self._calls = shared.calls or OwnCalls()
        self._day: CallsOfADay | None = None
        first = Grant(
            session=account.session,
            refresh_token=account.refresh_token,
            ends_at=account.session_until,
        )
        self._sessions = Sessions(
            first, now, self._renewed, shared.vault, secret=account.app_secret
        )

    async def ask(self, call: wire.Call) -> Row:
        """``RateLimited`` without a request where the budget has no token left.

        A session that TOP refuses is renewed once: it was refused before anything was done.
        """
        session = await self._sessions.current()
        try:
            return await self._told(call, session)
        except SessionRefused as refused:
            other = await self._sessions.other_than(session)
            if other is None:
                raise self._sessions.explained(refused, writes=call.writes) from refused
        try:
            return await self._told(call, other)
        except SessionRefused as refused:
            raise self._sessions.explained(refused, writes=call.writes) from refused

    @property
    def access(self) -> Access:
        """How the way to TOP stands."""
        return replace(self._sessions.access, calls=self._day)

    async def _told(self, call: wire.Call, session: str) -> Row:
        await self._paced(can_wait=call.can_wait)
        await self._counted(urgent=call.urgent or call.writes)
        params = wire.parameters(call, self._account, self._now(), session)
        told = await self._transport.post(params, call.image)
        row = answer.read(told, writes=call.writes)
        self._sessions.worked(writes=call.writes)
        return row

    async def close(self) -> None:
        await self._sessions.close()
        await self._transport.close()

    async def _renewed(self, before: Grant) -> Grant:
        one = self._account
        form = renewal(one.app_key, one.app_secret, before.refresh_token)
        return renewed(await self._transport.renew(form), before, self._now())

    async def _counted(self, *, urgent: bool) -> None:
        """One of the day's calls, of which what is not urgent leaves some."""
        if self._account.daily_calls is None:
            return
        day = Day(self._account.daily_calls, self._now())
        most = day.most(urgent=urgent)
        used, taken = await self._calls.take(app_of(self._account), day.date, most)
        known = self._day if self._day and self._day.day == day.date.isoformat() else None
        self._day = CallsOfADay(
            day=day.date.isoformat(),
            used=used,
            of=day.calls,
            short=not taken or (known is not None and known.short),
        )
        if not taken:
            wait = day.until_more(used, urgent=urgent)
            raise RateLimited(wait, f"{used} of the app's {day.calls} calls of a day")

    async def _paced(self, *, can_wait: bool) -> None:
        """Who is turned away waits until half a burst is there: what is read takes many requests,
        and begun anew with too few it would never come to its end.
        """
        if self._rate is None:
            return
        rate = patient(self._rate) if can_wait else self._rate
        wait = await self._budget.take(OPERATION, rate)
        if wait > NO_WAIT:
            raise RateLimited(max(wait, self._rate.whole / 2), "the budget of TOP is spent")


class HttpTransport:
    """Holds the account's own connections and cookies."""

    def __init__(self, account: TopAccess) -> None:
        self._account = account
        self._session: aiohttp.ClientSession | None = None

    async def post(self, params: Mapping[str, str], image: bytes | None) -> Response:
        headers = {"User-Agent": self._account.user_agent}
        if image is None:
            headers["Content-Type"] = wire.FORM
        return await request(
            self._opened(),
            "POST",
            self._account.gateway,
            headers=headers,
            body=wire.form(params) if image is None else _multipart(params, image),
        )

    async def renew(self, form: bytes) -> Response:
        return await request(
            self._opened(),
            "POST",
            self._account.oauth,
            headers={"User-Agent": self._account.user_agent, "Content-Type": wire.FORM},
            body=form,
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = opened(
                exit_url=self._account.proxy, timeout=TOTAL_TIMEOUT, connections=CONNECTIONS
            )
        return self._session


def _multipart(params: Mapping[str, str], image: bytes) -> aiohttp.FormData:
    data = aiohttp.FormData()
    for name, value in params.items():
        data.add_field(name, value, content_type="text/plain; charset=utf-8")
    kind = next((kind for start, kind in _PICTURES.items() if image.startswith(start)), "gif")
    data.add_field("image", image, filename=f"image.{kind}", content_type=f"image/{kind}")
    return data
