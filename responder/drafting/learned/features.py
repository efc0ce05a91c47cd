"""What a model reads of a message: words, pieces of words, and the rules that fired."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from responder.drafting.intent import Rule, fold

HINT = 0.35  # how much a rule that fired counts beside all the words together
_TOUCHED = 0.25  # and one of the patterns
READ = 1_500  # characters: the last ones, where a buyer says what they want
_WORD = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{1,40}|\d{1,20}")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{1,200}")  # no spaces between words
_PIECES = (3, 4, 5)  # characters of a word with its ends marked
_RUNS = (1, 2, 3)  # characters of a text without spaces


def pieces(text: str) -> Counter[str]:
    """How often each word, pair of words and piece of a word stands in ``text``.

    Numbers count by their length only: which order it was says nothing about the next one.
    """
    folded = fold(text[-READ:])
    found: Counter[str] = Counter()
    words = [_shape(word) for word in _WORD.findall(folded)]
    found.update(f"w {word}" for word in words)
    found.update(f"w {one} {two}" for one, two in pairwise(words))
    for word in words:
        found.update(_parts(f"^{word}$", _PIECES))
    for run in _DENSE.findall(folded):
        found.update(_parts(run, _RUNS))
    return found


def hints(fired: Sequence[Rule], picked: str, touched: Iterable[str]) -> Mapping[str, float]:
    """What the rules made of the message, as features beside its words, each with its value."""
    found = {f"pattern {pattern}": _TOUCHED for pattern in touched}
    found |= {f"case {rule.case}": HINT for rule in fired}
    found |= {f"fired {rule.intent.value}": HINT for rule in fired}
    found[f"picked {picked}"] = HINT
    return found


def _shape(word: str) -> str:
    return f"#{len(word)}" if word.isdecimal() else word


def _parts(text: str, lengths: Sequence[int]) -> Iterator[str]:
    for length in lengths:
        for start in range(len(text) - length + 1):
            yield text[start : start + length]
