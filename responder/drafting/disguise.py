"""Sees through the ways in which a text hides a contact: width, invisible marks, spaces, digits."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from responder.drafting.hidden_digits import hidden
from responder.drafting.scripts import TRADITIONAL_TO_SIMPLIFIED
from responder.drafting.sounds import meant

# Han digits, formal and plain, and 幺 as it is read out on the telephone.
_DIGITS = str.maketrans("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺", "001234567891234567891")
# Commas only as in 138，0013，8000 and 1，3，8: "38, 39, 40" are sizes.
_BETWEEN_DIGITS = re.compile(
    r"(?<=\d)(?:[ \t\n‐‑–—.·•_/\\()\[\]*+|~-]{1,3}(?=\d)"
    r"|(?<=\d{3})(?:[,，、][ \t]?|の)(?=\d{3})|(?<=(?<!\d)\d)[,，、][ \t]?(?=\d(?!\d)))"
)
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
_LOOKS_LIKE = str.maketrans("авсԁеһіјкмнорԛѕтуԝхγνορτυαιѵ", "abcdehijkmhopqstywxyvoptuaiv")
_LETTER_FOR = str.maketrans("0134578$", "oieastbs")
_IN_A_WORD = re.compile(r"(?<![0-9$])[0134578$](?=[a-z]{2})|(?<=[a-z])[0134578$](?=[a-z])")
_LETTER_BY_LETTER = re.compile(
    r"(?<![a-z0-9])[a-z0-9](?:[ .·•_*|/\\~+-]{1,3}[a-z0-9]){3,40}(?![a-z0-9])"
)
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u20e3\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
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
    """``view`` simplified, without spaces and signs, homophones as what they mean.

    微 信, 薇芯 and v-x read as 微信, 微信 and vx.
    """
    text = view.text
    if _PICTURED.search(text):
        pairs = [(text[at].translate(_READ_AS), view.origins[at]) for at in range(len(text))]
        view = View(
            "".join(word for word, _ in pairs),
            [origin for word, origin in pairs for _ in word],
        )
        text = view.text
    text = _without_accents(text.translate(TRADITIONAL_TO_SIMPLIFIED))
    kept = [index for index, character in enumerate(text) if character.isalnum()]
    return _as_meant(_only(View(text, view.origins), kept))


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
    text = view.text.translate(_DIGITS)
    found = View(text, view.origins)
    if sum(map(str.isdecimal, text)) < _FEWEST_DIGITS:
        return found
    dropped = {place for gap in _BETWEEN_DIGITS.finditer(text) for place in range(*gap.span())}
    if not dropped:
        return found
    return _only(found, [index for index in range(len(text)) if index not in dropped])


def bare(view: View) -> View:
    """``view`` without accents, look-alikes of letters and gaps between single letters.

    "W h 4 t s A p p", "Wеchat" with a Cyrillic letter and "1nstagram" read as what they mean.
    Empty where nothing reads differently: the plain reading has seen it.
    """
    text = view.text
    if not text.isascii():
        text = _without_accents(text).translate(_LOOKS_LIKE)
    text = _IN_A_WORD.sub(lambda match: match[0].translate(_LETTER_FOR), text)
    dropped = _gaps_in_words(text)
    if not dropped and text == view.text:
        return View("", ())
    found = View(text, view.origins)
    return _only(found, [at for at in range(len(text)) if at not in dropped]) if dropped else found


def uncovered(text: str, view: View) -> View:
    """The digits of numbers that ``text`` hides, and nothing else; ``view`` is its plain form."""
    characters: list[str] = []
    origins: list[int] = []
    for start, end, said in hidden(view.text, text, view.origins):
        last = view.origins[end - 1]
        characters.extend((*said, " "))
        origins.extend([view.origins[start], *[last] * len(said)])
    return View("".join(characters), origins)


def _only(view: View, kept: Iterable[int]) -> View:
    pairs = [(view.text[index], view.origins[index]) for index in kept]
    return View("".join(pair[0] for pair in pairs), [pair[1] for pair in pairs])


def _gaps_in_words(text: str) -> set[int]:
    """Where something stands between the letters of words that are spelled letter by letter."""
    found: set[int] = set()
    for match in _LETTER_BY_LETTER.finditer(text):
        places = range(*match.span())
        if sum(text[place].isalpha() for place in places) > len(places) // 4:
            found.update(place for place in places if text[place] in " ·•_*|/\\~+-")
            found.update(_dots_between_letters(match[0], match.start()))
    return found


def _without_accents(text: str) -> str:
    return text if text.isascii() else "".join(map(_base_letter, text))


@lru_cache(4_096)
def _base_letter(character: str) -> str:
    """The letter under an accent; what is no letter with an accent stays."""
    taken = unicodedata.normalize("NFD", character)
    return taken[0] if len(taken) > 1 and "a" <= taken[0] <= "z" else character


def _dots_between_letters(spelled: str, start: int) -> Iterable[int]:
    """Where the dots of "t.e.l.e" stand; that of "l a m p . c o m" is meant."""
    if ". " in spelled or " ." in spelled:
        return ()
    return (start + at for at, character in enumerate(spelled) if character == ".")


def _is_plain(lower: str) -> bool:
    return lower.isascii() or (
        unicodedata.is_normalized("NFKC", lower) and not _INVISIBLE.search(lower)
    )
