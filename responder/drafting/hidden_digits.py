"""Numbers that somebody took care to hide: nobody does so with an order's.

A number is hidden where its digits come in unusual signs (④⑨, 4️⃣9️⃣), are spelled out, are mixed
with letters that look like digits, stand one by one, or in groups that no writer of numbers makes.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

FEWEST = 7  # digits of a number that reaches somebody
_MOST = 18
_FEWEST_WORDS = 4  # of a number that is spelled out; the rest may be digits

_STRANGE = re.compile(
    "[\u00b2\u00b3\u00b9\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u2070-\u2079\u2080-\u2089\u20e3"
    "\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\U0001d7ce-\U0001d7ff]"
)
_UNITS = (
    "zero oh nought null zéro cero nul um ling ゼロ ぜろ れい レイ まる",
    "one eins un uno een yi yao いち イチ",
    "two zwei zwo deux dos due dois twee er に ニ",
    "three drei trois tres tre três drie san さん サン",
    "four vier quatre cuatro quattro quatro si よん ヨン し",
    "five fünf fuenf cinq cinco cinque vijf wu ご ゴ",
    "six sechs seis sei zes liu ろく ロク",
    "seven sieben sept siete sette sete zeven qi なな ナナ しち",
    "eight acht huit ocho otto oito ba はち ハチ",
    "nine neun neuf nueve nove negen jiu きゅう キュウ",
)
_MORE = """
    ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty
    thirty forty fifty sixty seventy eighty ninety zehn elf zwölf zwanzig dreißig vierzig
    fünfzig sechzig siebzig achtzig neunzig dix onze douze treize quatorze quinze seize
    vingt trente quarante cinquante soixante diez once doce trece catorce veinte treinta
    cuarenta cincuenta sesenta setenta ochenta noventa dieci undici dodici tredici venti
    trenta quaranta cinquanta sessanta settanta ottanta novanta
"""
_WORDS = {word: str(digit) for digit, words in enumerate(_UNITS) for word in words.split()}
_TWICE = ("double", "doppel")
_WORDS |= dict.fromkeys(_MORE.split(), "00") | dict.fromkeys(_TWICE, "0")  # only how many
_KANA = [word for word in _WORDS if word[0] >= "\u3040"]
_LATIN = [word for word in _WORDS if word[0] < "\u3040" and word not in _TWICE]


def _one_of(words: list[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_LINK = r"[\s,.;:|/–—-]{1,3}(?:(?:and|und|et|y|e|double|doppel) )?"
_SPELLED = re.compile(
    rf"\b(?:{_one_of(_LATIN)})\b(?:{_LINK}(?:{_one_of(_LATIN)}|\d{{1,2}})\b){{4,20}}"
    rf"|(?:(?:{_one_of(_KANA)})[ 、・,.の-]{{0,3}}){{{FEWEST},20}}"
)
_LETTERS = re.compile(r"[^\W\d_]+")
_KANA_SEEN = re.compile("[\u3041-\u30fa]")
_PART = re.compile(rf"{_one_of([*_TWICE, *_LATIN])}|{_one_of(_KANA)}|\d")
_RUN = re.compile(rf"\d(?:[^\w\n]{{0,3}}\d){{{FEWEST - 1},{_MOST}}}")
_ONE_BY_ONE = re.compile(rf"(?<![\d.,])\d(?:[^\w%€$£¥]{{1,4}}\d){{{FEWEST - 1},{_MOST}}}(?![\d])")
_ODD = r"(?: ?(?:\.{2,6}|…|[^\w\s.,:;/*×+\-()%€$£¥'–—，。、：；（）]{1,3}) ?|[ ]?\n[ ]?)"
_GROUPS = re.compile(rf"(?<![\w.,-])\d{{2,5}}(?:{_ODD}\d{{1,5}}){{2,6}}(?![\w])")
_LETTERED = re.compile(r"(?<![a-z0-9])[0-9olisz]{9,16}(?![a-z0-9])")
_INSIDE = re.compile(r"(?<=\d)[olisz]{1,2}(?=\d)")
_LEAST_LETTERED = 6  # digits of a number some of whose digits are letters


def hidden(text: str, original: str, origins: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """Where in ``text`` (the plain form of ``original``) a hidden number stands, and its digits."""
    found = [*_strange(text, original, origins), *_spelled(text)]
    found.extend(
        (*match.span(), "".join(filter(str.isdecimal, match[0])))
        for match in (*_ONE_BY_ONE.finditer(text), *_GROUPS.finditer(text))
    )
    for match in _LETTERED.finditer(text):
        digits = sum(map(str.isdecimal, match[0]))
        if digits >= _LEAST_LETTERED and len(_INSIDE.findall(match[0])) > 1:
            found.append((*match.span(), match[0]))
    return ((start, end, said) for start, end, said in sorted(found) if _is_a_number(said))


def _strange(text: str, original: str, origins: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """Runs of digits most of which are written in signs that nobody writes a number in."""
    if not _STRANGE.search(original):
        return
    for match in _RUN.finditer(text):
        places = [place for place in range(*match.span()) if text[place].isdecimal()]
        strange = sum(_is_strange(original, origins[place]) for place in places)
        if strange * 2 > len(places):
            yield (*match.span(), "".join(text[place] for place in places))


def _is_strange(original: str, at: int) -> bool:
    return bool(_STRANGE.match(original[at]) or "\u20e3" in original[at + 1 : at + 3])


def _spelled(text: str) -> Iterator[tuple[int, int, str]]:
    if not _KANA_SEEN.search(text):
        named = sum(word in _WORDS for word in _LETTERS.findall(text))
        if named < _FEWEST_WORDS:
            return
    for match in _SPELLED.finditer(text):
        parts = _PART.findall(match[0])
        if sum(not part.isdecimal() for part in parts) >= _FEWEST_WORDS:
            yield (*match.span(), "".join(_WORDS.get(part, part) for part in parts))


def _is_a_number(said: str) -> bool:
    """Whether this can be a number at all, and is not "1, 2, 3, 4, 5, 6, 7"."""
    steps = {ord(later) - ord(earlier) for earlier, later in pairwise(said)}
    return FEWEST <= len(said) <= _MOST and not (len(steps) == 1 and steps <= {0, 1, -1})
