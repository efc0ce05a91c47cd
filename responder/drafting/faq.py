"""A seller's own answers, found by likeness of the question: character n-grams and BM25.

Characters rather than words, so that Chinese and Japanese need no dictionary and a typing
mistake costs little. Small, exact and offline: a shop has tens of answers, not millions.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SURE = 0.5  # of the question's weight must be met by the entry's own question …
AHEAD = 0.12  # … and this much more than by the next best, before it is quoted
LIKELY = 0.22  # enough to be shown as a suggestion
MOST = 3
_READ = 400  # characters of a question that are compared
_SIZES = (2, 3, 4)
_SATURATION = 1.2  # BM25's k1
_LENGTH = 0.5  # BM25's b


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One heading of a FAQ with what stands below it."""

    question: str
    answer: str
    language: str
    source: str  # the file and its heading
    also: tuple[str, ...] = ()  # other ways to ask it


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    entry: Entry
    score: float  # 0 to 1: how much of the buyer's question the entry speaks of
    is_sure: bool = False


class Faq:
    """The entries of one shop. ``find`` costs with their number; it changes nothing."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.all = tuple(entries)
        self._asked = [
            [_grams(text) for text in (entry.question, *entry.also)] for entry in self.all
        ]
        self._rarity = _rarity([grams for asked in self._asked for grams in asked])
        sizes = [sum(grams.values()) for asked in self._asked for grams in asked]
        self._usual = sum(sizes) / len(sizes) if sizes else 1.0

    def find(self, text: str, language: str) -> Sequence[Match]:
        """The likeliest entries for ``text``, best first; sure only in the buyer's language."""
        asked = _grams(text[:_READ])
        if not asked or not self.all:
            return ()
        scored = sorted(
            ((self._score(asked, known), -place) for place, known in enumerate(self._asked)),
            reverse=True,
        )
        likely = [(score, self.all[-place]) for score, place in scored if score >= LIKELY][:MOST]
        ahead = scored[0][0] - (scored[1][0] if len(scored) > 1 else 0.0)
        return tuple(
            Match(
                entry=entry,
                score=round(score, 3),
                is_sure=number == 0
                and score >= SURE
                and ahead >= AHEAD
                and _same(entry.language, language),
            )
            for number, (score, entry) in enumerate(likely)
        )

    def _score(self, asked: Mapping[str, int], known: Sequence[Mapping[str, int]]) -> float:
        return max((self._likeness(asked, one) for one in known), default=0.0)

    def _likeness(self, asked: Mapping[str, int], known: Mapping[str, int]) -> float:
        """BM25 of one phrasing, as a share of what the question would score against itself.

        The geometric mean of both directions: a short question inside of a long message, or a
        single shared word of a long heading, is no match.
        """
        forward = self._covered(asked, known)
        return math.sqrt(forward * self._covered(known, asked)) if forward else 0.0

    def _covered(self, asked: Mapping[str, int], known: Mapping[str, int]) -> float:
        length = 1 - _LENGTH + _LENGTH * sum(known.values()) / self._usual
        total = met = 0.0
        for gram in asked:
            weight = self._rarity.get(gram, _NEVER_SEEN)
            total += weight
            count = known.get(gram, 0)
            if count:
                met += weight * min(count * (_SATURATION + 1) / (count + _SATURATION * length), 1.0)
        return met / total if total else 0.0


_NEVER_SEEN = 1.0  # the weight of what no entry says: small talk must not drown the question


def _rarity(asked: Sequence[Mapping[str, int]]) -> Mapping[str, float]:
    seen = Counter(gram for grams in asked for gram in grams)
    count = len(asked)
    return {gram: math.log(1 + (count - n + 0.5) / (n + 0.5)) + 0.1 for gram, n in seen.items()}


def _grams(text: str) -> Counter[str]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(one if one.isalnum() else " " for one in folded).split()
    line = f" {' '.join(words)} " if words else ""
    return Counter(
        gram
        for size in _SIZES
        for at in range(len(line) - size + 1)
        if (gram := line[at : at + size]).strip() == gram or size > min(_SIZES)
    )


def _same(one: str, other: str) -> bool:
    return one.partition("-")[0] == other.partition("-")[0]
