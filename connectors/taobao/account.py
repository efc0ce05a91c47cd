"""What the connector must know of one seller account. Secrets stay out of ``repr``."""

from dataclasses import dataclass, field

from connectors.taobao.sign import SignMethod

OVERSEAS_GATEWAY = "https://api.taobao.com/router/rest"
USER_AGENT = "marketplace-responder"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopAccount:
    """One shop's way to TOP. Two shops share none of these values.

    ``group_name`` is the TMC group that holds this shop alone: consumers of one
    group share one queue, so a second shop in it would lose its events to this
    one. ``chat`` switches our own chat extension on (see chat.py).
    """

    app_key: str
    app_secret: str = field(repr=False)
    session: str = field(repr=False)
    gateway: str = OVERSEAS_GATEWAY
    group_name: str = ""
    sign_method: SignMethod = SignMethod.HMAC_SHA256
    chat: bool = False
    proxy: str | None = field(default=None, repr=False)
    user_agent: str = USER_AGENT
