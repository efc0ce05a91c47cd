"""The small pattern language of `config/intents` and `config/rules`.

It is Python's regular expressions with two additions, ``{word}`` (an alternation named in the
file's ``[words]``) and ``…`` (a short gap inside of one sentence), and with one ban: nothing that
repeats without an upper bound, so that time grows with the length of the text and never faster.
"""

import re
from collections.abc import Mapping, Sequence
from re import _constants, _parser  # type: ignore[attr-defined]  # no public parser exists

_NAME = re.compile(r"\{([a-z][a-z_]{0,30})\}")
_SENTENCE_GAP = r"[^.!?。！？;；\n]{{0,{width}}}"  # noqa: RUF100
_MOST_PATHS = 20_000  # ways that one pattern may try at one place of a text
_DEEPEST = 5


def compile_pattern(
    source: str, words: Mapping[str, str], *, gap: int, whole_words: bool
) -> re.Pattern[str]:
    """``source`` ready to search; ``ValueError`` says what is wrong with it.

    ``gap`` is what ``…`` may skip, in characters. With ``whole_words`` a match starts where a word
    starts (but may end inside of one, so that "cancel" finds "cancelled").
    """
    skip = _SENTENCE_GAP.format(width=gap)
    expanded = expand(source, words).replace("…", skip + r"?\b" if whole_words else skip + "?")
    pattern = rf"\b(?:{expanded})" if whole_words else expanded
    try:
        compiled = re.compile(pattern)
        paths = _paths(_parser.parse(pattern))
    except re.error as error:
        raise ValueError(f"{source!r} is not a pattern: {error}") from None
    if paths > _MOST_PATHS:
        raise ValueError(f"{source!r} can match in too many ways ({paths}): shorten its repeats")
    if compiled.match(""):
        raise ValueError(f"{source!r} matches the empty text")
    return compiled


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


def _paths(parsed: Sequence[tuple[object, object]]) -> int:
    """About how many ways a pattern can be tried at one place of a text."""
    total = 1
    for operation, argument in parsed:
        total *= _ways(operation, argument)
    return total


def _ways(operation: object, argument: object) -> int:
    match operation, argument:
        case _constants.BRANCH, (_, [*branches]):
            return max(_paths(branch) for branch in branches)
        case _constants.SUBPATTERN, (*_, inner):
            return _paths(inner)
        case ((_constants.ASSERT | _constants.ASSERT_NOT), (_, inner)):
            return _paths(inner)
        case ((_constants.MAX_REPEAT | _constants.MIN_REPEAT), (least, most, inner)):
            return _ways_to_repeat(least, most, inner)
        case _constants.POSSESSIVE_REPEAT, (least, most, inner):
            _ways_to_repeat(least, most, inner)  # never gives back, but still needs a bound
        case ((_constants.GROUPREF | _constants.GROUPREF_EXISTS), _):
            raise ValueError("a pattern may not refer back to a group")
    return 1


def _ways_to_repeat(least: int, most: int, inner: Sequence[tuple[object, object]]) -> int:
    if most == _constants.MAXREPEAT:
        raise ValueError("a repeat needs an upper bound: write {0,20}, not * or +")
    once = _paths(inner) + sum(len(arg[1]) - 1 for op, arg in inner if op is _constants.BRANCH)  # type: ignore[index]
    if once == 1:
        return most - least + 1
    return min(sum(once**times for times in range(least, min(most, 16) + 1)), 10**9)
