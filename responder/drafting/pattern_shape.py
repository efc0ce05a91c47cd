"""What the shape of a regular expression says, before it is ever run on a text."""

from collections.abc import Iterable, Sequence
from math import prod
from re import _constants, _parser  # type: ignore[attr-defined]  # no public parser exists
from typing import cast

_Parsed = Sequence[tuple[object, object]]  # an operation and its argument, as the parser has it
_ASSERTS = (_constants.ASSERT, _constants.ASSERT_NOT)
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
_REFERENCES = (_constants.GROUPREF, _constants.GROUPREF_EXISTS)
_REPEATS_COUNTED = 16  # more rounds of something ambiguous are refused long before


class Unbounded(Exception):  # it says what a pattern is
    """A pattern whose time could grow faster than the text."""


def parse(pattern: str) -> _Parsed:
    """``pattern`` as the functions below read it; ``re.error`` where it is none."""
    return cast("_Parsed", _parser.parse(pattern))


def paths(parsed: _Parsed) -> int:
    """About how many ways a pattern can be tried at one place; ``Unbounded`` without a limit."""
    return prod(_ways(operation, argument) for operation, argument in parsed)


def needles(parsed: _Parsed) -> frozenset[str]:
    """Strings one of which is in everything that matches; empty where none can be named.

    Looking for these first spares nearly every pattern its search.
    """
    found: list[frozenset[str]] = []
    run = ""
    for operation, argument in parsed:
        if operation is _constants.LITERAL:
            run += chr(cast("int", argument))
            continue
        found.extend([frozenset({run}), _needles_of(operation, argument)])
        run = ""
    best = max((*found, frozenset({run})), key=_worth)
    return best if _worth(best) else frozenset()


def _ways(operation: object, argument: object) -> int:
    if operation is _constants.BRANCH:
        return max(map(paths, _branches(argument)))
    if operation in (*_ASSERTS, _constants.SUBPATTERN, _constants.ATOMIC_GROUP):
        return paths(_inside(operation, argument))
    if operation in _REPEATS:
        least, most, inner = cast("tuple[int, int, _Parsed]", argument)
        ways = _ways_to_repeat(least, most, inner)
        # A possessive one never gives back what it took, but it still needs a bound.
        return 1 if operation is _constants.POSSESSIVE_REPEAT else ways
    if operation in _REFERENCES:
        raise Unbounded("a pattern may not refer back to a group")
    return 1


def _ways_to_repeat(least: int, most: int, inner: _Parsed) -> int:
    if most == _constants.MAXREPEAT:
        raise Unbounded("a repeat needs an upper bound: write {0,20}, not * or +")
    once = paths(inner) + _choices(inner)
    if once == 1:
        return most - least + 1
    return sum(once**times for times in range(least, min(most, _REPEATS_COUNTED) + 1))


def _choices(parsed: _Parsed) -> int:
    """The alternatives beyond the first: repeated, each round may choose anew."""
    return sum(
        len(_branches(argument)) - 1
        for operation, argument in parsed
        if operation is _constants.BRANCH
    )


def _needles_of(operation: object, argument: object) -> frozenset[str]:
    if operation is _constants.BRANCH:
        return _any_of(map(needles, _branches(argument)))
    if operation in (_constants.SUBPATTERN, _constants.ATOMIC_GROUP):
        return needles(_inside(operation, argument))
    if operation in _REPEATS:
        least, _most, inner = cast("tuple[int, int, _Parsed]", argument)
        return needles(inner) if least else frozenset()
    if operation is _constants.IN:
        chosen = cast("_Parsed", argument)
        return _any_of(map(_character, chosen))
    return frozenset()


def _character(member: tuple[object, object]) -> frozenset[str]:
    operation, argument = member
    single = operation is _constants.LITERAL
    return frozenset({chr(cast("int", argument))}) if single else frozenset()


def _any_of(found: Iterable[frozenset[str]]) -> frozenset[str]:
    sets = list(found)
    return frozenset().union(*sets) if all(map(_worth, sets)) else frozenset()


def _worth(found: frozenset[str]) -> tuple[int, int] | tuple[()]:
    """Longer needles are rarer, fewer are quicker to look for; an empty one says nothing."""
    shortest = min(map(len, found), default=0)
    return (shortest, -len(found)) if shortest else ()


def _branches(argument: object) -> list[_Parsed]:
    return cast("tuple[None, list[_Parsed]]", argument)[1]


def _inside(operation: object, argument: object) -> _Parsed:
    if operation is _constants.ATOMIC_GROUP:
        return cast("_Parsed", argument)
    return cast("tuple[_Parsed, ...]", argument)[-1]
