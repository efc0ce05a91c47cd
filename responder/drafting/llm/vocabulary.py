"""``vocabulary.toml``, read and compiled once, when the first reply is checked."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

_SEPARATOR = re.compile(r"[|\s]+")


class Claim(StrEnum):
    """Something said to have happened to the order."""

    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    DELIVERED = "delivered"
    SHIPPED = "shipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Words of all our languages. They are looked for in every text, whatever its language is."""

    promise: re.Pattern[str]
    grave: re.Pattern[str]  # a person must answer
    to_a_machine: re.Pattern[str]  # the buyer speaks to a machine
    claims: Mapping[Claim, re.Pattern[str]]
    topics: Mapping[str, re.Pattern[str]]
    percent: str
    units: Mapping[str, str]
    relative_days: tuple[str, ...]
    next_days: str
    courtesy: Mapping[str, frozenset[str]]  # by language: words, or phrases where there are none


@cache
def vocabulary() -> Vocabulary:
    path = files("responder.drafting.llm") / "vocabulary.toml"
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    parts: Mapping[str, str] = raw["parts"]
    return Vocabulary(
        promise=_compiled(raw["promise"], parts),
        grave=_compiled(raw["grave"], parts),
        to_a_machine=_compiled(raw["to_a_machine"], parts),
        claims={claim: _compiled(raw["claims"][claim], parts) for claim in Claim},
        topics={name: _compiled(found, parts) for name, found in raw["topics"].items()},
        percent=raw["percent"],
        units=raw["units"],
        relative_days=tuple(raw["days"]["relative"]),
        next_days=raw["days"]["next"],
        courtesy={
            language: frozenset(filter(None, _SEPARATOR.split(words)))
            for language, words in raw["courtesy"].items()
        },
    )


def _compiled(patterns: Iterable[str], parts: Mapping[str, str]) -> re.Pattern[str]:
    text = "|".join(patterns)
    for name, part in parts.items():
        text = text.replace(f"{{{name}}}", part)
    return re.compile(text, re.IGNORECASE)
