"""HTTP for connectors: one request out, one plain answer or one of the four failures back."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError
from python_socks import ProxyType

from connectors.base import ConnectorError, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.exits import Exit, refusal

PART = 65_536  # bytes of an answer that are read at once
# The largest honest answer is a page of 200 orders of eBay or of 100 messages of TOP, each as long
# as it may be: a few megabytes. An order of SP-API has tens of kilobytes. Files never come this
# way: see ``fetched``.
MOST_ANSWER = 16 * 1024 * 1024
DEFAULT_RETRY_AFTER = timedelta(seconds=60)
LONGEST_RETRY_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def failure(response: Response) -> ConnectorError | None:
    """What an answer's status alone says: None when it is good.

    Never quotes the body, which may hold a buyer's words. A marketplace that
    says more in the body (or says errors with status 200) reads it in its own
    ``wire.py`` first.
    """
    match response.status:
        case status if 200 <= status < 300:
            return None
        case 401 | 403 | 407:  # 407: the proxy on the way
            return Unauthorized(f"HTTP {response.status}")
        case 429:
            return RateLimited(retry_after(response.headers))
        case status if status >= 500:
            return Unavailable(f"HTTP {status}")
        case status:
            return Rejected(f"HTTP {status}")


def retry_after(headers: Mapping[str, str]) -> timedelta:
    """The ``Retry-After`` header in seconds; a minute where it is missing or a date.

    A day at most: a number that no clock can hold would be no failure that anybody expects.
    """
    seconds = headers.get("retry-after", "")
    if not (seconds.isascii() and seconds.isdecimal()):
        return DEFAULT_RETRY_AFTER
    longest = int(LONGEST_RETRY_AFTER.total_seconds())
    return timedelta(seconds=min(int(seconds), longest) if len(seconds) < 10 else longest)


def opened(
    *, exit_url: str | None, timeout: timedelta, connections: int = 100
) -> aiohttp.ClientSession:
    """A session of one account: its own connections, cookies and exit, shared with nobody.

    Every request of the session leaves through ``exit_url``; names are looked up there.
    """
    way = Exit.of(exit_url) if exit_url else None
    through_socks = way is not None and way.scheme == "socks5"
    return aiohttp.ClientSession(
        connector=_socks(way, connections)
        if way is not None and through_socks
        else aiohttp.TCPConnector(limit=connections),
        cookie_jar=aiohttp.CookieJar(),
        timeout=aiohttp.ClientTimeout(total=timeout.total_seconds()),
        proxy=None if through_socks else exit_url,
        trust_env=False,  # an exit of another account must not slip in from outside
    )


def _socks(way: Exit, connections: int) -> ProxyConnector:
    return ProxyConnector(
        way.host,
        way.port,
        ProxyType.SOCKS5,
        way.username,
        way.password,
        rdns=True,
        limit=connections,
    )


async def request(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | aiohttp.FormData | None = None,
) -> Response:
    """Make one request. Raises ``Unavailable`` when no whole answer comes back.

    ``maybe_done`` tells whether the request may have reached the other side: a
    connection that was never made, or a tunnel that a proxy refused, has done nothing. An answer
    of more than ``MOST_ANSWER`` bytes is read no further, and counts as none.
    """
    with _failures():
        async with session.request(
            method, url, headers=headers, data=body, allow_redirects=False
        ) as answer:
            content = await _up_to(answer, MOST_ANSWER)
            if content is None:
                msg = f"the answer is larger than {MOST_ANSWER // 1024**2} MiB"
                raise Unavailable(msg, maybe_done=True)
            return Response(answer.status, _lower(answer), content)


async def fetched(
    session: aiohttp.ClientSession, url: str, *, headers: Mapping[str, str], most: int
) -> Response:
    """Fetch a file. Its body is empty where it is larger than ``most`` bytes.

    Raises ``Unavailable`` like ``request``; nothing is followed.
    """
    with _failures():
        async with session.get(url, headers=headers, allow_redirects=False) as answer:
            return Response(answer.status, _lower(answer), await _up_to(answer, most) or b"")


async def posted(
    session: aiohttp.ClientSession,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes,
    most: int,
) -> Response:
    """Post ``body``. That of the answer is empty where it is larger than ``most`` bytes.

    Raises ``Unavailable`` like ``request``; nothing is followed.
    """
    with _failures():
        async with session.post(url, headers=headers, data=body, allow_redirects=False) as answer:
            return Response(answer.status, _lower(answer), await _up_to(answer, most) or b"")


async def _up_to(answer: aiohttp.ClientResponse, most: int) -> bytes | None:
    """The body; None where it is longer, and then no more of it is read."""
    if (answer.content_length or 0) > most:
        return None
    content = bytearray()
    async for part in answer.content.iter_chunked(PART):
        content += part
        if len(content) > most:
            return None
    return bytes(content)


def _lower(answer: aiohttp.ClientResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}


@contextmanager
def _failures() -> Iterator[None]:
    """What goes wrong on the way, as ``Unavailable``."""
    try:
        yield
    except (
        aiohttp.ClientConnectorError,
        ProxyConnectionError,
        ProxyError,
        ProxyTimeoutError,
    ) as error:
        msg = f"cannot connect: {error.__class__.__name__}"
        raise Unavailable(msg) from error
    except aiohttp.ClientHttpProxyError as error:
        raise (refusal(error.status) or Unavailable("the proxy gave up")) from error
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        msg = f"no answer: {error.__class__.__name__}"
        raise Unavailable(msg, maybe_done=True) from error
