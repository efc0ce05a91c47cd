"""Sees through the ways in which a text hides a contact: width, invisible marks, spaces, digits."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from responder.drafting.folding import folded, is_plain
from responder.drafting.hidden_digits import hidden
from responder.drafting.scripts import TRADITIONAL_TO_SIMPLIFIED
from responder.drafting.sounds import meant

# Han digits, formal and plain, and 幺 as it is read out on the telephone.
_DIGITS = str.maketrans("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺", "001234567891234567891")
_HAN_DIGIT = re.compile(f"[{''.join(map(chr, _DIGITS))}]")
# Commas only as in 138，0013，8000 and 1，3，8: "38, 39, 40" are sizes.
# The digit before the gap is part of a match: the engine looks for digits first, and quickly.
_BETWEEN_DIGITS = re.compile(
    r"\d(?:[ \t\n‐‑–—.·•_/\\()\[\]*+|~ー-]{1,3}(?=\d)"
    r"|(?<=\d{3})(?:[,，、][ \t]?|の)(?=\d{3})|(?<=(?<!\d)\d)[,，、][ \t]?(?=\d(?!\d)))"
)
_DIGIT = re.compile(r"\d")
_SIGNS = re.compile(r"[\W_]")
# Pictures that are read as words: 去🐟上, 小🍠, 威♥, 🧧.
_PICTURES = {
    **dict.fromkeys("⭐🌟★☆✨", "星"), **dict.fromkeys("❤♥💗💚🧡💛💙💜♡", "心"),
    "🐟": "鱼", "🍠": "薯", "🐧": "企鹅号", "📱": "手机", "☎": "电话", "📞": "电话",
    "🧧": "红包", "➕": "加", "💰": "钱", "🎵": "音", "👶": "音", "🛰": "卫星",
}  # fmt: skip
_READ_AS = str.maketrans(_PICTURES)
_PICTURED = re.compile(f"[{''.join(_PICTURES)}]")
_FEWEST_DIGITS = 5  # no contact is shorter
# Letters of other alphabets, and digits, that are taken for Latin ones.
_LOOKS_LIKE = str.maketrans(
    "авсԁеһіјкмнорԛѕтуԝхγνορτυαιѵօսհոցզɑɡᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "abcdehijkmhopqstywxyvoptuaivouhngqagabcdefghijklmnoprstuvwyz",
)
_LETTERS = re.compile(r"[^\W\d_]{2,80}")
_LATIN = re.compile("[a-z]")
_OTHER_ALPHABET = re.compile(f"[{''.join(map(chr, _LOOKS_LIKE))}]")
_TRADITIONAL = re.compile(f"[{''.join(map(chr, TRADITIONAL_TO_SIMPLIFIED))}]")
_LATIN_BEYOND_ASCII = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
_ACCENTED = re.compile(
    "[{}]".format(
        "".join(
            sign
            for sign in map(chr, _LATIN_BEYOND_ASCII)
            if len(taken := unicodedata.normalize("NFD", sign)) > 1 and "a" <= taken[0] <= "z"
        )
    )
)
_LETTER_FOR = str.maketrans("0134578$", "oieastbs")
_IN_A_WORD = re.compile(
    r"[0134578$](?=[a-z])(?:(?<![0-9$][0134578$])(?=[a-z]{2})|(?<=[a-z][0134578$]))"
)
_ALONE = re.compile(r"[ .·•_*|/\\~+-][a-z0-9][ .·•_*|/\\~+-]{1,3}[a-z0-9](?![a-z0-9])")
_LETTER_BY_LETTER = re.compile(
    r"(?<![a-z0-9])[a-z0-9](?:[ .·•_*|/\\~+-]{1,3}[a-z0-9]){3,40}(?![a-z0-9])"
)


class _Later(Sequence[int]):
    """Places that are worked out when they are first asked for: most texts have nothing to show."""

    def __init__(self, find: Callable[[], Sequence[int]]) -> None:
        self._find = find

    @cached_property
    def _found(self) -> Sequence[int]:
        return self._find()

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[int]: ...
    def __getitem__(self, at: int | slice) -> int | Sequence[int]:
        return self._found[at]


@dataclass(frozen=True, slots=True)
class View:
    """A text as a rule reads it, and where each of its characters stands in the original."""

    text: str
    origins: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """``text[start:end]`` in the original; the end takes in what was dropped inside only."""
        return self.origins[start], self.origins[end - 1] + 1


def plain(text: str) -> View:
    """One width, lower case, digits as 0 to 9, without invisible marks."""
    lower = text.lower()
    if len(lower) == len(text) and is_plain(lower) and not _OTHER_ALPHABET.search(lower):
        return View(lower, range(len(text)))
    parts = folded(text)

    def origins() -> Sequence[int]:
        return [at for at, part in enumerate(parts) for _ in part]

    return View(_in_one_alphabet("".join(parts)), _Later(origins))


def _in_one_alphabet(text: str) -> str:
    """``text`` with Latin letters in the words that mix them with others that look alike."""
    if text.isascii() or not _OTHER_ALPHABET.search(text):
        return text
    return _LETTERS.sub(
        lambda word: word[0].translate(_LOOKS_LIKE) if _LATIN.search(word[0]) else word[0], text
    )


def tight(view: View) -> View:
    """``view`` simplified, without spaces and signs, homophones as what they mean.

    微 信, 薇芯 and v-x read as 微信, 微信 and vx.
    """
    text = view.text
    if not text.isascii() and _PICTURED.search(text):
        pairs = [(text[at].translate(_READ_AS), view.origins[at]) for at in range(len(text))]
        view = View(
            "".join(word for word, _ in pairs),
            [origin for word, origin in pairs for _ in word],
        )
        text = view.text
    if not text.isascii():
        text = _TRADITIONAL.sub(
            lambda sign: sign[0].translate(TRADITIONAL_TO_SIMPLIFIED), _without_accents(text)
        )
    return _as_meant(_without(_SIGNS, View(text, view.origins)))


def _as_meant(view: View) -> View:
    """``view`` with words for those that they sound like; each stands where all of it stood."""
    found = meant(view.text)
    if not found:
        return view
    parts: list[str] = []
    origins: list[int] = []
    done = 0
    for start, end, word in found:
        parts.extend((view.text[done:start], word))
        origins.extend(view.origins[done:start])
        last = view.origins[end - 1]
        origins.extend([view.origins[start], *[last] * (len(word) - 1)])
        done = end
    return View("".join((*parts, view.text[done:])), [*origins, *view.origins[done:]])


def digits(view: View) -> View:
    """``view`` with Han digits as digits, and nothing between the digits of one number."""
    text = view.text
    if not text.isascii():
        text = _HAN_DIGIT.sub(lambda sign: sign[0].translate(_DIGITS), text)
    found = View(text, view.origins)
    if len(_DIGIT.findall(text)) < _FEWEST_DIGITS:
        return found
    dropped = [
        place
        for gap in _BETWEEN_DIGITS.finditer(text)
        for place in range(gap.start() + 1, gap.end())
    ]
    return _dropping(dropped, found)


def bare(view: View) -> View:
    """``view`` without accents, look-alikes of letters and gaps between single letters.

    "W h 4 t s A p p", "Wеchat" with a Cyrillic letter and "1nstagram" read as what they mean.
    Empty where nothing reads differently: the plain reading has seen it.
    """
    text = view.text
    if not text.isascii():
        text = _OTHER_ALPHABET.sub(
            lambda sign: sign[0].translate(_LOOKS_LIKE), _without_accents(text)
        )
    text = _IN_A_WORD.sub(lambda match: match[0].translate(_LETTER_FOR), text)
    dropped = _gaps_in_words(text)
    if not dropped and text == view.text:
        return View("", ())
    found = View(text, view.origins)
    return _dropping(sorted(dropped), found)


def uncovered(text: str, view: View) -> View:
    """The digits of numbers that ``text`` hides, and nothing else; ``view`` is its plain form."""
    characters: list[str] = []
    origins: list[int] = []
    for start, end, said in hidden(view.text, text, view.origins):
        last = view.origins[end - 1]
        characters.extend((*said, " "))
        origins.extend([view.origins[start], *[last] * len(said)])
    return View("".join(characters), origins)


def _without(signs: re.Pattern[str], view: View) -> View:
    """``view`` without what ``signs`` match, each a single character."""

    def origins() -> Sequence[int]:
        return [view.origins[at] for at, sign in enumerate(view.text) if not signs.match(sign)]

    return View(signs.sub("", view.text), _Later(origins))


def _dropping(places: Sequence[int], view: View) -> View:
    """``view`` without the characters at ``places``, which are in order."""
    if not places:
        return view
    starts = [0, *(place + 1 for place in places)]
    kept = [*zip(starts, [*places, len(view.text)], strict=True)]

    def origins() -> Sequence[int]:
        return [view.origins[at] for start, end in kept for at in range(start, end)]

    return View("".join(view.text[start:end] for start, end in kept), _Later(origins))


def _gaps_in_words(text: str) -> set[int]:
    """Where something stands between the letters of words that are spelled letter by letter."""
    found: set[int] = set()
    if not _ALONE.search(text):
        return found
    for match in _LETTER_BY_LETTER.finditer(text):
        places = range(*match.span())
        if sum(text[place].isalpha() for place in places) > len(places) // 4:
            found.update(place for place in places if text[place] in " ·•_*|/\\~+-")
            found.update(_dots_between_letters(match[0], match.start()))
    return found


def _without_accents(text: str) -> str:
    """``text`` with the letters that stand under accents."""
    return _ACCENTED.sub(lambda sign: unicodedata.normalize("NFD", sign[0])[0], text)


def _dots_between_letters(spelled: str, start: int) -> Iterable[int]:
    """Where the dots of "t.e.l.e" stand; that of "l a m p . c o m" is meant."""
    if ". " in spelled or " ." in spelled:
        return ()
    return (start + at for at, character in enumerate(spelled) if character == ".")
