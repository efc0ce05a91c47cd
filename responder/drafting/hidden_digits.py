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
    "two zwei zwo deux dos due dois twee er に ニ にい ニイ",
    "three drei trois tres tre três drie san さん サン",
    "four vier quatre cuatro quattro quatro si よん ヨン し",
    "five fünf fuenf cinq cinco cinque vijf wu ご ゴ ごー ゴー",
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
    hundred hundert cent cien ciento cento
"""
_WORDS = {word: str(digit) for digit, words in enumerate(_UNITS) for word in words.split()}
_TWICE = ("double", "doppel", "doppelt", "triple", "dreifach")
_WORDS |= dict.fromkeys(_MORE.split(), "00") | dict.fromkeys(_TWICE, "0")  # only how many
# As one word: fünfundzwanzig, ventuno.
_ONES = "ein zwei drei vier fünf sechs sieben acht neun", "uno due tre quattro cinque sei sette"
_TENS = (
    "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
)
_WORDS |= {f"{one}und{ten}": "00" for one in _ONES[0].split() for ten in _TENS[0].split()}
_WORDS |= {
    (ten[:-1] if one in {"uno", "otto"} else ten) + one: "00"
    for one in (*_ONES[1].split(), "otto", "nove")
    for ten in _TENS[1].split()
}
_KANA = [word for word in _WORDS if word[0] >= "\u3040"]
# What may stand between two of them and says nothing.
_BETWEEN = frozenset({"and", "und", "et", "y", "e", "then", "dann", "puis", "luego", "poi", "plus"})


def _one_of(words: list[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_LETTERS = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_LINK = re.compile(r"[\s,.;:|/()–—-]{0,4}")
_MOST_BETWEEN = 20  # words of a number that is spelled out
_IN_KANA = re.compile(rf"(?:(?:{_one_of(_KANA)})[ 、・,.のー-]{{0,3}}){{{FEWEST},20}}")
_LIKE_KANA = re.compile(rf"[{''.join(sorted(set(''.join(_KANA))))} 、・,.のー-]{{{FEWEST},160}}")
_KANA_WORD = re.compile(_one_of(_KANA))
# Digits as they are read out on the telephone (洞幺两拐勾), beside the plain and the formal ones.
_SPOKEN = dict(zip("洞幺么要两拐勾", "0111279", strict=True))
_HAN = dict(zip("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖", "00123456789123456789", strict=True))
_HAN_DIGITS = str.maketrans(_HAN | _SPOKEN)
_SAID = f"[{''.join(_HAN | _SPOKEN)}\\d]"
_IN_HAN = re.compile(rf"{_SAID}(?:[\s,，、.。·-]{{0,2}}{_SAID}){{{FEWEST - 1},{_MOST}}}")
_DIGIT = re.compile(r"\d")
_RUN = re.compile(rf"\d(?:[^\w\n]{{0,3}}\d){{{FEWEST - 1},{_MOST}}}")
_ONE_BY_ONE = re.compile(rf"(?<![\d.,])\d(?:[^\w%€$£¥]{{1,4}}\d){{{FEWEST - 1},{_MOST}}}(?![\d])")
_ODD = r"(?: ?(?:\.{2,6}|…|[^\w\s.,:;/*×+\-()%€$£¥'–—，。、：；（）]{1,3}) ?|[ ]?\n[ ]?)"
_GROUPS = re.compile(rf"(?<![\w.,-])\d{{2,5}}(?:{_ODD}\d{{1,5}}){{2,6}}(?![\w])")
_LETTERED = re.compile(r"(?<![a-z0-9])[0-9olisz](?:[ .()/-]{0,2}[0-9olisz]){8,17}(?![a-z0-9])")
_LIKE_A_DIGIT = re.compile(r"(?<=\d)[olisz]{1,2}(?=\d)|(?<![a-z0-9])[ol]{1,2}(?=\d)|(?<=\d)oo")
_LEAST_LETTERED = 6  # digits of a number some of whose digits are letters


def hidden(text: str, original: str, origins: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """Where in ``text`` (the plain form of ``original``) a hidden number stands, and its digits."""
    found = [*_strange(text, original, origins), *_spelled(text)]
    if len(_DIGIT.findall(text)) >= _LEAST_LETTERED:
        found.extend(
            (*match.span(), "".join(filter(str.isdecimal, match[0])))
            for match in (*_ONE_BY_ONE.finditer(text), *_GROUPS.finditer(text))
        )
        found.extend(_lettered(text))
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


def _lettered(text: str) -> Iterator[tuple[int, int, str]]:
    """Numbers some of whose digits are letters that look alike: 1-8OO-555-O199."""
    for match in _LETTERED.finditer(text):
        parts = _TOKEN.findall(match[0])
        digits = sum(map(str.isdecimal, match[0]))
        letters = sum(map(str.isalpha, match[0]))
        alike = sum(map(len, _LIKE_A_DIGIT.findall(match[0])))
        if parts and digits >= _LEAST_LETTERED and letters == alike > 1:
            yield (*match.span(), "".join(parts))


def _spelled(text: str) -> Iterator[tuple[int, int, str]]:
    """Numbers that are spelled out, in words, in kana or as they are said on the telephone."""
    named = [at for at, word in enumerate(_LETTERS.findall(text)) if word in _WORDS]
    rows = zip(named, named[_FEWEST_WORDS - 1 :], strict=False)
    if any(last - first < _FEWEST_WORDS * 2 for first, last in rows):
        yield from _in_words(text)
    if text.isascii():
        return
    for near in _LIKE_KANA.finditer(text):
        for match in _IN_KANA.finditer(near[0]):
            said = "".join(_WORDS[word] for word in _KANA_WORD.findall(match[0]))
            yield near.start() + match.start(), near.start() + match.end(), said
    for match in _IN_HAN.finditer(text):
        if any(sign in _SPOKEN for sign in match[0]):
            said = match[0].translate(_HAN_DIGITS)
            yield (*match.span(), "".join(filter(str.isdecimal, said)))


def _in_words(text: str) -> Iterator[tuple[int, int, str]]:
    run: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text):
        said = token[0]
        if run and (
            len(run) > _MOST_BETWEEN or not _LINK.fullmatch(text, run[-1].end(), token.start())
        ):
            yield from _of_run(run)
            run = []
        if said in _WORDS or (run and (said in _BETWEEN or (said.isdecimal() and len(said) < 5))):
            run.append(token)
        elif run:
            yield from _of_run(run)
            run = []
    yield from _of_run(run)


def _of_run(run: list[re.Match[str]]) -> Iterator[tuple[int, int, str]]:
    """The number that ``run`` spells, if enough of it is words."""
    while run and run[-1][0] in _BETWEEN:
        run.pop()
    if sum(token[0] in _WORDS for token in run) >= _FEWEST_WORDS:
        said = "".join(_WORDS.get(token[0], token[0]) for token in run)
        yield run[0].start(), run[-1].end(), "".join(filter(str.isdecimal, said))


def _is_a_number(said: str) -> bool:
    """Whether this can be a number at all, and is not "1, 2, 3, 4, 5, 6, 7"."""
    steps = {ord(later) - ord(earlier) for earlier, later in pairwise(said)}
    return FEWEST <= len(said) <= _MOST and not (len(steps) == 1 and steps <= {0, 1, -1})
