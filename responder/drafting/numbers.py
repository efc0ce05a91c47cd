"""Numbers as people write them: separators, words, Han numerals. Each has one or more readings."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

NUMBER = r"\d{1,15}(?:[.,'’  ]\d{1,3}){0,4}(?:[.,]\d{1,15})?"

# 2 to 90 and the big ones, as they stand before a unit; "one" is an article in most languages.
_WORDS: tuple[tuple[int, str], ...] = (
    (1, "one eins eine einem einen un une uno una um uma één jeden bir"),
    (2, "two zwei deux dos due dois duas twee dwa dwie iki"),
    (3, "three drei trois tres tre três drie trzy üç"),
    (4, "four vier quatre cuatro quattro quatro cztery dört"),
    (5, "five fünf cinq cinco cinque vijf pięć beş"),
    (6, "six sechs seis sei zes sześć altı"),
    (7, "seven sieben sept siete sette sete zeven siedem yedi"),
    (8, "eight acht huit ocho otto oito osiem sekiz"),
    (9, "nine neun neuf nueve nove negen dziewięć dokuz"),
    (10, "ten zehn dix diez dieci dez tien dziesięć on"),
    (12, "twelve zwölf douze doce dodici doze twaalf dwanaście"),
    (14, "fourteen vierzehn quatorze catorce quattordici veertien czternaście"),
    (15, "fifteen fünfzehn quinze quince quindici vijftien piętnaście"),
    (20, "twenty zwanzig vingt veinte venti vinte twintig dwadzieścia yirmi"),
    (25, "fünfundzwanzig venticinque vijfentwintig"),
    (30, "thirty dreißig trente treinta trenta trinta dertig trzydzieści otuz"),
    (40, "forty vierzig quarante cuarenta quaranta quarenta veertig czterdzieści kırk"),
    (50, "fifty fünfzig cinquante cincuenta cinquanta cinquenta vijftig pięćdziesiąt elli"),
    (60, "sixty sechzig soixante sesenta sessanta sessenta zestig sześćdziesiąt altmış"),
    (70, "seventy siebzig setenta settanta zeventig siedemdziesiąt yetmiş"),
    (80, "eighty achtzig ochenta ottanta oitenta tachtig osiemdziesiąt seksen"),
    (90, "ninety neunzig noventa novanta negentig dziewięćdziesiąt doksan"),
    (100, "hundred hundert einhundert cent cien ciento cento cem honderd sto yüz"),
    (500, "fünfhundert quinientos cinquecento quinhentos vijfhonderd pięćset"),
    (1000, "thousand tausend eintausend mille mil duizend tysiąc bin"),
    (1000000, "million millionen millón milione milhão miljoen milion milyon"),
)
_VALUES = {word: value for value, words in _WORDS for word in words.split()}
# As one word: fünfundfünfzig, ventuno.
_GERMAN = (
    "ein zwei drei vier fünf sechs sieben acht neun",
    "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
)
_ITALIAN = (
    "uno due tre quattro cinque sei sette otto nove",
    "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
)
_VALUES |= {
    f"{one}und{ten}": count + _VALUES[ten]
    for count, one in enumerate(_GERMAN[0].split(), start=1)
    for ten in _GERMAN[1].split()
}
_VALUES |= {
    (ten[:-1] if one in {"uno", "otto"} else ten) + one: count + _VALUES[ten]
    for count, one in enumerate(_ITALIAN[0].split(), start=1)
    for ten in _ITALIAN[1].split()
}
_HUNDRED, _THOUSAND = 100, 1_000
_JOINS = frozenset({"a", "and", "et", "y", "e"})  # between the words of one number
_EIGHTY = "vingt"  # quatre-vingt
# Plain and formal numerals, as a cheque has them.
_HAN = dict(
    zip("零〇一二两三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖", "001223456789122334566789", strict=True)
)
_HAN_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10000, "廿": 20, "卅": 30}
_HAN_TENS |= {"拾": 10, "佰": 100, "仟": 1000, "萬": 10000}

_alternatives = "|".join(sorted(map(re.escape, _VALUES), key=len, reverse=True))
WORD_NUMBER = (
    rf"(?<![^\W\d_])(?:(?:{_alternatives}|{'|'.join(sorted(_JOINS))}|half|double)[ -]){{0,6}}"
    rf"(?:{_alternatives}|half)(?![^\W\d_])"
)
HAN_DIGIT = f"[{''.join((*_HAN, *_HAN_TENS))}半]"
HAN_NUMBER = f"{HAN_DIGIT}{{1,8}}"


def readings(written: str) -> frozenset[str]:
    """What ``written`` (digits, words or Han numerals) may mean, each in one spelling."""
    if any(map(str.isdecimal, written)):
        return frozenset(_plain(Decimal(form)) for form in _decimals(written))
    if written[:1] in _HAN or written[:1] in _HAN_TENS:
        return frozenset(map(str, _han(written))) or frozenset({written})
    words = written.replace("-", " ").split()
    value = _spoken(words)
    return frozenset({" ".join(words) if value is None else str(value)})


def _spoken(words: Sequence[str]) -> int | None:
    """What words say together ("one hundred and five"); None where they say no plain number."""
    total = part = 0
    for word in words:
        value = _VALUES.get(word)
        if value is None:
            if word not in _JOINS:
                return None
        elif value >= _THOUSAND:
            total, part = total + max(part, 1) * value, 0
        elif value == _HUNDRED:
            part = max(part, 1) * value
        else:
            part += 76 if word == _EIGHTY and part % _HUNDRED == 4 else value
    return total + part or None


def _decimals(written: str) -> Iterator[str]:
    digits = re.sub(r"['’\s]", "", written).strip(".,")
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        yield digits
        return
    whole, part = re.sub(r"[.,]", "", digits[:last]), digits[last + 1 :]
    mixed = len({mark for mark in digits if mark in ".,"}) > 1
    many = sum(mark in ".," for mark in digits) > 1
    if len(part) == 3 and not mixed:
        yield whole + part
    if mixed or not many:
        yield f"{whole}.{part}"
    elif len(part) != 3:
        yield whole + part


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _han(written: str) -> Iterator[int]:
    """What a Han numeral below 100,000,000 may mean; nothing for one that is no plain number (半).

    五〇 names its digits, and 一百五 is often a hundred and fifty.
    """
    if all(character in _HAN for character in written):
        yield int("".join(_HAN[character] for character in written))
        return
    total, digit, last = 0, None, 1
    for character in written:
        if character in _HAN:
            digit = int(_HAN[character])
            last = 1 if digit == 0 else last
        elif _HAN_TENS.get(character) == _HAN_TENS["万"]:
            total, digit, last = (total + (digit or 0)) * 10_000, None, 10_000
        elif character in _HAN_TENS:
            last = _HAN_TENS[character]
            total, digit = total + (1 if digit is None else digit) * last, None
        else:
            return
    yield total + (digit or 0)
    if digit and last >= _HUNDRED:
        yield total + digit * last // 10
