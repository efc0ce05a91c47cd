"""The demo's buyers: who writes what, to which marketplace, when."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from connectors.feed import FeedEntry, read_feed

AMAZON_ORDER = re.compile(r"\d{3}-\d{7}-\d{7}")
AT_ONCE = 12  # messages that wait when the demo is first opened, as after a night
OLDEST = timedelta(hours=23, minutes=20)  # so that one of them is nearly late


@dataclass(frozen=True, slots=True)
class Letter:
    """A message and where it goes."""

    marketplace: str
    entry: FeedEntry


def read_letters(path: Path) -> list[Letter]:
    """A feed for both marketplaces. ``FeedError`` names the line and the field."""
    return [Letter(_marketplace(entry), entry) for entry in read_feed(path)]


def _marketplace(entry: FeedEntry) -> str:
    """By the form of the order id; without one, Chinese goes to Taobao."""
    if entry.order_id is not None:
        return "amazon" if AMAZON_ORDER.fullmatch(entry.order_id) else "taobao"
    return "taobao" if entry.language == "zh" or _chinese(entry.text) else "amazon"


def _chinese(text: str) -> bool:
    return any("一" <= character <= "鿿" for character in text)


def mixed(one: Sequence[Letter], other: Sequence[Letter]) -> list[Letter]:
    """Two feeds in turn, for as long as there are two."""
    pairs = [letter for pair in zip(one, other, strict=False) for letter in pair]
    longer = one if len(one) > len(other) else other
    return pairs + list(longer[min(len(one), len(other)) :])


def overnight(letters: Sequence[Letter], now: datetime) -> list[Letter]:
    """The first letters, written during the last day on Amazon and just now on Taobao."""
    amazon = [letter for letter in letters if letter.marketplace == "amazon"]
    step = OLDEST / max(len(amazon), 1)
    ages = {id(letter): OLDEST - step * place for place, letter in enumerate(amazon)}
    return [
        letter
        if letter.entry.at is not None
        else replace(letter, entry=_dated(letter.entry, now - ages.get(id(letter), timedelta(0))))
        for letter in letters
    ]


def _dated(entry: FeedEntry, at: datetime) -> FeedEntry:
    return entry.model_copy(update={"at": at})


def again(letters: Sequence[Letter], round_number: int) -> Iterator[Letter]:
    """The same letters from other buyers, so that the demo never falls silent."""
    for letter in letters:
        buyer = f"{letter.entry.buyer} {round_number + 1}" if round_number else letter.entry.buyer
        yield replace(letter, entry=letter.entry.model_copy(update={"buyer": buyer}))
