"""Amounts of money as people write them: one parser for rules, checks of replies and entities."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from responder.drafting.numbers import HAN_NUMBER, NUMBER, WORD_NUMBER, readings

# What stands before or after a number, in lower case, and the currencies that it may mean, the
# likeliest first.
CURRENCIES: Mapping[str, tuple[str, ...]] = {
    sign: tuple(meant.split())
    for sign, meant in {
        "$": "USD CAD AUD MXN SGD HKD TWD NZD", "us$": "USD", "r$": "BRL",
        "€": "EUR", "£": "GBP", "¥": "CNY JPY", "￥": "CNY JPY", "₩": "KRW", "₺": "TRY",
        "usd": "USD", "eur": "EUR", "gbp": "GBP", "cny": "CNY", "rmb": "CNY", "jpy": "JPY",
        "krw": "KRW", "cad": "CAD", "aud": "AUD", "mxn": "MXN", "chf": "CHF", "pln": "PLN",
        "sek": "SEK", "brl": "BRL",
        "us dollar": "USD", "us dollars": "USD", "us-dollar": "USD", "u.s. dollars": "USD",
        "dollar": "USD CAD AUD", "dollars": "USD CAD AUD", "dólares": "USD MXN",
        "dollari": "USD", "bucks": "USD", "euro": "EUR", "euros": "EUR", "pound": "GBP",
        "pounds": "GBP", "yuan": "CNY", "元": "CNY", "圆": "CNY", "块": "CNY", "块钱": "CNY",
        "塊": "CNY", "人民币": "CNY",
        "yen": "JPY", "円": "JPY", "원": "KRW", "美元": "USD", "欧元": "EUR",
        "ユーロ": "EUR", "ドル": "USD",
        "zł": "PLN", "złotych": "PLN", "tl": "TRY", "lira": "TRY", "reais": "BRL", "kr": "SEK",
        "دولار": "USD", "يورو": "EUR",
    }.items()
}  # fmt: skip
# One of these is in everything that names a currency.
_NAMES = tuple(
    sign for sign in CURRENCIES if not any(one in sign for one in CURRENCIES if one != sign)
)
_WIDEST = 100  # characters of an amount, and more
_GAP = r"[ \n:=*]{0,3}"  # between a currency and its number
_NUM = rf"(?:{NUMBER}|{WORD_NUMBER}|{HAN_NUMBER})"


@dataclass(frozen=True, slots=True)
class Amount:
    """Money that a text names. ``values`` is what its number may mean: "1.299" has two readings.

    ``values`` is empty for a number that has no value of its own ("half", "百来").
    """

    start: int
    end: int
    written: str  # the number as it stands there
    currencies: tuple[str, ...]  # as ISO 4217, the likeliest first
    values: tuple[Decimal, ...]  # the greatest first


def amounts(text: str) -> Iterator[Amount]:
    """The amounts in ``text``, which is in lower case and of one width; from left to right."""
    for match in _forms(text):
        written = match["after"] or match["before"]
        yield Amount(
            start=match.start(),
            end=match.end(),
            written=written,
            currencies=CURRENCIES[match["sign"] or match["word"]],
            values=values(written),
        )


def values(written: str) -> tuple[Decimal, ...]:
    """What a number may mean, the greatest first: "1,299.00", "1.299,00" and "一千二" alike."""
    return tuple(sorted(map(Decimal, filter(_is_figure, readings(written))), reverse=True))


def _forms(text: str) -> Iterator[re.Match[str]]:
    """The matches of ``_form``, looked for around what names a currency only."""
    start = stop = 0
    for at in sorted(_named(text)):
        if at - _WIDEST > stop:
            yield from _form().finditer(text, start, stop)
            start = at - _WIDEST
        stop = at + _WIDEST
    yield from _form().finditer(text, start, stop)


def _named(text: str) -> Iterator[int]:
    for name in _NAMES:
        at = text.find(name)
        while at >= 0:
            yield at
            at = text.find(name, at + 1)


@cache
def _form() -> re.Pattern[str]:
    marks, words = (
        _any(sign for sign in CURRENCIES if sign[-1].isalpha() is is_word)
        for is_word in (False, True)
    )
    return re.compile(
        rf"(?P<sign>{marks}|(?<![^\W\d_])(?:{words})){_GAP}(?P<after>{NUMBER})(?!\d)|"
        rf"(?<![a-z0-9])(?<!\d[.,])(?P<before>{_NUM})(?:[,.][-–—]{{1,2}})?[ \n*-]{{0,2}}"
        rf"(?P<word>{marks}|(?:{words})(?![a-zà-ÿ]))"
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _is_figure(reading: str) -> bool:
    return reading.replace(".", "", 1).isdecimal()
