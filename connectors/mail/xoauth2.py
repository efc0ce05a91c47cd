"""Logging in to a mail server with an access token: SASL XOAUTH2 in IMAP and in SMTP.

Source: developers.google.com/gmail/imap/xoauth2-protocol. A server that refuses the token first
sends a challenge with a status in JSON; it says no only after the client has answered nothing.
"""

from aiosmtplib import SMTP
from imapclient import IMAPClient

from connectors.base import Unauthorized
from connectors.mail.wire import oauth

NOT_TAKEN = "the server takes no XOAUTH2; write a password instead of oauth"


class Answers:
    """What a client says to each challenge; ``status`` is what a refusal named."""

    def __init__(self, username: str, token: str) -> None:
        self._shown = oauth.shown(username, token)
        self.status = ""

    def __call__(self, challenge: bytes) -> bytes:
        if not challenge:
            return self._shown
        self.status = oauth.status_in(challenge)
        return b""


def log_in(client: IMAPClient, answers: Answers) -> None:
    """Raises what the library's own login raises, and ``Unauthorized`` where it is not offered."""
    if not client.has_capability(f"AUTH={oauth.MECHANISM}"):
        raise Unauthorized(f"IMAP: {NOT_TAKEN}")
    client.sasl_login(oauth.MECHANISM, answers)


async def log_in_to_smtp(client: SMTP, username: str, token: str) -> None:
    """Raises what the library raises, and ``Unauthorized`` where it is not offered."""
    await client.ehlo()
    if oauth.MECHANISM.lower() not in client.server_auth_methods:
        raise Unauthorized(f"SMTP: {NOT_TAKEN}")
    await client.auth_xoauth2(username, token)
