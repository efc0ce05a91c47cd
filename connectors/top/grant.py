"""What a shop has granted: a session, until when it and its levels last, how it is renewed. Pure.

Source: protocols B1, OAuth. ``re_expires_in: 0`` means that it cannot be renewed. The levels (r1
and r2 for reading, w1 and w2 for writing) may end before the session does.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from connectors.base import ConnectorError, Unauthorized, Unavailable
from connectors.http import Response
from connectors.http import failure as http_failure
from connectors.top import answer
from connectors.top.errors import CODE_TEXT, failure, top_error
from connectors.top.values import Row, moment, number, text

LEVELS = ("r1", "r2", "w1", "w2")
TOKEN = re.compile(r"[\x21-\x7e]{1,500}")
LONGEST = timedelta(days=3650)  # that anything is believed to last
LASTING = timedelta(hours=12)  # a level given for less is none that renewing keeps alive
LEAD = timedelta(days=1)  # before an end of which nobody knows when its time began
UNTOLD = timedelta(days=1)  # what one lasts of which nobody has told
AT_LEAST = timedelta(minutes=1)  # between two renewals
SOON = {"temporarily_unavailable", "server_error", "system_error"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A session. Moments are by our own clock; None where nobody has said.

    Without a ``refresh_token`` it cannot be renewed. ``number`` counts the renewals before it:
    the higher one is newer, whatever clocks say.
    """

    session: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    given_at: datetime | None = None
    ends_at: datetime | None = None
    renewable_until: datetime | None = None
    levels: Mapping[str, datetime] = field(default_factory=dict)
    number: int = 0

    @property
    def renew_at(self) -> datetime | None:
        """When two thirds of the life of what ends first are over; None: nobody knows the end."""
        given, ends = self.given_at, [*filter(None, (self.ends_at, self.renewable_until))]
        if given is None:
            return min(ends) - LEAD if ends else None
        ends += [end for end in self.levels.values() if end - given >= LASTING]
        life = min(ends) - given if ends else UNTOLD
        return given + max(life * 2 / 3, AT_LEAST)

    def is_due(self, now: datetime) -> bool:
        """Whether it should be renewed: also where nobody knows when it ends."""
        if not self.refresh_token:
            return False
        return self.renew_at is None or now >= self.renew_at

    def lapsed(self, now: datetime) -> tuple[str, ...]:
        """The levels that have ended."""
        return tuple(name for name in LEVELS if name in self.levels and self.levels[name] <= now)


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
    code = CODE_TEXT.sub("", text(row, "error"))[:80]
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
    return "re_expires_in" in row and number(row, "re_expires_in") == 0


def _end(row: Row, seconds: str, stamp: str, now: datetime) -> datetime | None:
    """The end by what is left of it, which needs no common clock; else by TOP's own moment."""
    left = number(row, seconds)
    if left:
        return now + min(timedelta(seconds=min(left, 10**9)), LONGEST)
    told = moment(row, stamp) if text(row, stamp).isdecimal() else None
    return min(told, now + LONGEST) if told else None


def dump_grant(grant: Grant, origin: str) -> str:
    """``grant`` as text, with the mark of the credentials that it came from: a secret."""
    return json.dumps(
        {
            "origin": origin,
            "session": grant.session,
            "refresh_token": grant.refresh_token,
            "given_at": _iso(grant.given_at),
            "ends_at": _iso(grant.ends_at),
            "renewable_until": _iso(grant.renewable_until),
            "levels": {name: _iso(end) for name, end in grant.levels.items()},
            "number": grant.number,
        }
    )


def load_grant(told: str, origin: str) -> Grant | None:
    """What ``dump_grant`` wrote; None where it came from other credentials. ``ValueError``."""
    try:
        raw = json.loads(told)
        if raw["origin"] != origin:
            return None
        return Grant(
            session=raw["session"],
            refresh_token=raw["refresh_token"],
            given_at=_moment(raw["given_at"]),
            ends_at=_moment(raw["ends_at"]),
            renewable_until=_moment(raw["renewable_until"]),
            levels={name: datetime.fromisoformat(end) for name, end in raw["levels"].items()},
            number=int(raw["number"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no grant: {error.__class__.__name__}") from None


def _iso(when: datetime | None) -> str | None:
    return when.isoformat() if when else None


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
