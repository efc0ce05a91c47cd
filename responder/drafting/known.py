"""What is known of the conversation that a reply goes to: some rules depend on it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from responder.domain.ladder import Caps


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The conversation's own numbers, and what may be said and given away in it."""

    allowed: Collection[str] = ()  # order ids, tracking numbers and links: never a finding
    byte_limit: int | None = None  # of the thread, in UTF-8
    language: str = ""  # the buyer's; "" where nobody knows
    facts: Mapping[str, str] = field(default_factory=dict)  # by name, e.g. "order.status"
    caps: Caps | None = None
    amounts: Collection[str] = ()  # texts whose amounts are the shop's own: a fee, a coupon


NOTHING = Known()
