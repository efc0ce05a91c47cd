"""What an account has been granted: a session, until when it lasts, what renews it. Pure.

The session may have levels that end by themselves (TOP's r1 to w2, protocols B1).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LASTING = timedelta(hours=12)  # a level given for less is none that renewing keeps alive
LEAD = timedelta(days=1)  # before an end of which nobody knows when its time began
UNTOLD = timedelta(days=1)  # what one lasts of which nobody has told
AT_LEAST = timedelta(minutes=1)  # between two renewals


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
        return tuple(name for name, end in sorted(self.levels.items()) if end <= now)


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
