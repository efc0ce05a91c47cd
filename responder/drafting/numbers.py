"""Numbers as people write them: separators, words, Han numerals. Each has one or more readings."""

import re
from collections.abc import Iterator
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
_HAN = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_HAN_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10000}

_alternatives = "|".join(sorted(map(re.escape, _VALUES), key=len, reverse=True))
WORD_NUMBER = (
    rf"(?<![^\W\d_])(?:(?:{_alternatives}|a|and|half|double)[ -]){{0,4}}"
    rf"(?:{_alternatives}|half)(?![^\W\d_])"
)
HAN_NUMBER = "[零〇一二两三四五六七八九十百千万半]{1,8}"


def readings(written: str) -> frozenset[str]:
    """What ``written`` (digits, words or Han numerals) may mean, each in one spelling."""
    if any(map(str.isdecimal, written)):
        return frozenset(_plain(Decimal(form)) for form in _decimals(written))
    if written[:1] in _HAN or written[:1] in _HAN_TENS:
        value = _han(written)
        return frozenset({written if value is None else str(value)})
    words = written.replace("-", " ").split()
    if len(words) == 1 and words[0] in _VALUES:
        return frozenset({str(_VALUES[words[0]])})
    return frozenset({" ".join(words)})


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


def _han(written: str) -> int | None:
    """A Han numeral below 100,000,000; None for one that is no plain number (半)."""
    total, digit = 0, None
    for character in written:
        if character in _HAN:
            digit = _HAN[character]
        elif character == "万":
            total, digit = (total + (digit or 0)) * 10_000, None
        elif character in _HAN_TENS:
            total, digit = total + (1 if digit is None else digit) * _HAN_TENS[character], None
        else:
            return None
    return total + (digit or 0)
