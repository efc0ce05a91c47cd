"""What the connector must know of one eBay seller account. Secrets stay out of ``repr``."""

from dataclasses import dataclass, field
from datetime import timedelta

ENDPOINT = "https://api.ebay.com"
SCOPES = (  # the message scope: unverified
    "https://api.ebay.com/oauth/api_scope/commerce.message",
    "https://api.ebay.com/oauth/api_scope/sell.fulfillment.readonly",
)
TIMEOUT = timedelta(seconds=20)
USER_AGENT = "marketplace-responder"


@dataclass(frozen=True, slots=True, kw_only=True)
class EbayConfig:
    """One seller account. ``username`` is the seller as eBay's messages name him.

    For some developers eBay writes immutable user ids where names stood: ``username`` is then
    that id.
    """

    username: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    endpoint: str = ENDPOINT
    scopes: tuple[str, ...] = SCOPES
    proxy: str | None = field(default=None, repr=False)
    user_agent: str = USER_AGENT
    timeout: timedelta = TIMEOUT
