"""What a request to TOP must know of one seller account. Secrets stay out of ``repr``."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from connectors.budget import Rate
from connectors.top.sign import SignMethod

OVERSEAS_GATEWAY = "https://api.taobao.com/router/rest"
TOP, SANDBOX = "taobao.com", "tbsandbox.com"
AT_ONCE = timedelta(seconds=10)  # so much of a rate may be asked for in a row
ONE_READING = 60  # requests, at least: a list and its threads are read together
USER_AGENT = "marketplace-responder"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopAccess:
    """One shop's way to TOP. Two shops share none of its secrets.

    ``refresh_token`` renews the session at ``oauth``, the address of TOP's tokens;
    ``session_until`` is when the session ends, where that is known.
    """

    app_key: str
    app_secret: str = field(repr=False)
    session: str = field(repr=False)
    gateway: str = OVERSEAS_GATEWAY
    sign_method: SignMethod = SignMethod.HMAC_SHA256
    proxy: str | None = field(default=None, repr=False)
    user_agent: str = USER_AGENT
    refresh_token: str = field(default="", repr=False)
    oauth: str = ""
    session_until: datetime | None = None
    daily_calls: int | None = None  # of the app, which its shops share; None: nobody counts
    rate: Rate | None = None  # how fast it may be asked, which TOP does not publish; None: no limit


def app_of(account: TopAccess) -> str:
    """Whose calls TOP counts together: the app's, whichever shop it asks for."""
    return app_at(account.gateway, account.app_key)


def app_at(gateway: str, app_key: str) -> str:
    """The name of the app that ``gateway`` knows under ``app_key``."""
    return f"{platform_of(gateway)}|{app_key}"


def platform_of(gateway: str) -> str:
    """What is behind ``gateway``: one platform has several doors, http and https (protocols B)."""
    host = urlsplit(gateway).hostname or ""
    known = (one for one in (SANDBOX, TOP) if host.endswith(f".{one}"))
    return next(known, gateway)


def oauth_of(gateway: str) -> str:
    """Where the sessions of ``gateway`` are renewed; "" where that is not known (protocols B1)."""
    platform = platform_of(gateway)
    return f"https://oauth.{platform}/token" if platform in {SANDBOX, TOP} else ""


def rate_of(requests_per_second: float) -> Rate:
    """What one reading asks for in a row fits, and then so many a second."""
    return Rate(
        requests_per_second, max(round(requests_per_second * AT_ONCE.total_seconds()), ONE_READING)
    )
