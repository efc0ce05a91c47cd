"""The way out of a mail server in a box: a real SMTP server (aiosmtpd)."""

import asyncio
import logging
import re
from asyncio import AbstractServer
from collections.abc import Callable
from email import message_from_bytes
from email.utils import getaddresses, parseaddr
from hashlib import sha256
from typing import Any, Final, cast
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from connectors.faults import Faults
from connectors.mail.mock_oauth import Provider
from connectors.mail.wire import mime

# aiosmtpd warns of its own obsolete attribute at every login.
logging.getLogger("mail.log").setLevel(logging.ERROR)
MAX_MAIL: Final = 14 * 1024 * 1024  # 10 MB of attachments, encoded
MAX_FILES: Final = 10 * 1024 * 1024  # bytes of attachments together
_RUNS: Final = re.compile(r"\.(?:exe|js|bat|cmd|scr|com|vbs|html?|svg|zip|jar)$", re.IGNORECASE)

Enclosed = list[dict[str, Any]]  # name, content_type, size, sha256 of each file of a mail


class MailSubmission:
    """Takes mails for known buyers from the authorized sender.

    ``knows`` says whether there is somebody at an address; ``accept`` is called with a mail
    and its files before it is answered. ``provider`` is whose tokens are taken besides the
    password.
    """

    def __init__(
        self,
        faults: Faults,
        *,
        sender: str,
        knows: Callable[[str], bool],
        accept: Callable[[mime.Mail, str, Enclosed], None],
        provider: Provider,
    ) -> None:
        self._faults = faults
        self._sender = parseaddr(sender)[1].lower()
        self._knows = knows
        self._accept = accept
        self._provider = provider
        self._connections: WeakSet[SMTP] = WeakSet()
        self._server: AbstractServer | None = None
        self._login = ("", "")

    async def start(self, host: str, port: int, *, username: str, password: str) -> int:
        """Listen; returns the port."""
        self._login = (username, password)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: self._connection(loop), host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and cut every connection."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            if connection.transport is not None:
                cast("asyncio.Transport", connection.transport).abort()
        self._connections.clear()

    def _connection(self, loop: asyncio.AbstractEventLoop) -> SMTP:
        connection = SMTP(
            self,
            loop=loop,
            hostname="mock.example",
            ident="A mail server in a box",
            data_size_limit=MAX_MAIL,
            authenticator=self._authenticated,
            auth_require_tls=False,
        )
        self._connections.add(connection)
        return connection

    def _authenticated(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        username, password = self._login
        good = (data.login, data.password) == (username.encode(), password.encode())
        return AuthResult(success=good, handled=False)

    async def auth_XOAUTH2(self, server: SMTP, arguments: list[str]) -> AuthResult:  # noqa: N802
        return await self._provider.smtp_login(server, arguments)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's names
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        if address.lower() != self._sender:
            return "550 5.7.1 sender not authorized"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _opts: list[str]
    ) -> str:
        if self._faults.strikes("smtp_4xx"):
            return "451 4.7.1 try again later"
        if not self._knows(address):
            return "550 5.1.1 no such buyer"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        raw = envelope.content
        assert isinstance(raw, bytes)
        mail = mime.parsed(raw, "SENT")
        if self._unauthorized(raw):
            return "550 5.7.1 sender not authorized"
        if self._faults.strikes("smtp_5xx_data"):
            return "554 5.6.0 message refused"
        files = enclosed(mail, raw)
        if sum(one["size"] for one in files) > MAX_FILES:
            return "552 5.3.4 attachments of more than 10 MB"
        if any(not one["size"] or _RUNS.search(one["name"]) for one in files):
            return "554 5.7.1 attachment of a type that is not allowed"
        self._accept(mail, envelope.rcpt_tos[0], files)
        if self._faults.strikes("smtp_timeout_after_data"):
            cast("asyncio.Transport", server.transport).abort()
        return "250 2.0.0 accepted"

    def _unauthorized(self, raw: bytes) -> bool:
        written = message_from_bytes(raw).get_all("from", [])
        addresses = [
            address.lower() for _, address in getaddresses([str(each) for each in written])
        ]
        return addresses != [self._sender]


def enclosed(mail: mime.Mail, raw: bytes) -> Enclosed:
    """The files of a mail as ``GET /_mock/sent`` tells them."""
    found = ((one, mime.part(raw, one.ref.rpartition("/")[2])) for one in mail.attachments)
    return [
        {
            "name": one.name,
            "content_type": one.content_type,
            "size": len(part[1]),
            "sha256": sha256(part[1]).hexdigest(),
        }
        for one, part in found
        if part is not None
    ]
