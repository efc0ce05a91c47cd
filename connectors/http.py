"""HTTP for connectors: one request out, one plain answer or one of the four failures back."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import aiohttp

from connectors.base import ConnectorError, RateLimited, Rejected, Unauthorized, Unavailable

DEFAULT_RETRY_AFTER = timedelta(seconds=60)


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
        case 401 | 403:
            return Unauthorized(f"HTTP {response.status}")
        case 429:
            return RateLimited(retry_after(response.headers))
        case status if status >= 500:
            return Unavailable(f"HTTP {status}")
        case status:
            return Rejected(f"HTTP {status}")


def retry_after(headers: Mapping[str, str]) -> timedelta:
    """The ``Retry-After`` header in seconds; a minute where it is missing or a date."""
    seconds = headers.get("retry-after", "")
    if seconds.isascii() and seconds.isdecimal():
        return timedelta(seconds=int(seconds))
    return DEFAULT_RETRY_AFTER


async def request(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | aiohttp.FormData | None = None,
    proxy: str | None = None,
) -> Response:
    """Make one request. Raises ``Unavailable`` when no whole answer comes back.

    ``maybe_done`` tells whether the request may have reached the other side: a
    connection that was never made has done nothing.
    """
    try:
        async with session.request(
            method, url, headers=headers, data=body, proxy=proxy, allow_redirects=False
        ) as answer:
            content = await answer.read()
            lower = {name.lower(): value for name, value in answer.headers.items()}
            return Response(answer.status, lower, content)
    except aiohttp.ClientConnectorError as error:
        msg = f"cannot connect: {error.__class__.__name__}"
        raise Unavailable(msg) from error
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        msg = f"no answer: {error.__class__.__name__}"
        raise Unavailable(msg, maybe_done=True) from error
