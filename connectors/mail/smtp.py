"""One SMTP account: a kept connection, and a clear answer to "was it sent?"."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from email.utils import parseaddr

import aiosmtplib
from aiosmtplib import (
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from connectors.base import Reply, Unauthorized
from connectors.exits import Exit
from connectors.mail.bearer import TokenRefused
from connectors.mail.config import SmtpConfig, Tls
from connectors.mail.wire.outgoing import Outgoing, smtp_failure, smtp_silence
from connectors.mail.xoauth2 import log_in_to_smtp

LARGE = 256 * 1024  # bytes of files
_LOST = (SMTPException, OSError, asyncio.TimeoutError)


Dial = Callable[[SmtpConfig, socket.socket | None], aiosmtplib.SMTP]


def smtp_client(config: SmtpConfig, line: socket.socket | None) -> aiosmtplib.SMTP:
    """A client that has not connected yet; over ``line``, where that leads to the server."""
    return aiosmtplib.SMTP(
        hostname=config.host,
        port=config.port if line is None else None,
        sock=line,
        use_tls=config.tls is Tls.IMPLICIT,
        start_tls=config.tls is Tls.STARTTLS,
        username=config.username if config.bearer is None else None,
        password=config.password if config.bearer is None else None,
        timeout=config.timeout.total_seconds(),
        # The machine's own name would tie accounts together.
        local_hostname=parseaddr(config.sender)[1].rpartition("@")[2],
    )


async def composed(write: Callable[[Reply], Outgoing], reply: Reply) -> Outgoing:
    """``reply`` as ``write`` writes it; in a thread where its files are large: nobody waits."""
    if sum(len(one.content) for one in reply.files) > LARGE:
        return await asyncio.to_thread(write, reply)
    return write(reply)


class Outbox:
    """Hands mails to the server one at a time; each at most once.

    The connection is kept between mails. A server may close it meanwhile, or forget who
    logged in; that shows before the text is sent, and then one new connection is made.
    """

    def __init__(
        self, config: SmtpConfig, way_out: Exit | None = None, *, dial: Dial | None = None
    ) -> None:
        self._config = config
        self._exit = way_out
        self._dial = dial or smtp_client
        self._client: aiosmtplib.SMTP | None = None
        self._lock = asyncio.Lock()

    async def send(self, outgoing: Outgoing) -> None:
        """Return when the server took the mail; raise one of the four failures otherwise."""
        async with self._lock:
            try:
                client = await self._with_envelope(outgoing)
                await self._with_text(client, outgoing)
            except BaseException:
                self._drop()
                raise

    async def check(self) -> None:
        """Log in, or see that the connection still stands. Raises the four failures."""
        async with self._lock:
            self._drop()
            await self._connected()

    async def close(self) -> None:
        """Say good-bye to the server if that is quick."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(*_LOST):
                await client.quit(timeout=1)
            client.close()

    async def _with_envelope(self, outgoing: Outgoing) -> aiosmtplib.SMTP:
        """A connection on which the server has accepted sender and recipient."""
        if self._client is not None and self._client.is_connected:
            with suppress(SMTPServerDisconnected, Unauthorized):
                return await self._offer(self._client, outgoing)
        self._drop()
        return await self._offer(await self._connected(), outgoing, last_try=True)

    async def _offer(
        self, client: aiosmtplib.SMTP, outgoing: Outgoing, *, last_try: bool = False
    ) -> aiosmtplib.SMTP:
        try:
            await client.mail(outgoing.sender)
            await client.rcpt(outgoing.recipient)
        except SMTPResponseException as error:
            step = "RCPT" if isinstance(error, SMTPRecipientRefused) else "MAIL"
            raise smtp_failure(error.code, step=step) from None
        except SMTPServerDisconnected as error:
            if last_try:
                raise smtp_silence(error, data_sent=False) from None
            raise
        except _LOST as error:
            raise smtp_silence(error, data_sent=False) from None
        return client

    async def _with_text(self, client: aiosmtplib.SMTP, outgoing: Outgoing) -> None:
        try:
            await client.data(outgoing.content)
        except SMTPResponseException as error:
            if not 400 <= error.code < 600:  # what cannot be understood is no no
                raise smtp_silence(error, data_sent=True) from None
            raise smtp_failure(error.code, step="DATA") from None
        except _LOST as error:
            raise smtp_silence(error, data_sent=True) from None

    async def _connected(self) -> aiosmtplib.SMTP:
        bearer = self._config.bearer
        if bearer is None:
            return await self._logged_in("")
        token = await bearer.current()
        try:
            return await self._logged_in(token)
        except TokenRefused as refused:
            token = await bearer.other_than(token, refused)
        return await self._logged_in(token)

    async def _logged_in(self, token: str) -> aiosmtplib.SMTP:
        """A new connection; with ``token``, where that is how one logs in here."""
        line = None
        if self._exit is not None:
            seconds = self._config.timeout.total_seconds()
            line = await self._exit.connect(self._config.host, self._config.port, seconds)
        client = self._dial(self._config, line)
        try:
            await client.connect()
            if token:
                await log_in_to_smtp(client, self._config.username, token)
        except SMTPResponseException as error:
            client.close()
            failure = smtp_failure(error.code, step="login")
            if token and isinstance(failure, Unauthorized):
                raise TokenRefused(f"{failure}: the access token was refused", token) from None
            raise failure from None
        except _LOST as error:
            client.close()
            raise smtp_silence(error, data_sent=False) from None
        except BaseException:
            client.close()
            raise
        self._client = client
        return client

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()
