"""OAuth: a refresh token for an access token.

``POST /identity/v1/oauth2/token`` with the app's keys as a Basic login. The form is OAuth's
own (RFC 6749, section 6); that eBay asks for it there is from memory.
"""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from connectors.base import Rejected, Unauthorized, Unavailable
from connectors.ebay.config import EbayConfig
from connectors.ebay.wire.values import document, number, text
from connectors.http import Response
from connectors.http import failure as http_failure

PATH = "/identity/v1/oauth2/token"
FORM = "application/x-www-form-urlencoded"
MARGIN = timedelta(seconds=60)
LONGEST = 10**8  # seconds: what lives longer is no access token
DEAD = frozenset({"invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope"})


@dataclass(frozen=True, slots=True)
class Token:
    value: str = field(repr=False)
    ends_at: datetime

    def is_usable(self, now: datetime) -> bool:
        return now < self.ends_at - MARGIN


def login(config: EbayConfig) -> str:
    """The ``Authorization`` header of a token request."""
    pair = f"{config.client_id}:{config.client_secret}".encode()
    return f"Basic {b64encode(pair).decode('ascii')}"


def request_body(config: EbayConfig) -> bytes:
    asked = {
        "grant_type": "refresh_token",
        "refresh_token": config.refresh_token,
        "scope": " ".join(config.scopes),
    }
    return urlencode(asked).encode("ascii")


def token(answer: Response, now: datetime) -> Token:
    """The token in ``answer``. Raises one of the four for any other bytes."""
    content = document(answer.body) or {}
    refused = http_failure(answer)
    if text(content, "error") in DEAD:
        raise Unauthorized(f"eBay's login said {text(content, 'error')}: authorize the app again")
    if isinstance(refused, Rejected):  # of the login, not of what was to be asked with its token
        raise Unauthorized(f"eBay's login said {refused}")
    if refused is not None:
        raise refused
    value, life = text(content, "access_token"), min(number(content, "expires_in"), LONGEST)
    if not value or not value.isascii() or not value.isprintable():
        raise Unavailable("eBay's login answered without a token")
    return Token(value, now + timedelta(seconds=life))
