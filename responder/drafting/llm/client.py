"""One attempt at an OpenAI-compatible endpoint: the only file here that opens connections."""

from dataclasses import dataclass, field

import aiohttp

from responder.drafting.llm.port import NOTHING, Answer, Ask, LlmFailure, Why
from responder.drafting.llm.wire import Reading, body, refused

_PIECE = 16 * 1024
_NOT_KNOWN = (400, 422)  # what an endpoint says to a field that it does not know


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the model is, and who asks. The key never shows in a repr."""

    endpoint: str  # up to and with the version: https://api.example/v1
    model: str
    key: str = field(default="", repr=False)
    proxy: str | None = None
    user_agent: str = "marketplace-responder"


class Client:
    """Asks once and never waits, retries or counts: ``Calls`` does that.

    An endpoint that refuses ``response_format`` is asked without it from then on.
    """

    def __init__(self, address: Address, *, offers_json: bool = True) -> None:
        self._address = address
        self._plain = not offers_json
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, ask: Ask) -> Answer:
        """The whole answer, from a stream. Raises ``LlmFailure`` and nothing else."""
        try:
            return await self._ask(ask)
        except aiohttp.ClientConnectorError:
            raise LlmFailure(Why.UNAVAILABLE, used=NOTHING) from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise LlmFailure(Why.UNAVAILABLE) from None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _ask(self, ask: Ask) -> Answer:
        plain = self._plain
        try:
            return await self._post(ask, plain=plain)
        except _NotKnown:
            if plain:
                raise LlmFailure(Why.REFUSED, used=NOTHING) from None
        try:
            answer = await self._post(ask, plain=True)
        except _NotKnown:
            raise LlmFailure(Why.REFUSED, used=NOTHING) from None
        self._plain = True
        return answer

    async def _post(self, ask: Ask, *, plain: bool) -> Answer:
        url = f"{self._address.endpoint.rstrip('/')}/chat/completions"
        async with self._opened().post(
            url,
            json=body(ask, self._address.model, plain=plain),
            proxy=self._address.proxy,
            allow_redirects=False,  # the key and the buyer's words go to no other host
        ) as response:
            if response.status in _NOT_KNOWN:
                raise _NotKnown
            failure = refused(response.status, response.headers)
            if failure is not None:
                raise failure
            reading = Reading(streamed=response.content_type == "text/event-stream")
            async for piece in response.content.iter_chunked(_PIECE):
                reading.feed(piece)
                if reading.is_over:
                    break
            return reading.end()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            headers = {"User-Agent": self._address.user_agent, "Accept": "text/event-stream"}
            if self._address.key:
                headers["Authorization"] = f"Bearer {self._address.key}"
            self._session = aiohttp.ClientSession(
                headers=headers,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),  # the caller's deadline
            )
        return self._session


class _NotKnown(Exception):
    """The endpoint does not take the request as it stands."""
