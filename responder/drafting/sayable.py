"""What of an order a text may say on a given day."""

from collections.abc import Mapping
from datetime import date

from responder.domain.model import Fact

_PROMISED = "order.deliver_by"
_BUYER = "buyer.name"


def sayable(facts: Mapping[str, Fact], buyer: str, today: date | None) -> dict[str, Fact]:
    """``facts`` with the buyer's name, and without a day of delivery that is over.

    Who asks where a late parcel is shall not read that it is expected last week.
    """
    known = dict(facts)
    if buyer:
        known.setdefault(_BUYER, Fact(value=buyer, source="conversation"))
    promised = known.get(_PROMISED)
    if promised is not None and today is not None and _day(promised.value) < today.isoformat():
        del known[_PROMISED]
    return known


def _day(value: str) -> str:
    return value[: len("2026-12-24")]
