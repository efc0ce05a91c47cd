"""Access tokens of mail servers: asked for, read, and shown to a server as XOAUTH2. Pure.

Sources: RFC 6749 sections 5 and 6 (the request and its answers); Google, "OAuth 2.0 Mechanism"
(developers.google.com/gmail/imap/xoauth2-protocol: the form of the login, the challenge after a
refused one, to which the client answers nothing; scope https://mail.google.com/); Microsoft,
"Authenticate an IMAP, POP or SMTP connection using OAuth" (learn.microsoft.com: the scopes) and
"Refresh tokens" (a refresh token replaces itself with each use and lasts 90 days).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

from connectors.base import ConnectorError, RateLimited, Unauthorized, Unavailable
from connectors.grant import Grant
from connectors.http import Response
from connectors.http import failure as http_failure
from connectors.login_errors import error_name

MECHANISM: Final = "XOAUTH2"
TOKEN: Final = re.compile(r"[\x21-\x7e]{1,10000}")  # Microsoft's have some thousand letters
LIFE: Final = timedelta(hours=1)  # of a token of which nobody says how long it lasts
LONGEST: Final = timedelta(days=1)
_STATUS: Final = re.compile(r"[1-5][0-9]{2}")
# What RFC 6749, 4.1.2.1 and 5.2, and providers call a trouble of their own.
_SOON: Final = frozenset({"temporarily_unavailable", "server_error"})
_OFTEN: Final = frozenset({"slow_down", "rate_limit_exceeded"})
_PAUSE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Where a provider's tokens are renewed, and what has to be asked for."""

    token_url: str
    scope: str = ""  # "": what was granted


# ``{tenant}``: whose directory it is; "common" is everybody's.
PROVIDERS: Final[Mapping[str, Provider]] = MappingProxyType(
    {
        "google": Provider(token_url="https://oauth2.googleapis.com/token"),  # noqa: S106
        "microsoft": Provider(
            token_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",  # noqa: S106
            scope=(
                "https://outlook.office.com/IMAP.AccessAsUser.All "
                "https://outlook.office.com/SMTP.Send offline_access"
            ),
        ),
    }
)


def renewal(client_id: str, client_secret: str, refresh_token: str, scope: str) -> bytes:
    """The body of the request for the next access token. A public client has no secret."""
    form = {
        "grant_type": "refresh_token",
        "client_id": client_id,
        "client_secret": client_secret,
        "refresh_token": refresh_token,
        "scope": scope,
    }
    return urlencode({name: value for name, value in form.items() if value}).encode("ascii")


def renewed(told: Response, before: Grant, now: datetime) -> Grant:
    """What follows ``before``. Raises the four failures; a reason holds the name of an error alone.

    Where no new refresh token is given, the old one stays (RFC 6749, 6).
    """
    row = _read(told)
    token, refresh = row.get("access_token"), row.get("refresh_token") or before.refresh_token
    if not _is_token(token):
        raise Unavailable("an answer to a renewal without an access token", maybe_done=True)
    if str(row.get("token_type", "bearer")).lower() != "bearer":
        raise Unauthorized("the access token is of a kind that XOAUTH2 cannot show")
    return Grant(
        session=str(token),
        refresh_token=str(refresh) if _is_token(refresh) else before.refresh_token,
        given_at=now,
        ends_at=now + _life(row.get("expires_in")),
        number=before.number + 1,
    )


def shown(username: str, token: str) -> bytes:
    """What a client says first to log in, before base64."""
    return f"user={username}\x01auth=Bearer {token}\x01\x01".encode()


def status_in(challenge: bytes) -> str:
    """The status in a server's challenge after a refused login; "" where it names none.

    A number as HTTP has them, or the name of an error: anything else may be the token.
    """
    try:
        status = str(json.loads(challenge)["status"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return status if _STATUS.fullmatch(status) else error_name(status)


def _read(told: Response) -> Mapping[str, Any]:
    refused = http_failure(told)
    if isinstance(refused, Unavailable | RateLimited):
        raise refused
    try:
        row = json.loads(told.body)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise _careful(refused)
    code = error_name(row.get("error"))
    if code in _SOON:
        raise Unavailable(f"the renewal failed ({code})", maybe_done=True)
    if code in _OFTEN:
        raise RateLimited(_PAUSE, f"the renewal was put off ({code})")
    if code:
        raise Unauthorized(f"the renewal was refused ({code})")
    if refused is not None:
        raise refused
    return row


def _careful(refused: ConnectorError | None) -> ConnectorError:
    return refused or Unavailable("an answer to a renewal that cannot be read", maybe_done=True)


def _is_token(value: object) -> bool:
    return isinstance(value, str) and TOKEN.fullmatch(value) is not None


def _life(told: object) -> timedelta:
    """Some write the seconds as text."""
    digits = str(told)
    if isinstance(told, bool) or not (digits.isascii() and digits.isdecimal()) or len(digits) > 9:
        return LIFE
    return min(timedelta(seconds=int(digits)), LONGEST) or LIFE
