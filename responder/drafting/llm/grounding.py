"""Everything in a reply that can be checked against what is known: numbers, days, links, ids.

A reply is taken apart in the same way as the facts and the approved texts; what only the
reply has is invented, or was put there by the buyer. What the buyer says is not known.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from responder.domain.model import Fact
from responder.drafting.disguise import View, plain
from responder.drafting.llm.days import days, named_days
from responder.drafting.llm.vocabulary import vocabulary
from responder.drafting.money import amounts
from responder.drafting.numbers import HAN_NUMBER, NUMBER, WORD_NUMBER, readings
from responder.drafting.scripts import TRADITIONAL_TO_SIMPLIFIED


class Sort(StrEnum):
    LINK = "link"
    CONTACT = "contact"
    DATE = "date"
    DAY = "day"  # a day without a date
    AMOUNT = "amount"
    PERCENT = "percent"
    SPAN = "span"  # so many days, hours, …
    ID = "id"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a text says, and where; ``readings`` is what it may mean."""

    sort: Sort
    readings: frozenset[str]
    start: int
    end: int


_ENDINGS = (
    "com net org info shop store top xyz site online co io me cn de fr es it jp uk eu ru "
    "app link live biz tv"
)
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'，。；）)]{1,400}|"
    r"(?<![a-z0-9@._-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,3}\."
    rf"(?:{_ENDINGS.replace(' ', '|')}|example|test)(?![a-z0-9@-])(?:/[^\s，。；）)]{{0,300}})?"
)
_CONTACT = re.compile(r"[\w.%+-]{1,64}@[\w.-]{1,120}|(?<!\w)@\w{2,40}")


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_NUM = rf"(?:{NUMBER}|{WORD_NUMBER}|{HAN_NUMBER})"
_LATIN_END = r"(?![a-zà-ÿ])"
_TO = (
    r" ?(?:-|–|—|~|〜|/|至|到|から|"
    r" (?:to|bis|à|a|e|y|and|und|et|or|oder|ou|tot|do) ) ?"
)
_ID = re.compile(
    r"(?<![a-z0-9])(?=[a-z-]{0,40}\d)(?=[a-z0-9]{0,40}[a-z]|[\d-]{7})"
    r"[a-z0-9]{1,60}(?:-[a-z0-9]{1,60}){0,8}(?![a-z0-9])"
)
_BARE = re.compile(NUMBER)
_LIST_MARK = re.compile(r"(?m)^[ \t]{0,4}\d{1,2}[.)、][ \t]")
_MONEY_FACT = re.compile(r"(?:total|amount|price|fee|freight|cap|value|coupon|offer)$")


@dataclass(frozen=True, slots=True)
class _Forms:
    """How shares and spans of time are written, in all our languages."""

    share: re.Pattern[str]
    span: re.Pattern[str]


@cache
def _forms() -> _Forms:
    given = vocabulary()
    units = "|".join(f"(?P<{name}>{unit})" for name, unit in given.units.items())
    return _Forms(
        share=re.compile(
            rf"(?<![a-z0-9])(?P<n>{_NUM}) ?(?P<unit>{given.percent}){_LATIN_END}|"
            rf"(?:百分之|yüzde |%)(?P<p>{_NUM})"
        ),
        span=re.compile(
            rf"(?<![a-z0-9])(?:(?P<low>{_NUM}){_TO})?(?P<n>{_NUM})[ -]?(?:{units}){_LATIN_END}"
        ),
    )


class _Text:
    """A text that is used up part by part; spans are those of the original."""

    def __init__(self, text: str) -> None:
        self._view: View = plain(text)
        self.rest = "".join(map(_folded, self._view.text)).translate(TRADITIONAL_TO_SIMPLIFIED)

    def cut(self, start: int, end: int) -> tuple[int, int]:
        self.rest = self.rest[:start] + " " * (end - start) + self.rest[end:]
        return self._view.span(start, end)


def _folded(character: str) -> str:
    """Digits of every script as 0 to 9."""
    digit = unicodedata.decimal(character, None) if ord(character) > 127 else None
    return character if digit is None else str(digit)


def items(text: str) -> Iterator[Item]:
    """Everything in ``text`` that can be checked."""
    left = _Text(text)
    for mark in list(_LIST_MARK.finditer(left.rest)):
        left.cut(*mark.span())
    for sort, form in ((Sort.LINK, _LINK), (Sort.CONTACT, _CONTACT)):
        for match in list(form.finditer(left.rest)):
            value = match[0].rstrip(".,;:!?/")
            yield Item(sort, frozenset({value}), *left.cut(*match.span()))
    for day in list(days(left.rest)):
        yield Item(Sort.DATE, day.readings, *left.cut(day.start, day.end))
    yield from _counted(left)
    for match in list(_ID.finditer(left.rest)):
        yield Item(Sort.ID, frozenset({match[0].replace("-", "")}), *left.cut(*match.span()))
    for match in list(_BARE.finditer(left.rest)):
        yield Item(Sort.NUMBER, readings(match[0]), *left.cut(*match.span()))
    for day in list(named_days(left.rest)):
        yield Item(Sort.DAY, day.readings, *left.cut(day.start, day.end))


def _counted(left: _Text) -> Iterator[Item]:
    """Amounts, shares and spans of time."""
    for amount in list(amounts(left.rest)):
        currencies = (*map(str.lower, amount.currencies), "*")
        found = {f"{n} {c}" for n in readings(amount.written) for c in currencies}
        yield Item(Sort.AMOUNT, frozenset(found), *left.cut(amount.start, amount.end))
    for match in list(_forms().share.finditer(left.rest)):
        unit = match["unit"] if (match["unit"] or "") in {"折", "割", "成"} else "%"
        found = {f"{n}{unit}" for n in readings(match["n"] or match["p"])}
        yield Item(Sort.PERCENT, frozenset(found), *left.cut(*match.span()))
    for match in list(_forms().span.finditer(left.rest)):
        unit = next(name for name in vocabulary().units if match[name])
        place = left.cut(*match.span())
        for number in filter(None, (match["low"], match["n"])):
            yield Item(Sort.SPAN, frozenset(f"{n} {unit}" for n in readings(number)), *place)


class Known:
    """What a reply may say: the facts, and what the approved texts say."""

    def __init__(self, facts: Mapping[str, Fact], approved: Iterable[str]) -> None:
        self._readings: dict[Sort, set[str]] = {sort: set() for sort in Sort}
        for name, fact in facts.items():
            self._learn(fact.value)
            if _MONEY_FACT.search(name):
                currency = facts.get("order.currency")
                self._learn_amount(fact.value, currency.value.lower() if currency else "*")
        for text in approved:
            self._learn(text)

    def unknown_in(self, text: str) -> Iterator[Item]:
        """What only ``text`` says."""
        return (item for item in items(text) if not item.readings & self._readings[item.sort])

    def _learn(self, text: str) -> None:
        for item in items(text):
            if item.sort is Sort.DATE:
                item = replace(item, readings=item.readings | {day[-5:] for day in item.readings})  # noqa: PLW2901
            elif item.sort is Sort.AMOUNT:
                known = {reading for reading in item.readings if not reading.endswith("*")}
                item = replace(item, readings=frozenset(known))  # noqa: PLW2901
                self._readings[Sort.NUMBER] |= {reading.split(" ")[0] for reading in known}
            self._readings[item.sort] |= item.readings

    def _learn_amount(self, value: str, currency: str) -> None:
        if _BARE.fullmatch(value.strip()):
            self._readings[Sort.AMOUNT] |= {f"{n} {currency}" for n in readings(value.strip())}
