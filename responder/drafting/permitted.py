"""Where a text says one of the conversation's own numbers, names and links."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from itertools import accumulate

from responder.drafting.many_strings import strings_in

_SHORTEST = 4  # characters: what is shorter stands anywhere


class Permitted:
    """The places of ``allowed`` in ``text``, found in one pass and asked in no time."""

    def __init__(self, text: str, allowed: Collection[str]) -> None:
        self._text = text
        spans = _places(text, allowed)
        self._starts = [start for start, _ in spans]
        self._farthest = [*accumulate((end for _, end in spans), max)]

    def holds(self, start: int, end: int) -> bool:
        """Whether all of ``text[start:end]`` stands inside of one place."""
        begun = bisect_right(self._starts, start)
        return begun > 0 and self._farthest[begun - 1] >= end

    def touches(self, start: int, end: int) -> bool:
        """Whether a part of ``text[start:end]`` does."""
        begun = bisect_left(self._starts, end)
        return begun > 0 and self._farthest[begun - 1] > start

    def strange_digits(self, start: int, end: int) -> int:
        """How many digits of ``text[start:end]`` stand outside of all places."""
        return sum(
            self._text[at].isdecimal() and not self.holds(at, at + 1) for at in range(start, end)
        )


def _places(text: str, allowed: Collection[str]) -> Sequence[tuple[int, int]]:
    """From left to right; those of one value do not overlap."""
    values = {value.strip() for value in allowed}
    found: list[tuple[int, int]] = []
    free: dict[str, int] = {}
    wanted = ((value, value) for value in values if len(value) >= _SHORTEST)
    for last, value in strings_in(wanted)(text):
        start, end = last + 1 - len(value), last + 1
        if start >= free.get(value, 0):
            free[value] = end
            found.append((start, end))
    return sorted(found)
