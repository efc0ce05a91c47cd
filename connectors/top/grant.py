"""What a shop has granted: a session, until when it and its levels last, how it is renewed. Pure.

Source: protocols B1, OAuth. ``re_expires_in: 0`` means that it cannot be renewed. The levels (r1
and r2 for reading, w1 and w2 for writing) may end before the session does.
"""

import re
from datetime import datetime, timedelta
from urllib.parse import urlencode

from connectors.base import ConnectorError, Unauthorized, Unavailable
from connectors.grant import Grant
from connectors.http import Response
from connectors.http import failure as http_failure
from connectors.login_errors import error_name
from connectors.top import answer
from connectors.top.errors import failure, top_error
from connectors.top.values import Row, moment, number, text

LEVELS = ("r1", "r2", "w1", "w2")
TOKEN = re.compile(r"[\x21-\x7e]{1,500}")
LONGEST = timedelta(days=3650)  # that anything is believed to last
SOON = {"temporarily_unavailable", "server_error", "system_error"}


def renewal(app_key: str, app_secret: str, refresh_token: str) -> bytes:
    """The body of the request that renews a session."""
    return urlencode(
        {
            "grant_type": "refresh_token",
            "client_id": app_key,
            "client_secret": app_secret,
            "refresh_token": refresh_token,
            "view": "web",
        }
    ).encode("ascii")


def renewed(told: Response, before: Grant, now: datetime) -> Grant:
    """What a renewal gave. Raises one of the four for any other bytes.

    ``Unauthorized``: only a person can go on. What cannot be read may have been done.
    """
    row = _read(told)
    session = text(row, "access_token")
    if not TOKEN.fullmatch(session):
        raise Unavailable("an answer to a renewal without a session", maybe_done=True)
    refresh_token = text(row, "refresh_token") or before.refresh_token
    ends = not _never(row) and TOKEN.fullmatch(refresh_token)
    return Grant(
        session=session,
        refresh_token=refresh_token if ends else "",
        given_at=now,
        ends_at=_end(row, "expires_in", "expire_time", now),
        renewable_until=_end(row, "re_expires_in", "refresh_token_valid_time", now),
        levels={
            name: end
            for name in LEVELS
            if (end := _end(row, f"{name}_expires_in", f"{name}_valid", now)) is not None
        },
        number=before.number + 1,
    )


def _read(told: Response) -> Row:
    refused = http_failure(told)
    try:
        row = answer.payload(answer.document(told.body))
    except (ValueError, RecursionError):
        raise _careful(refused, "an answer to a renewal that cannot be read") from None
    error = answer.error_in(row)
    if error is not None:
        raise failure(top_error(error), writes=True)
    code = error_name(text(row, "error"))
    if code in SOON:
        raise Unavailable(f"the renewal failed ({code})", maybe_done=True)
    if code:
        raise Unauthorized(f"the renewal was refused ({code})")
    if refused is not None:
        raise _careful(refused, "")
    return row


def _careful(refused: ConnectorError | None, otherwise: str) -> ConnectorError:
    if refused is None or isinstance(refused, Unavailable):
        return Unavailable(str(refused or otherwise), maybe_done=True)
    return refused


def _never(row: Row) -> bool:
    """Whether TOP says that this is the last session of this grant."""
    return text(row, "re_expires_in").strip() == "0"


def _end(row: Row, seconds: str, stamp: str, now: datetime) -> datetime | None:
    """The end by what is left of it, which needs no common clock; else by TOP's own moment."""
    left = number(row, seconds)
    if left:
        return now + min(timedelta(seconds=min(left, 10**9)), LONGEST)
    told = moment(row, stamp) if text(row, stamp).isdecimal() else None
    return min(told, now + LONGEST) if told else None
