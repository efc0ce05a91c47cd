"""Pictures that a marketplace names by their address, read again when somebody wants to see one.

An address comes with a message, so it is not believed: only the marketplace's own hosts are asked,
through the account's exit, without credentials, without following to other places, and no further
than a picture may be large.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from connectors import http
from connectors.base import Attachment, RateLimited, Unavailable

MOST_BYTES: Final = 5 * 1024 * 1024
TIMEOUT: Final = timedelta(seconds=20)
_CONNECTIONS: Final = 2


class Pictures:
    """One account's way to pictures. ``hosts``: domains of the marketplace, with all below them.

    ``own`` is the address of the account's API: pictures that lie there are its own too.
    """

    def __init__(
        self, *, hosts: Collection[str], own: str, proxy: str | None, user_agent: str
    ) -> None:
        self._hosts = tuple(hosts)
        self._own = own
        self._proxy = proxy
        self._headers = {
            "User-Agent": user_agent,
            "Accept": "image/*",
            "Accept-Encoding": "identity",
        }
        self._session: aiohttp.ClientSession | None = None

    async def read(self, file: Attachment) -> bytes | None:
        """What ``file`` shows; None where it is gone, too large, no picture, or not the market's.

        Raises ``Unavailable`` where no whole answer comes, or ``RateLimited``.
        """
        url = address(file.ref, self._hosts, self._own)
        if url is None:
            return None
        if self._session is None:
            self._session = http.opened(
                exit_url=self._proxy, timeout=TIMEOUT, connections=_CONNECTIONS
            )
        found = await http.fetched(self._session, url, headers=self._headers, most=MOST_BYTES)
        failure = http.failure(found)
        if isinstance(failure, Unavailable | RateLimited):
            raise failure
        is_picture = found.headers.get("content-type", "").lower().startswith("image/")
        return found.body if found.status == 200 and is_picture and found.body else None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def address(ref: str, hosts: Collection[str], own: str) -> str | None:
    """Where the picture ``ref`` may be asked for; None where it may not. Pure.

    Marketplaces write http:// and // too: it is asked for by TLS, but at the account's own address.
    """
    try:
        parts = urlsplit(ref)
        host, port = (parts.hostname or "").lower(), parts.port
        home = urlsplit(own)
        if (parts.scheme, host, port) == (home.scheme, home.hostname, home.port):
            return ref
    except ValueError:
        return None
    if parts.scheme not in {"http", "https", ""} or parts.username or parts.password:
        return None
    if port not in {None, 80, 443} or not any(_is_below(host, one) for one in hosts):
        return None
    return urlunsplit(("https", host, parts.path, parts.query, ""))


def _is_below(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
