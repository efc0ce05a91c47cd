"""Why a shop that is tried does not answer, in words for whoever fills in its account."""

import ssl
from collections.abc import Iterator
from socket import gaierror

from aiohttp import ClientConnectorDNSError, ServerFingerprintMismatch

from connectors.base import ConnectorError, RateLimited, Rejected, Unauthorized
from responder.domain.advice import Advice, Trial

_MAIL = ("imap", "smtp")


def because(error: ConnectorError | TimeoutError) -> Advice:
    """What to check, by what lies under ``error``; its own words where nothing better is known."""
    why = {"why": str(error)}
    match error:
        case Unauthorized():
            return Advice(says=Trial.UNAUTHORIZED, about=why)
        case Rejected():
            return Advice(says=Trial.REJECTED, about=why)
        case RateLimited():
            return Advice(says=Trial.WAIT, about=why)
    name = str(error).partition(":")[0].lower()
    server = name if name in _MAIL else ""
    return _network(error, server) or Advice(says=Trial.UNAVAILABLE, about=why)


def _network(error: BaseException, server: str) -> Advice | None:
    """The first thing under ``error`` that says what to check."""
    host, port = (f"{server}.host", f"{server}.port") if server else ("proxy", "proxy")
    for one in _under(error):
        if isinstance(one, gaierror | ClientConnectorDNSError):
            says = Trial.HOST if server else Trial.SHOP_HOST
            return Advice(says=says, about={"key": host} if server else {})
        if isinstance(one, ConnectionRefusedError):
            return Advice(says=Trial.CLOSED, about={"key": port})
        if isinstance(one, ssl.SSLError | ServerFingerprintMismatch):
            key = f"{port}, {server}.tls" if server else "proxy"
            return Advice(says=Trial.TLS, about={"key": key})
        if isinstance(one, TimeoutError):
            return Advice(says=Trial.SILENT, about={"key": f"{host}, {port}" if server else host})
    return None


def _under(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
