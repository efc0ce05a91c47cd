"""Login with Amazon: the request for an access token, and what comes back."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from connectors import http
from connectors.base import Unauthorized, Unavailable
from connectors.http import Response

FORM: Final = "application/x-www-form-urlencoded;charset=UTF-8"
_DEAD: Final = frozenset(
    {
        "access_denied",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
    }
)
_LONGEST: Final = 10**8  # seconds: what lives longer is no access token
_EARLY: Final = timedelta(seconds=60)  # Amazon's Java client renews that long before the end


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and until when it may be used."""

    value: str = field(repr=False)
    usable_until: datetime

    def is_usable(self, now: datetime) -> bool:
        return now < self.usable_until


def request_body(client_id: str, client_secret: str, refresh_token: str) -> bytes:
    """The form that trades a refresh token for an access token."""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": client_id,
        "client_secret": client_secret,
    }
    return urlencode(form).encode()


def token(response: Response, now: datetime) -> Token:
    """Read the answer. Raises one of the four failures."""
    content = _decoded(response.body)
    if 200 <= response.status < 300:
        value, lifetime = content.get("access_token"), content.get("expires_in")
        if isinstance(value, str) and value and isinstance(lifetime, int):
            seconds = max(min(lifetime, _LONGEST), 0)
            return Token(value, now + timedelta(seconds=seconds) - _EARLY)
        raise Unavailable("the token answer holds no token")
    error = str(content.get("error"))
    if error in _DEAD:
        raise Unauthorized(f"Login with Amazon: {error}")
    if error in {"server_error", "temporarily_unavailable"}:
        raise Unavailable(f"Login with Amazon: {error}")
    raise http.failure(response) or Unavailable("Login with Amazon: unreadable answer")


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):  # also numbers of too many digits
        return {}
    return content if isinstance(content, dict) else {}
