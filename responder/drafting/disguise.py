"""Sees through the ways in which a text hides a contact: width, invisible marks, spaces, digits."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from responder.drafting.scripts import TRADITIONAL_TO_SIMPLIFIED

# Han digits, formal and plain, and 幺 as it is read out on the telephone.
_DIGITS = str.maketrans("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺", "001234567891234567891")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ \t\n‐‑–—.·•_/\\()\[\]*+|,，、~-]{1,3}(?=\d)")
_FEWEST_DIGITS = 5  # no contact is shorter
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True, slots=True)
class View:
    """A text as a rule reads it, and where each of its characters stands in the original."""

    text: str
    origins: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """``text[start:end]`` in the original; the end takes in what was dropped inside only."""
        return self.origins[start], self.origins[end - 1] + 1


def plain(text: str) -> View:
    """One width, lower case, without invisible marks."""
    lower = text.lower()
    if len(lower) == len(text) and _is_plain(lower):
        return View(lower, range(len(text)))
    characters: list[str] = []
    origins: list[int] = []
    for index, original in enumerate(text):
        if not _INVISIBLE.match(original):
            folded = unicodedata.normalize("NFKC", original).lower()
            characters.extend(folded)
            origins.extend([index] * len(folded))
    return View("".join(characters), origins)


def tight(view: View) -> View:
    """``view`` simplified, without spaces and signs: 微 信 and v-x read as 微信 and vx."""
    text = view.text.translate(TRADITIONAL_TO_SIMPLIFIED)
    kept = [index for index, character in enumerate(text) if character.isalnum()]
    return _only(View(text, view.origins), kept)


def digits(view: View) -> View:
    """``view`` with Han digits as digits, and nothing between the digits of one number."""
    text = view.text.translate(_DIGITS)
    found = View(text, view.origins)
    if sum(map(str.isdecimal, text)) < _FEWEST_DIGITS:
        return found
    dropped = {place for gap in _BETWEEN_DIGITS.finditer(text) for place in range(*gap.span())}
    if not dropped:
        return found
    return _only(found, [index for index in range(len(text)) if index not in dropped])


def _only(view: View, kept: Iterable[int]) -> View:
    pairs = [(view.text[index], view.origins[index]) for index in kept]
    return View("".join(pair[0] for pair in pairs), [pair[1] for pair in pairs])


def _is_plain(lower: str) -> bool:
    return lower.isascii() or (
        unicodedata.is_normalized("NFKC", lower) and not _INVISIBLE.search(lower)
    )
