"""Dates as people write them in the languages that we know: each to the day that it names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from babel.dates import get_day_names, get_month_names

from responder.drafting.llm.vocabulary import vocabulary

_LOCALES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "ar")


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a text names: ``MM-DD``, and with its year where one stands beside it."""

    start: int
    end: int
    readings: frozenset[str]


@cache
def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for locale in _LOCALES:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                names = get_month_names(width, context=context, locale=locale)
                for number, name in names.items():
                    found.setdefault(name.lower().strip("."), number)
    return found


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    month = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    before, after = r"(?<![a-z0-9.-])", r"(?![a-z0-9-])"
    return (
        re.compile(
            r"(?<!\d)(?P<y>\d{4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日号號일]?"
        ),
        re.compile(r"(?<!\d)(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日号號일]?"),
        re.compile(rf"{before}(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){after}"),
        re.compile(
            rf"{before}(?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})[-/.](?P<y>\d{{4}}|\d{{2}}){after}"
        ),
        re.compile(rf"{before}(?P<a>\d{{1,2}})(?:/(?P<b>\d{{1,2}})|\.(?P<c>\d{{1,2}})\.){after}"),
        re.compile(
            rf"{before}(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.|º|°)?\s?(?:of |de |d[iu] )?"
            rf"(?P<name>{month})(?![^\W\d_])\.?(?:,? (?:de |del )?(?P<y>\d{{4}}))?{after}"
        ),
        re.compile(
            rf"(?<![^\W\d_])(?P<name>{month})\.? (?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?"
            rf"(?:,? (?P<y>\d{{4}}))?{after}"
        ),
    )


@cache
def _vague() -> re.Pattern[str]:
    given = vocabulary()
    wide = "|".join(word for word in given.relative_days if ord(word[0]) > 0x3000)
    names = {
        name.lower()
        for locale in _LOCALES
        for name in get_day_names("wide", context="stand-alone", locale=locale).values()
    }
    words = "|".join(
        sorted(map(re.escape, names | set(given.relative_days)), key=len, reverse=True)
    )
    han = r"(?:这|本)?(?:周|星期|礼拜)[一二三四五六日天]|[月火水木金土日]曜日?|[월화수목금토일]요일"
    latin = rf"(?<![^\W\d_])(?:{words})s?(?![^\W\d_])"
    return re.compile(rf"{latin}|{wide}|{han}|{given.next_days}")


def days(text: str) -> Iterator[Day]:
    """The dates in ``text`` (lower case), and the days that are named without one ("monday")."""
    taken: list[tuple[int, int]] = []
    for form in _forms():
        for match in form.finditer(text):
            found = frozenset(_readings(match))
            overlaps = any(start < match.end() and match.start() < end for start, end in taken)
            if found and not overlaps:
                taken.append(match.span())
                yield Day(*match.span(), found)


def named_days(text: str) -> Iterator[Day]:
    """Days that are named without a date: "monday", "tomorrow", "next week"."""
    for match in _vague().finditer(text):
        yield Day(*match.span(), frozenset({match[0]}))


def _readings(match: re.Match[str]) -> Iterator[str]:
    parts = match.groupdict()
    year = parts.get("y") or ""
    full = f"20{year}" if len(year) == 2 else year
    if parts.get("name"):
        pairs = [(str(_months()[parts["name"]]), parts["d"])]
    elif parts.get("m"):
        pairs = [(parts["m"], parts["d"])]
    else:
        first, second = parts["a"], parts.get("b") or parts["c"]
        pairs = [(first, second), (second, first)]
    for month, day in pairs:
        if 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
            short = f"{int(month):02d}-{int(day):02d}"
            yield f"{full}-{short}" if full else short
