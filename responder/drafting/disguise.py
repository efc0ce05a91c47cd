"""Sees through the ways in which a text hides a contact: width, invisible marks, spacing, digits."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from responder.drafting.scripts import TRADITIONAL_TO_SIMPLIFIED

# Han digits, formal and plain, and 幺 as it is read out on the telephone.
_DIGITS = str.maketrans("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺", "001234567891234567891")
_BETWEEN_DIGITS = frozenset(" \t\n-‐‑–—.·•_/\\()[]*+|,，、~")


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
    if text.isascii():
        return View(text.lower(), range(len(text)))
    characters: list[str] = []
    origins: list[int] = []
    for index, original in enumerate(text):
        if original.isascii():
            characters.append(original.lower())
            origins.append(index)
        elif not _is_invisible(original):
            folded = unicodedata.normalize("NFKC", original).lower()
            characters.extend(folded)
            origins.extend([index] * len(folded))
    return View("".join(characters), origins)


def tight(view: View) -> View:
    """``view`` simplified, without spaces and signs: 微 信 and v-x read as 微信 and vx."""
    return _only(View(view.text.translate(TRADITIONAL_TO_SIMPLIFIED), view.origins), str.isalnum)


def digits(view: View) -> View:
    """``view`` with Han digits as digits, and nothing between the digits of one number."""
    text = view.text.translate(_DIGITS)
    kept = [
        index
        for index, character in enumerate(text)
        if character not in _BETWEEN_DIGITS or not _inside_number(text, index)
    ]
    return View("".join(text[index] for index in kept), [view.origins[index] for index in kept])


def _inside_number(text: str, index: int) -> bool:
    """Whether only signs stand between ``index`` and a digit on either side, at most two of them."""
    before = text[max(0, index - 2) : index]
    after = text[index + 1 : index + 3]
    left = next((c for c in reversed(before) if c not in _BETWEEN_DIGITS), "")
    right = next((c for c in after if c not in _BETWEEN_DIGITS), "")
    return left.isdecimal() and right.isdecimal()


def _only(view: View, wanted: Callable[[str], bool]) -> View:
    kept = [index for index, character in enumerate(view.text) if wanted(character)]
    return View(
        "".join(view.text[index] for index in kept), [view.origins[index] for index in kept]
    )


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"
