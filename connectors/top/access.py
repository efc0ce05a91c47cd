"""What a request to TOP must know of one seller account. Secrets stay out of ``repr``."""

from dataclasses import dataclass, field

from connectors.top.sign import SignMethod

OVERSEAS_GATEWAY = "https://api.taobao.com/router/rest"
USER_AGENT = "marketplace-responder"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopAccess:
    """One shop's way to TOP. Two shops share none of these values."""

    app_key: str
    app_secret: str = field(repr=False)
    session: str = field(repr=False)
    gateway: str = OVERSEAS_GATEWAY
    sign_method: SignMethod = SignMethod.HMAC_SHA256
    proxy: str | None = field(default=None, repr=False)
    user_agent: str = USER_AGENT
