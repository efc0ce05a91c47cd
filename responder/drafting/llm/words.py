"""How alike two texts are: words where there are spaces, characters where there are none."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from responder.drafting.disguise import plain
from responder.drafting.scripts import TRADITIONAL_TO_SIMPLIFIED

_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+(?:['’][^\W_]+)?")
_SENTENCE_END = re.compile(
    r"(?<=[.!?])\s+(?!(?:Januar|Februar|März|April|Mai|Ju[nl]i|August|September|Oktober|November|"
    r"Dezember)\b)|[。！？\n]+"  # am 10. Mai
)
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def folded(text: str) -> str:
    """One width, lower case, simplified, without invisible marks."""
    return plain(text).text.translate(TRADITIONAL_TO_SIMPLIFIED)


def tokens(text: str) -> list[str]:
    return _TOKEN.findall(folded(text))


def is_wide(text: str) -> bool:
    """Whether ``text`` is mostly written without spaces."""
    return len(_WIDE.findall(text)) * 3 > len(text.strip())


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence of ``text`` starts and ends."""
    at = 0
    for end in _SENTENCE_END.finditer(text):
        if end.start() > at:
            yield at, end.start()
        at = end.end()
    if at < len(text):
        yield at, len(text)


def runs(words: Sequence[str], size: int) -> set[tuple[str, ...]]:
    """Every ``size`` words in a row."""
    return {tuple(words[place : place + size]) for place in range(len(words) - size + 1)}


def common_run(
    reply: Sequence[str], other: Sequence[str], allowed: Iterable[Sequence[str]], size: int
) -> bool:
    """Whether ``size`` words in a row stand in both, and in none of ``allowed``."""
    found = runs(reply, size) & runs(other, size)
    return bool(found - {run for words in allowed for run in runs(words, size)})


def share_known(reply: Sequence[object], known: Collection[object]) -> float:
    """Which part of the words of ``reply`` is known; 1 where there are none."""
    return sum(word in known for word in reply) / len(reply) if reply else 1.0
