"""Whether a sentence says anything that the known texts do not: by its words, not its meaning."""

import re
from collections.abc import Callable, Sequence

from responder.drafting.llm.vocabulary import vocabulary
from responder.drafting.llm.words import folded, tokens

_NEW_PAIRS = 0.25  # of the pairs of characters in a sentence
_WIDE_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2,}")


def new_in(known: Sequence[str], language: str, *, wide: bool) -> Callable[[str], bool]:
    """Says of a sentence whether it has words that neither ``known`` nor courtesy has.

    ``wide``: it is written without spaces, and pairs of characters stand for words.
    """
    usual = vocabulary().courtesy.get(language.partition("-")[0], frozenset())
    return _new_in_wide(known, usual) if wide else _new_words(known, usual)


def _new_words(known: Sequence[str], usual: frozenset[str]) -> Callable[[str], bool]:
    stems = {_stem(word) for text in known for word in _words(text)}

    def says_new(sentence: str) -> bool:
        return any(
            word not in usual and _stem(word) not in stems and not any(map(str.isdecimal, word))
            for word in _words(sentence)
        )

    return says_new


def _words(text: str) -> list[str]:
    """Words, with what an apostrophe joins taken apart: l'ordine, dov'è."""
    return [part for word in tokens(text) for part in re.split("['’]", word) if part]


def _stem(word: str) -> str:
    """What a word keeps in most of its forms."""
    return word[: max(5, len(word) - 3)]


def _new_in_wide(known: Sequence[str], usual: frozenset[str]) -> Callable[[str], bool]:
    phrases = sorted(usual, key=len, reverse=True)
    courtesy = re.compile("|".join(map(re.escape, phrases)) or "(?!)")
    stripped = [courtesy.sub(" ", folded(text)) for text in known]
    ours = {character for text in known for character in tokens(text)}
    pairs = {pair for text in (*known, *stripped) for pair in _wide_pairs(text)}

    def says_new(sentence: str) -> bool:
        rest = courtesy.sub(" ", folded(sentence))
        found = _wide_pairs(rest)
        unknown = sum(pair not in pairs for pair in found)
        alone = any(word not in ours and not word.isdecimal() for word in tokens(rest))
        return alone or unknown > _NEW_PAIRS * len(found)

    return says_new


def _wide_pairs(text: str) -> list[str]:
    """Two characters in a row, within each run of characters."""
    return [run[at : at + 2] for run in _WIDE_RUN.findall(text) for at in range(len(run) - 1)]
