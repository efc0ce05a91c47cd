"""How the way into an account stands: until when it lasts, and what runs short. It is no duty."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsOfADay:
    """How an app's calls of a day stand, where a marketplace counts them.

    ``short``: so many are used that what is not urgent was turned away.
    """

    day: str  # as the marketplace counts it
    used: int
    of: int
    short: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a connector knows of its way in, without any secret. None: nobody has said.

    ``levels`` are parts of it that end by themselves, by the marketplace's name for them.
    """

    given_at: datetime | None = None
    ends_at: datetime | None = None
    renews: bool = False  # it is renewed without a person
    levels: Mapping[str, datetime] = field(default_factory=dict)
    trouble: str = ""  # why it could not be renewed, the last time
    hopeless: bool = False  # that was a refusal: only a person can go on
    calls: CallsOfADay | None = None


def access_of(connector: object) -> Access | None:
    """How a connector's way in stands; None where it does not say. It is no duty."""
    found = getattr(connector, "access", None)
    return found if isinstance(found, Access) else None
