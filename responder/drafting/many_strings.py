"""Looks for thousands of strings in one pass over a text (Aho and Corasick's way, a library's)."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar, cast

import ahocorasick

_Value = TypeVar("_Value")


class _Automaton(Protocol[_Value]):
    """What is used of the library, which has no types of its own."""

    def add_word(self, word: str, value: _Value) -> bool: ...
    def make_automaton(self) -> None: ...
    def iter(self, text: str) -> Iterator[tuple[int, _Value]]: ...


def strings_in(
    words: Iterable[tuple[str, _Value]],
) -> Callable[[str], Iterable[tuple[int, _Value]]]:
    """A search for all of ``words``: the last place and the value of each, from left to right."""
    automaton = cast("_Automaton[_Value]", ahocorasick.Automaton())
    is_empty = True
    for word, value in words:
        automaton.add_word(word, value)
        is_empty = False
    if is_empty:
        return lambda _: ()
    automaton.make_automaton()
    return automaton.iter
