"""Names of people: what one reads is who it is."""

import re
import unicodedata

LONGEST = 64
_ALLOWED = re.compile(r"[\w.@ -]+")

# Alphabets that have letters in common to the eye. Han, Kana or Hangul beside one of them is usual.
_ALIKE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


def trouble_with(name: str) -> str:
    """What keeps ``name`` from being given to somebody new, in words; "" where nothing does."""
    if not 1 <= len(name) <= LONGEST or not _ALLOWED.fullmatch(name):
        return f"a name has 1 to {LONGEST} letters, digits, blanks or . @ _ -"
    if name != name.strip():
        return "a name neither begins nor ends with a blank"
    if name.startswith("-"):
        return "a name does not begin with -"
    if (usual := unicodedata.normalize("NFKC", name)) != name:
        return f"write the name as {usual!r}"
    alphabets = [one for one in _ALIKE if any(_is_of(letter, one) for letter in name)]
    if len(alphabets) > 1:
        mixed = " and ".join(one.capitalize() for one in alphabets)
        return f"the name mixes {mixed} letters, which look alike"
    return ""


def _is_of(letter: str, alphabet: str) -> bool:
    return unicodedata.name(letter, "").startswith(alphabet + " ")
