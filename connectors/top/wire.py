"""A question to TOP: its method, its parameters, and the signature over them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote_plus

from connectors.top.access import TopAccess
from connectors.top.sign import sign
from connectors.top.values import stamp

FORM = "application/x-www-form-urlencoded;charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One method with its own parameters. ``image`` is sent as a file and never signed.

    ``writes`` marks a call that a buyer or a colleague can see the effect of: a
    lost answer to it must be looked up. ``urgent``: it may use the day's last calls, as
    what acts may. ``can_wait``: no clock waits for it, so it is turned away where half a burst is
    left. Else the facts of orders would take each token as it comes back, and an inbox, which
    takes many in a row, would never be read to its end.
    """

    method: str
    params: Mapping[str, str] = field(default_factory=dict)
    image: bytes | None = field(default=None, repr=False)
    writes: bool = False
    urgent: bool = False
    can_wait: bool = False


def parameters(call: Call, account: TopAccess, now: datetime, session: str = "") -> dict[str, str]:
    """Every parameter of ``call``, signed last. Empty values are left out, as TOP asks.

    ``session`` is the one in force, where it is newer than the one that the account came with.
    """
    given = {
        **call.params,
        "method": call.method,
        "app_key": account.app_key,
        "session": session or account.session,
        "timestamp": stamp(now),
        "format": "json",
        "v": "2.0",
        "sign_method": account.sign_method.value,
    }
    sent = {name: value for name, value in given.items() if value}
    sent["sign"] = sign(sent, account.app_secret, account.sign_method)
    return sent


def form(params: Mapping[str, str]) -> bytes:
    """The body of a request without a file, as ``FORM``."""
    pairs = (f"{_quoted(name)}={_quoted(value)}" for name, value in params.items())
    return "&".join(pairs).encode("ascii")


_NEEDS_NO_QUOTES = re.compile(r"[A-Za-z0-9_.~-]*").fullmatch


def _quoted(text: str) -> str:
    """As ``urlencode`` writes it, which looks at each letter of names that never change."""
    if _NEEDS_NO_QUOTES(text):
        return text
    return quote_plus(text, encoding="utf-8", errors="replace")
