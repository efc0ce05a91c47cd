"""Order numbers, tracking numbers, sizes, amounts and dates in a text, each with its place.

Patterns rather than dateparser and price-parser: those take milliseconds a message and tens of
megabytes, and guess where nothing should be guessed. Months and numbers are written as Babel
knows them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import islice

from babel.dates import get_month_names

from responder.domain.reading import Entity, Sort
from responder.drafting.money import Amount, amounts

_READ = 2_000  # characters
_MOST = 20  # of each sort; nobody reads more
_MONTH_LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr")
_YEN = {"zh": "CNY", "ja": "JPY"}

_ORDER = re.compile(r"(?<![\d-])\d{3}-\d{7}-\d{7}(?![\d-])")
_ORDER_WORD = re.compile(
    r"(?:order|bestell|commande|pedido|ordine|订单|訂單|单号|注文|encomenda|zamówieni|sipariş)\D{0,20}?(\d{8,20})(?!\d)",
    re.IGNORECASE,
)
_LONG_ORDER = re.compile(r"(?<![\dA-Za-z-])\d{18,19}(?![\d-])")  # Taobao, Tmall
_TRACKING = re.compile(
    r"(?<![A-Za-z\d])(?:1Z[A-Z\d]{16}|[A-Z]{2}\d{9}[A-Z]{2}|(?:SF|YT|JD|ZTO|STO|JT|DPK|LP)[A-Z]{0,4}\d{8,20}"
    r"|TBA\d{12}|9[2-5]\d{20})(?![A-Za-z\d])"
)
_TRACKING_WORD = re.compile(
    r"(?:tracking|track|sendungs|paketnummer|suivi|seguimiento|tracciamento|运单|快递单|物流单|追跡|śledzeni|takip)"
    r"[^\n\d]{0,24}?([A-Z]{0,4}\d{10,22})(?!\d)",
    re.IGNORECASE,
)
_SIZE_WORD = re.compile(
    r"(?:\bsizes?\b|größe|\btaille\b|\btalla\b|\btaglia\b|\btamanho\b|\bmaat\b|\brozmiar\w{0,2}|\bbeden\b|尺码|尺寸|码数|サイズ)"
    r"[ :：是]{0,3}(?:eu |uk |us )?((?:\d?x{0,4}[sl]|m|xxs|\d{1,3}(?:[.,]5)?)(?![\w]))",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?<![A-Za-z\d])(?:XXS|XS|XXL|XXXL|[2-6]XL|XL)(?![A-Za-z\d])")
_SIZE_CODE = re.compile(r"(?<![\d.A-Za-z])(?:(\d{2,3}|[SMLX]{1,4})码|([SMLX]{1,4})[号號])")
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_HAN = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})(?:日|号|號)")
_FIGURES = re.compile(
    r"(?<![\d.,/-])(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\d/-]|[.,]\d)"
)

_DIGIT = re.compile(r"\d")

_Found = Iterator[Entity]
_Finder = Callable[[str, str], _Found]


def entities(text: str, language: str) -> tuple[Entity, ...]:
    """What ``text`` names, at most 20 of a sort, in the order of its places; none in another."""
    finders = _FINDERS if _DIGIT.search(text[:_READ]) else (_sizes,)  # all else has figures in it
    return _apart(text[:_READ], language, finders)


def names_order(text: str) -> bool:
    """Whether ``text`` names the number of an order."""
    found = _apart(text[:_READ], "", (_parcels, _orders))  # some numbers could be either
    return any(one.sort is Sort.ORDER for one in found)


def _apart(read: str, language: str, finders: Iterable[_Finder]) -> tuple[Entity, ...]:
    """What ``finders`` find, none in what an earlier one has found."""
    taken: list[Entity] = []
    for finder in finders:
        for one in islice(finder(read, language.partition("-")[0]), _MOST):
            if all(one.end <= other.start or one.start >= other.end for other in taken):
                taken.append(one)
    return tuple(sorted(taken, key=lambda one: one.start))


def _orders(text: str, _: str) -> _Found:
    for pattern in (_ORDER, _LONG_ORDER):
        for match in pattern.finditer(text):
            yield _entity(Sort.ORDER, match)
    for match in _ORDER_WORD.finditer(text):
        yield _entity(Sort.ORDER, match, 1)


def _parcels(text: str, _: str) -> _Found:
    for match in _TRACKING.finditer(text):
        yield _entity(Sort.TRACKING, match)
    for match in _TRACKING_WORD.finditer(text):
        yield _entity(Sort.TRACKING, match, 1)


def _sizes(text: str, _: str) -> _Found:
    for match in _SIZE_WORD.finditer(text):
        yield _entity(Sort.SIZE, match, 1, match[1].upper())
    for match in _SIZE.finditer(text):
        yield _entity(Sort.SIZE, match)
    for match in _SIZE_CODE.finditer(text):
        yield _entity(Sort.SIZE, match, 1 if match[1] else 2)


def _amounts(text: str, base: str) -> _Found:
    lower = text.lower()
    for one in amounts(lower) if len(lower) == len(text) else ():
        if one.values:
            meant = _YEN.get(base, "") if _is_yen_or_yuan(one) else one.currencies[0]
            yield Entity(
                sort=Sort.AMOUNT,
                start=one.start,
                end=one.end,
                value=f"{_said(one.values[0])} {meant}".strip(),
            )


def _said(value: Decimal) -> str:
    """Cents as two digits, and none where there are none."""
    return f"{value:f}" if value == value.to_integral_value() else f"{value:.2f}"


def _is_yen_or_yuan(amount: Amount) -> bool:
    return {*_YEN.values()} <= {*amount.currencies}


def _dates(text: str, base: str) -> _Found:
    for match in _ISO.finditer(text):
        yield from _date(match, match[1], match[2], match[3])
    for match in _HAN.finditer(text):
        yield from _date(match, match[1], match[2], match[3])
    pattern, months = _month_pattern()
    for match in pattern.finditer(text):
        month = str(months[(match[2] or match[4]).lower()])
        yield from _date(match, match[3] or match[6], month, match[1] or match[5])
    for match in _FIGURES.finditer(text):
        first, second = match[1], match[3]
        if match[4] is None and (match[2] != "." or base not in {"de", "pl", "tr"}):
            continue  # 1/2 is a half, 1.5 a number and 3-5 a span, more often than days
        month_first = match[2] == "/" and base == "en" and int(first) <= 12
        month, day = (first, second) if month_first else (second, first)
        yield from _date(match, match[4], month, day)


def _date(match: re.Match[str], year: str | None, month: str, day: str) -> _Found:
    known = int(year) + (2000 if len(year) == 2 else 0) if year else 2024  # a leap year
    try:
        found = date(known, int(month), int(day))
    except ValueError:
        return
    yield _entity(Sort.DATE, match, value=found.isoformat() if year else f"--{found:%m-%d}")


@cache
def _month_pattern() -> tuple[re.Pattern[str], Mapping[str, int]]:
    """Finds 24. Dezember 2025, 24 déc, December 24th, 2025 in the Latin languages."""
    months: dict[str, int] = {}
    for language in _MONTH_LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                named = get_month_names(width, context, language)
                for number, name in named.items():
                    if len(name.strip(".")) > 2:
                        months.setdefault(name.strip(".").lower(), int(number))
    names = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    pattern = re.compile(
        rf"(?<![\d.])(\d{{1,2}})(?:\.|st|nd|rd|th|er|º)?[ ]?(?:de |of |d')?({names})\b\.?"
        r"(?:[ ,]{1,2}(?:de )?(\d{4}))?"
        rf"|\b({names})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (\d{{4}}))?",
        re.IGNORECASE,
    )
    return pattern, months


def _entity(sort: Sort, match: re.Match[str], group: int = 0, value: str | None = None) -> Entity:
    start, end = match.span(group)
    return Entity(sort=sort, start=start, end=end, value=match[group] if value is None else value)


_FINDERS: tuple[_Finder, ...] = (_parcels, _orders, _dates, _amounts, _sizes)
