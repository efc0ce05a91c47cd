"""Where an account's connections leave from: this machine, or a proxy of its own.

A name is looked up by the proxy, never here, so that no look-up tells where an
account goes. Nothing falls back to a direct connection: a proxy that does not
answer is an ``Unavailable`` marketplace.
"""

import asyncio
import socket
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from python_socks import ProxyError, ProxyType
from python_socks.async_.asyncio import Proxy as AsyncSocks
from python_socks.sync import Proxy as Socks

from connectors.base import ConnectorError, Unauthorized, Unavailable

SCHEMES: Final = ("http", "https", "socks5")
TUNNELS: Final = ("http", "socks5")  # schemes that carry mail: TLS within TLS is not spoken here
_LONGEST_HEAD: Final = 16_384
_END: Final = b"\r\n\r\n"
_Found = tuple[int, int, int, str, Any]  # an address, as ``getaddrinfo`` tells it


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """A proxy, with its login where it wants one."""

    scheme: str
    host: str
    port: int
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> "Exit":
        """The proxy that ``url`` names. ``ValueError`` says what is wrong, without the login."""
        parts = urlsplit(url)
        if parts.scheme not in SCHEMES:
            raise ValueError(
                f"a proxy is written as {', '.join(f'{one}://HOST:PORT' for one in SCHEMES)}"
            )
        try:
            port = parts.port
        except ValueError:
            port = None
        if not parts.hostname or not port:
            raise ValueError("a proxy needs a host and a port, e.g. http://exit.example:3128")
        if parts.path not in {"", "/"} or parts.query or parts.fragment:
            raise ValueError("a proxy is a host and a port: nothing follows them")
        return cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=port,
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    def open(self, host: str, port: int, timeout: float | None) -> socket.socket:
        """A blocking connection to ``host`` through this proxy. Raises one of the failures."""
        if self.scheme == "socks5":
            try:
                return Socks(*self._socks, rdns=True).connect(host, port, timeout=timeout)
            except (ProxyError, OSError) as error:
                raise _no_way(error) from error
        try:
            connection = socket.create_connection((self.host, self.port), timeout)
        except OSError as error:
            raise _no_way(error) from error
        try:
            connection.sendall(self.greeting(host, port))
            check_answer(_head(connection))
        except OSError as error:
            connection.close()
            raise _no_way(error) from error
        except BaseException:
            connection.close()
            raise
        return connection

    async def connect(self, host: str, port: int, within: float) -> socket.socket:
        """A non-blocking connection to ``host`` through this proxy, ``within`` seconds."""
        try:
            async with asyncio.timeout(within):
                if self.scheme == "socks5":
                    return await AsyncSocks(*self._socks, rdns=True).connect(host, port)
                return await self._tunnel(host, port, within)
        except (ProxyError, OSError) as error:
            raise _no_way(error) from error

    async def _tunnel(self, host: str, port: int, within: float) -> socket.socket:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        connection = await first_of(found, within / len(found))
        try:
            await loop.sock_sendall(connection, self.greeting(host, port))
            head = b""
            while not _whole(head):
                head += _more(await loop.sock_recv(connection, 1))
            check_answer(head)
        except BaseException:
            connection.close()
            raise
        return connection

    def greeting(self, host: str, port: int) -> bytes:
        """What asks an HTTP proxy for a tunnel."""
        target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
        if self.username:
            login = b64encode(f"{self.username}:{self.password}".encode()).decode("ascii")
            lines.append(f"Proxy-Authorization: Basic {login}")
        return "\r\n".join([*lines, "", ""]).encode()

    @property
    def _socks(self) -> tuple[ProxyType, str, int, str, str]:
        return (ProxyType.SOCKS5, self.host, self.port, self.username, self.password)


async def first_of(found: Sequence[_Found], seconds: float) -> socket.socket:
    """A connection to the first of a host's addresses that answers, so many ``seconds`` for each.

    A host may have an address that this machine has no way to (IPv6), before one that it has.
    Raises the ``OSError`` of the last.
    """
    refused: OSError = OSError("a host without an address")
    for one in found:
        try:
            async with asyncio.timeout(seconds):
                return await _to(one)
        except OSError as error:
            refused = error
    raise refused


async def _to(found: _Found) -> socket.socket:
    family, kind, protocol, _, address = found
    connection = socket.socket(family, kind, protocol)
    connection.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(connection, address)
    except BaseException:
        connection.close()
        raise
    return connection


def usual_name(host: str) -> str:
    """One spelling of a host that has many: to tell whether two are the same."""
    name = host.lower().removesuffix(".")
    try:
        address = ip_address("127.0.0.1" if name == "localhost" else name)
    except ValueError:
        return name
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return "127.0.0.1" if address.is_loopback else str(address)


def check_answer(head: bytes) -> None:
    """Return when the tunnel stands. A proxy that says no has passed nothing on."""
    version, _, rest = head.partition(b" ")
    status = rest[:3].decode("latin-1")
    if not version.startswith(b"HTTP/1.") or not status.isdecimal():
        raise Unavailable("the proxy does not speak HTTP")
    refused = refusal(int(status))
    if refused is not None:
        raise refused


def refusal(status: int) -> ConnectorError | None:
    """What a proxy's own answer to CONNECT means: None when the tunnel stands."""
    if 200 <= status < 300:
        return None
    if status == 407:
        return Unauthorized("the proxy refused the login (HTTP 407)")
    return Unavailable(f"the proxy answered HTTP {status}")


def _no_way(error: Exception) -> Unavailable:
    return Unavailable(f"the proxy cannot be used: {error.__class__.__name__}")


def _head(connection: socket.socket) -> bytes:
    """The answer's head and not a byte more: a mail server greets right behind it."""
    head = b""
    while not _whole(head):
        head += _more(connection.recv(1))
    return head


def _whole(head: bytes) -> bool:
    if len(head) > _LONGEST_HEAD:
        raise Unavailable("the proxy does not come to an end")
    return head.endswith(_END)


def _more(read: bytes) -> bytes:
    if not read:
        raise Unavailable("the proxy hung up")
    return read
