"""What the connector must know of one AliExpress shop."""

from dataclasses import dataclass

from connectors.top.access import TopAccess

GATEWAY = "https://api.taobao.com/router/rest"
OAUTH = "https://oauth.aliexpress.com/token"  # unverified


@dataclass(frozen=True, slots=True, kw_only=True)
class AliexpressAccount(TopAccess):
    """One shop. ``seller_id`` is its login id, which an answer must name."""

    seller_id: str
    gateway: str = GATEWAY
