"""The library's IMAP client over a connection that leaves through the account's own exit."""

import imaplib
import socket
import ssl

from imapclient import IMAPClient

from connectors.exits import Exit
from connectors.mail.config import ImapConfig, Tls


def imap_client(config: ImapConfig, way_out: Exit | None) -> IMAPClient:
    """A connected client, not logged in. Raises ``OSError``, or what ``way_out`` says."""
    client = _direct(config) if way_out is None else _ThroughExit(config, way_out)
    client.normalise_times = False
    # The library writes a command in pieces: without this each waits 40 ms for the other side.
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def _direct(config: ImapConfig) -> IMAPClient:
    return IMAPClient(
        config.host,
        config.port,
        ssl=config.tls is Tls.IMPLICIT,
        timeout=config.timeout.total_seconds(),
    )


class _ThroughExit(IMAPClient):  # type: ignore[misc]
    """Only where the socket comes from is different."""

    def __init__(self, config: ImapConfig, way_out: Exit) -> None:
        self._way_out = way_out
        super().__init__(
            config.host,
            config.port,
            ssl=config.tls is Tls.IMPLICIT,
            timeout=config.timeout.total_seconds(),
        )

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - the library's name
        return _Line(
            self.host, self.port, self._way_out, tls=self.ssl, seconds=self._timeout.connect
        )


class _Line(imaplib.IMAP4):
    """One IMAP connection, as the library speaks on it."""

    def __init__(
        self, host: str, port: int, way_out: Exit, *, tls: bool, seconds: float | None
    ) -> None:
        self._way_out = way_out
        self._tls = tls
        self._seconds = seconds
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        seconds = timeout if timeout is not None else self._seconds
        plain = self._way_out.open(self.host, self.port, seconds)
        if not self._tls:
            return plain
        try:
            return ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
