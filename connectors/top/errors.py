"""What TOP's error codes mean for the caller: one of the four failures.

A reason holds TOP's codes only, never its messages: ``sub_msg`` may quote what
a buyer or an agent wrote. Source: protocols B1.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from connectors.base import ConnectorError, RateLimited, Rejected, Unauthorized, Unavailable
from connectors.top.values import Row, text

BAN = re.compile(r"ban will last for (\d{1,7}) more second")
CODE_TEXT = re.compile(r"[^A-Za-z0-9._:\-]")
DEFAULT_BAN = timedelta(seconds=60)
LONGEST_BAN = timedelta(days=1)  # until the day turns

TOO_OFTEN = {"4", "5", "6", "7", "8"}
BAD_SIGNATURE = {"24", "25", "28", "29"}
BAD_SESSION = {"26", "27", "44"}
NO_PERMISSION = {"11", "12", "13"}
BAD_TIME = {"30", "31"}
PLATFORM_FAULT = {"3", "10", "530", "560"}
OUR_FAULT = {"9", "21", "22", "23", "32", "33", "34", "40", "41", "42", "43"}
BUSINESS = {"562", "564", "565", "566"}
SESSION_SUB_CODES = (
    "invalid-session",
    "session-",
    "sessionkey-",
    "isv.session",
)
MISSING = {
    "isv.refund-not-exist",
    "isv.trade-not-exist",
    "isv.trade-not-exist-tmall",
    "isv.refund-not-exist-tmall",
}


class SessionRefused(Unauthorized):
    """The session is dead, or does not reach as far as this request."""


class NotThere(Rejected):
    """The refund or order that was asked for does not exist for this shop."""


@dataclass(frozen=True, slots=True)
class TopError:
    """An ``error_response``, without the words in it. ``ban`` is set where it names seconds."""

    code: str
    sub_code: str = ""
    ban: timedelta | None = None

    def __str__(self) -> str:
        return f"TOP code {self.code}" + (f" ({self.sub_code})" if self.sub_code else "")


def top_error(row: Row) -> TopError:
    """The error in ``row``, from any bytes: codes are cut to what a code may hold."""
    words = f"{text(row, 'sub_msg')} {text(row, 'msg')}"
    ban = BAN.search(words)
    return TopError(
        code=CODE_TEXT.sub("", text(row, "code"))[:10],
        sub_code=cut(text(row, "sub_code")),
        ban=min(timedelta(seconds=int(ban[1])), LONGEST_BAN) if ban else None,
    )


def cut(sub_code: str) -> str:
    """``sub_code`` without anything that is none: it may quote somebody."""
    return CODE_TEXT.sub("", sub_code)[:80]


def failure(error: TopError, *, writes: bool) -> ConnectorError:
    """The failure that ``error`` is. ``writes``: the request may have acted all the same.

    A limit, a refused signature or session and a refused parameter are decided
    before anything is done. Everything that the platform blames on itself may
    have come after the work (protocols C24).
    """
    reason = str(error)
    code, sub_code = error.code, error.sub_code
    if (
        error.ban
        or code in TOO_OFTEN
        or "limited-by-" in sub_code
        or sub_code == "isp.call-limited"
    ):
        return RateLimited(error.ban or DEFAULT_BAN, reason)
    if code in BAD_SIGNATURE:
        return Unauthorized(f"{reason}: app key, secret or signature refused")
    if code in BAD_SESSION or sub_code.startswith(SESSION_SUB_CODES):
        return SessionRefused(f"{reason}: the session is dead, the shop must authorize again")
    if code in NO_PERMISSION or sub_code.startswith("isv.permission"):
        return Unauthorized(f"{reason}: the app lacks a permission")
    if code in BAD_TIME:
        # Not Unauthorized: nobody need log in again, and it heals with the clock.
        return Unavailable(f"{reason}: this machine's clock is over 10 minutes off")
    return _business(error, reason, writes=writes)


def _business(error: TopError, reason: str, *, writes: bool) -> ConnectorError:
    code, sub_code = error.code, error.sub_code
    if sub_code in MISSING or code == "562":
        return NotThere(reason)
    if sub_code.startswith("isp."):
        return Unavailable(reason, maybe_done=writes)
    if sub_code.startswith("isv.") or code in OUR_FAULT | BUSINESS:
        return Rejected(reason)  # code 3 too, where it is the picture that is refused
    return Unavailable(reason, maybe_done=writes)
