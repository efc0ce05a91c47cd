"""The small pattern language of `config/intents` and `config/rules`.

It is Python's regular expressions with two additions, ``{word}`` (an alternation named in the
file's ``[words]``) and ``…`` (a short gap inside of one sentence), and with one ban: nothing that
repeats without an upper bound, so that time grows with the length of the text and never faster.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from responder.drafting.pattern_shape import (
    Listed,
    Unbounded,
    alternatives,
    is_whole,
    looks_ahead,
    narrowest,
    needles,
    parse,
    paths,
    widest,
)

_NAME = re.compile(r"\{([a-z][a-z_]{0,30})\}")
_SENTENCE_GAP = r"[^.!?。！？;；\n]{{0,{width}}}"
_MOST_PATHS = 20_000  # ways that one pattern may try at one place of a text
_DEEPEST = 5
# Whoever changes a template or a rule has everything read again: nearly all of it is as it was.
_KEPT = 16_384  # patterns; the shipped files have some 5,000
_FEW = Listed()  # each is looked for by itself
_MANY = 1_000  # all are looked for at once


@dataclass(frozen=True)
class Pattern:
    """A pattern that knows at a glance most of the texts which it does not match.

    It is compiled when it is first tried: at the start of the service most never are.
    """

    source: str
    needles: tuple[str, ...] = ()
    width: int = 0  # characters of the longest match
    ahead: int = 0  # how far behind its end a match may look

    @cached_property
    def expression(self) -> re.Pattern[str]:
        return re.compile(self.source)

    def is_in(self, text: str) -> bool:
        return self._may_be_in(text) and self.expression.search(text) is not None

    def all_in(self, text: str) -> Iterator[re.Match[str]]:
        return self.expression.finditer(text) if self._may_be_in(text) else iter(())

    def near(self, text: str, ends: Sequence[int]) -> Iterator[re.Match[str]]:
        """All matches in ``text``; strings of ``needles`` end at ``ends``, and nowhere else."""
        if not self.needles:
            yield from self.expression.finditer(text)
            return
        start = stop = -1
        for end in ends:
            if end - self.width > stop:
                if stop >= 0:
                    yield from self.expression.finditer(text, start, stop)
                start = max(0, end - self.width)
            stop = end + self.width + self.ahead
        yield from self.expression.finditer(text, start, stop)

    def _may_be_in(self, text: str) -> bool:
        for needle in self.needles:  # any() with a generator takes twice the time
            if needle in text:
                return True
        return not self.needles


def compile_pattern(
    source: str,
    words: Mapping[str, str],
    *,
    gap: int,
    whole_words: bool = False,
    listed: Listed = _FEW,
) -> Pattern:
    """``source`` ready to search; ``ValueError`` says what is wrong with it.

    ``gap`` is what ``…`` may skip, in characters. With ``whole_words`` a match starts where a word
    starts (but may end inside of one, so that "cancel" finds "cancelled"). ``listed`` says
    which strings it is looked for by.
    """
    skip = _SENTENCE_GAP.format(width=gap)
    expanded = expand(source, words).replace("…", skip + r"?\b" if whole_words else skip + "?")
    written = rf"\b(?:{expanded})" if whole_words else expanded
    try:
        return _read(written, listed)
    except ValueError as error:
        raise ValueError(f"{source!r}{error}") from None


@lru_cache(maxsize=_KEPT)
def _read(written: str, listed: Listed) -> Pattern:
    """``ValueError`` says what is wrong, as it goes on behind the pattern's source."""
    try:
        parsed = parse(written)
        ways = paths(parsed)
    except re.error as error:
        raise ValueError(f" is not a pattern: {error}") from None
    except Unbounded as error:
        raise ValueError(f": {error}") from None
    if ways > _MOST_PATHS:
        raise ValueError(f" can match in too many ways ({ways}): shorten its repeats")
    if not narrowest(parsed) and re.match(written, ""):
        raise ValueError(" matches the empty text")
    return Pattern(
        written,
        tuple(sorted(needles(parsed, listed))),
        widest(parsed),
        looks_ahead(parsed),
    )


def compile_alternatives(
    source: str, words: Mapping[str, str], *, gap: int, ascii_digits: bool = False
) -> tuple[Pattern, ...]:
    """``source`` as a pattern for each of its alternatives: each has strings of its own."""
    listed = Listed(most=_MANY, ascii_digits=ascii_digits)
    return tuple(
        compile_pattern(one, words, gap=gap, listed=listed)
        for whole in alternatives(source)
        for one in alternatives(_unwrapped(expand(whole, words)))
    )


def _unwrapped(source: str) -> str:
    """``source`` without a group around all of it: what a lone ``{word}`` stands for."""
    inner = source[3:-1]
    return inner if source == f"(?:{inner})" and is_whole(inner) else source


def expand(source: str, words: Mapping[str, str], *, depth: int = 0) -> str:
    """``source`` with each ``{word}`` replaced by its alternation."""
    if depth > _DEEPEST:
        raise ValueError(f"{source!r}: words name each other in a circle")

    def alternation(match: re.Match[str]) -> str:
        name = match[1]
        if name not in words:
            known = ", ".join(sorted(words)) or "none"
            raise ValueError(f"{source!r}: unknown word {{{name}}}; known are {known}")
        return f"(?:{expand(words[name], words, depth=depth + 1)})"

    return _NAME.sub(alternation, source)
