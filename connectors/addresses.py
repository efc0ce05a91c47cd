"""What makes an address doubtful: a parcel would come back, so somebody asks first. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

# Where the form of a postal code is fixed. Others are only looked at for being there.
_CODES: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "US": re.compile(r"\d{5}(-?\d{4})?"),
        "CA": re.compile(r"[A-Z]\d[A-Z] ?\d[A-Z]\d", re.IGNORECASE),
        "MX": re.compile(r"\d{5}"),
        "BR": re.compile(r"\d{5}-?\d{3}"),
        "GB": re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.IGNORECASE),
        "DE": re.compile(r"\d{5}"),
        "FR": re.compile(r"\d{5}"),
        "IT": re.compile(r"\d{5}"),
        "ES": re.compile(r"\d{5}"),
        "NL": re.compile(r"\d{4} ?[A-Z]{2}", re.IGNORECASE),
        "SE": re.compile(r"\d{3} ?\d{2}"),
        "PL": re.compile(r"\d{2}-?\d{3}"),
        "BE": re.compile(r"\d{4}"),
        "JP": re.compile(r"\d{3}-?\d{4}"),
        "AU": re.compile(r"\d{4}"),
        "CN": re.compile(r"\d{6}"),
    }
)
# Countries without a postal code that every address has.
_WITHOUT: Final = frozenset({"AE", "IE", "HK", "EG", "SA"})
_SHORTEST: Final = 3  # characters of a street
_MASKED: Final = re.compile(r"[*#＊]")  # a marketplace shows only parts: nothing can be said


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an order goes. Never kept: only the doubts are."""

    name: str = field(repr=False)
    street: str = field(repr=False)
    city: str = field(repr=False)
    postal_code: str = field(repr=False)
    country: str  # ISO 3166, two letters; "" when unknown


def doubts(address: Address) -> tuple[str, ...]:
    """What is doubtful, in words that quote nothing of it."""
    told = (
        (_is_short(address.name, 2), "the name is missing or a single letter"),
        (_is_short(address.street, _SHORTEST), "the street is missing"),
        (_has_no_number(address.street), "the street has no house number"),
        (_is_short(address.city, 1), "the city is missing"),
        (_is_odd(address), "the postal code does not fit the country"),
    )
    return tuple(words for doubtful, words in told if doubtful)


def _is_short(part: str, least: int) -> bool:
    return not _MASKED.search(part) and len(part.strip()) < least


def _has_no_number(street: str) -> bool:
    long_enough = len(street.strip()) >= _SHORTEST
    return long_enough and not _MASKED.search(street) and not any(map(str.isnumeric, street))


def _is_odd(address: Address) -> bool:
    code, country = address.postal_code.strip(), address.country.upper()
    if _MASKED.search(code) or not country:
        return False
    form = _CODES.get(country)
    if form is not None:
        return not form.fullmatch(code)
    return not code and country not in _WITHOUT
