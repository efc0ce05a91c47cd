"""Signs as they are read: one width, lower case, and nothing that no eye sees."""

import re
import unicodedata
from functools import lru_cache
from html import unescape

_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u20e3\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # as wide as a space, and as empty
# What stands over, under or through the sign before it: w\u0332h\u0332a\u0332t\u0332.
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f\uff9e\uff9f"
_MARK = re.compile(f"[{_MARKS}]")
_MARKED = re.compile(f".[{_MARKS}]+", re.DOTALL)
# Back ends and pages show the sign that is meant.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31}\d{0,2});")
_UNREAD = re.compile(r"[&\x00-\x08\x0e-\x1f\x7f]")
_AZ = "abcdefghijklmnopqrstuvwxyz"
# Letters that nobody writes to a shop in, and drawn ones: circles, squares, flags.
_DRAWN = str.maketrans(
    dict(
        zip(
            "ꮤꭺꮃꭱꭲꮪꭼꭰꮋꮇꮮꮐꮯꮲꮶꮩᏼꮓꓪꓧꓮꓔꓢꓑꓰꓚꓳꓟꓡꓴꓝꓠꓣꓦꓬꓜꓖꓲꓐꓓꓗꓙ",
            "wawrtsedhmlgcpkvbzwhatspecomlufnrvyzgibdkj",
            strict=True,
        )
    )
    | {chr(first + at): one for first in (0x1F150, 0x1F170, 0x1F1E6) for at, one in enumerate(_AZ)}
)


def folded(text: str) -> list[str]:
    """For each sign of ``text`` how it is read: several, or none."""
    parts = [*map(_folded, text)]
    for entity in _ENTITY.finditer(text) if "&" in text else ():
        meant = unescape(entity[0])
        if meant != entity[0]:
            _instead(parts, entity, "".join(map(_folded, meant)))
    for marked in _MARKED.finditer(text):
        marks = unicodedata.normalize("NFKC", marked[0][1:])
        whole = unicodedata.normalize("NFC", parts[marked.start()] + marks)
        _instead(parts, marked, _MARK.sub("", whole))
    return parts


def is_plain(lower: str) -> bool:
    """Whether each sign of ``lower``, which is in lower case, is read as it stands."""
    if lower.isascii():
        return not _UNREAD.search(lower)
    return (
        unicodedata.is_normalized("NFKC", lower)
        and "&" not in lower
        and not _MARK.search(lower)
        and not _INVISIBLE.search(lower)
        and not _OTHER_DIGIT.search(lower)
        and lower.translate(_DRAWN) == lower
        and _BLANK.isdisjoint(lower)
    )


def _instead(parts: list[str], found: re.Match[str], read: str) -> None:
    """Have all of ``found`` read as ``read``, which stands where it begins."""
    start, end = found.span()
    parts[start:end] = [read, *[""] * (end - start - 1)]


@lru_cache(8_192)
def _folded(character: str) -> str:
    if _INVISIBLE.match(character):
        return ""
    if character in _BLANK:
        return " "
    plain = unicodedata.normalize("NFKC", character).lower()
    plain = _MARK.sub("", plain) or plain  # a mark alone belongs to the sign before it
    plain = _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), plain)
    return plain.translate(_DRAWN)
