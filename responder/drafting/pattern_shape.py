"""What the shape of a regular expression says, before it is ever run on a text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from re import _constants, _parser  # type: ignore[attr-defined]  # no public parser exists
from typing import Protocol, cast

_Parsed = Sequence[tuple[object, object]]  # an operation and its argument, as the parser has it
_TEXT = "text"  # an operation of our own
_ASSERTS = (_constants.ASSERT, _constants.ASSERT_NOT)
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
_REFERENCES = (_constants.GROUPREF, _constants.GROUPREF_EXISTS)
_SIGNS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)  # a class is one sign
_NOTHING_YET = frozenset({""})
# Of a text, roughly; of other characters less.
_SHARES = {
    **dict.fromkeys("abcdefghijklmnopqrstuvwxyz", 0.03),
    **dict.fromkeys("eaionrst", 0.07),
    **dict.fromkeys("jkqvwxyz", 0.01),
    **dict.fromkeys("0123456789.,-", 0.012),
    " ": 0.16,
}
_LONGEST_RUN = 12  # of a repeat that is written out
_REPEATS_COUNTED = 16  # more rounds of something ambiguous are refused long before


class _Sized(Protocol):
    def getwidth(self) -> tuple[int, int]: ...


@dataclass(frozen=True, slots=True)
class Listed:
    """Which strings a pattern is looked for by."""

    most: int = 12  # of one pattern
    ascii_digits: bool = False  # the texts have no others than 0 to 9: these can be named


class Unbounded(Exception):  # it says what a pattern is
    """A pattern whose time could grow faster than the text."""


def parse(pattern: str) -> _Parsed:
    """``pattern`` as the functions below read it; ``re.error`` where it is none."""
    return cast("_Parsed", _parser.parse(pattern))


def paths(parsed: _Parsed) -> int:
    """About how many ways a pattern can be tried at one place; ``Unbounded`` without a limit."""
    return prod(
        _ways(operation, argument)
        for operation, argument in parsed
        if operation is not _constants.LITERAL  # nearly all are, and there is one way
    )


def needles(parsed: _Parsed, listed: Listed) -> frozenset[str]:
    """Strings one of which is in everything that matches; empty where none can be named.

    Looking for these first spares nearly every pattern its search.
    """
    best: tuple[frozenset[str], ...] = ()
    rarest = 1.0
    run: tuple[frozenset[str], ...] = ()
    size, frequency = 1, 1.0
    for operation, argument in _unrolled(parsed):
        said = _strings(operation, argument, listed)
        inside = said or _needles_of(operation, argument, listed)
        if said and size * len(said) <= listed.most:
            run, size, frequency = (*run, said), size * len(said), frequency * _frequency(said)
        else:
            run, size, frequency = (inside,) if inside else (), len(inside), _frequency(inside)
        if "" in said and len(run) == 1:  # nothing has to be there
            run, size, frequency = (), 1, 1.0
        if run and frequency < rarest:
            best, rarest = run, frequency
        if not said:
            run, size, frequency = (), 1, 1.0
    return frozenset(map("".join, product(*best))) if best else frozenset()


def _unrolled(parsed: _Parsed) -> Iterator[tuple[object, object]]:
    """``parsed`` with groups and what is repeated a fixed number of times in place.

    Characters that follow each other are one ``_TEXT``.
    """
    text = ""
    for operation, argument in parsed:
        if operation is _constants.LITERAL:
            text += chr(cast("int", argument))
            continue
        if operation is _constants.AT or operation in _ASSERTS:
            continue
        if text:
            yield _TEXT, text
            text = ""
        if operation in (_constants.SUBPATTERN, _constants.ATOMIC_GROUP):
            yield from _unrolled(_inside(operation, argument))
        elif operation in _REPEATS:
            least, most, inner = cast("tuple[int, int, _Parsed]", argument)
            for _ in range(min(least, _LONGEST_RUN)):
                yield from _unrolled(inner)
            if most > least:
                yield operation, (0, most - least, inner)
        else:
            yield operation, argument
    if text:
        yield _TEXT, text


def _strings(operation: object, argument: object, listed: Listed) -> frozenset[str]:
    """All strings that this can match, if they are few; else none."""
    if operation is _TEXT:
        return frozenset({cast("str", argument)})
    if operation is _constants.IN:
        return _of_class(cast("_Parsed", argument), listed)
    if operation is _constants.BRANCH:
        return _either(_all_of(branch, listed) for branch in _branches(argument))
    if operation in _REPEATS:
        _, most, inner = cast("tuple[int, int, _Parsed]", argument)
        once = _all_of(inner, listed)
        found = run = _NOTHING_YET
        for _ in range(most if once and most <= _LONGEST_RUN else 0):
            run = _joined(run, once, listed)
            found = found | run if run else frozenset()
        return found if run and len(found) > 1 else frozenset()
    return frozenset()


def _all_of(parsed: _Parsed, listed: Listed) -> frozenset[str]:
    run = _NOTHING_YET
    for operation, argument in _unrolled(parsed):
        run = _joined(run, _strings(operation, argument, listed), listed)
        if not run:
            break
    return run


def _joined(run: frozenset[str], said: frozenset[str], listed: Listed) -> frozenset[str]:
    """Each of ``run`` followed by each of ``said``; none where these would be too many."""
    if len(run) * len(said) > listed.most:
        return frozenset()
    return frozenset(before + after for before in run for after in said)


def _of_class(members: _Parsed, listed: Listed) -> frozenset[str]:
    found: set[str] = set()
    for operation, argument in members:
        if operation is _constants.LITERAL:
            found.add(chr(cast("int", argument)))
        elif operation is _constants.RANGE:
            first, last = cast("tuple[int, int]", argument)
            found.update(map(chr, range(first, min(last, first + listed.most) + 1)))
        elif listed.ascii_digits and argument is _constants.CATEGORY_DIGIT:
            found.update("0123456789")
        else:
            return frozenset()
    return frozenset(found) if len(found) <= listed.most else frozenset()


def widest(parsed: _Parsed) -> int:
    """The length of the longest text that can match."""
    return int(cast("_Sized", parsed).getwidth()[1])


def narrowest(parsed: _Parsed) -> int:
    """The length of the shortest text that can match."""
    return int(cast("_Sized", parsed).getwidth()[0])


def looks_ahead(parsed: _Parsed) -> int:
    """How many characters behind the end of a match may decide whether it is one."""
    farthest = 1  # of \b and $
    for operation, argument in parsed:
        if operation is _constants.LITERAL:
            continue
        if operation in _ASSERTS:
            inner = _inside(operation, argument)
            farthest = max(farthest, widest(inner) + looks_ahead(inner))
        elif operation is _constants.BRANCH:
            farthest = max(farthest, *map(looks_ahead, _branches(argument)))
        elif operation in (_constants.SUBPATTERN, _constants.ATOMIC_GROUP):
            farthest = max(farthest, looks_ahead(_inside(operation, argument)))
        elif operation in _REPEATS:
            farthest = max(farthest, looks_ahead(cast("tuple[int, int, _Parsed]", argument)[2]))
    return farthest


def alternatives(source: str) -> list[str]:
    """``source`` cut at those of its ``|`` that stand in no group and no class."""
    found, depth, start = [], 0, 0
    for sign in _SIGNS.finditer(source):
        if sign[0] == "(":
            depth += 1
        elif sign[0] == ")":
            depth -= 1
        elif sign[0] == "|" and not depth:
            found.append(source[start : sign.start()])
            start = sign.end()
    return [*found, source[start:]]


def is_whole(source: str) -> bool:
    """Whether each group that ``source`` opens is closed in it, and none that it did not open."""
    depth = 0
    for sign in _SIGNS.finditer(source):
        depth += {"(": 1, ")": -1}.get(sign[0], 0)
        if depth < 0:
            return False
    return depth == 0


def _ways(operation: object, argument: object) -> int:
    if operation is _constants.BRANCH:
        return max(map(paths, _branches(argument)))
    if operation in _ASSERTS:
        _check_behind(cast("tuple[int, _Parsed]", argument))
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


def _check_behind(argument: tuple[int, _Parsed]) -> None:
    """``re.error`` for what could not be compiled: looking back over a length that varies."""
    direction, inner = argument
    if direction < 0 and narrowest(inner) != widest(inner):
        raise re.error("look-behind requires fixed-width pattern")


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


def _needles_of(operation: object, argument: object, listed: Listed) -> frozenset[str]:
    if operation is _constants.BRANCH:
        return _either(needles(one, listed) for one in _branches(argument))
    return frozenset()


def _either(found: Iterable[frozenset[str]]) -> frozenset[str]:
    """All of them; none where one has none, and then the others are not asked."""
    sets = []
    for one in found:
        if not one:
            return one
        sets.append(one)
    return frozenset().union(*sets)


def _frequency(found: frozenset[str]) -> float:
    """About how often one of ``found`` stands at a place of a text; 1 where none is named."""
    return sum(prod(map(_share, one)) for one in found) if found else 1.0


def _share(character: str) -> float:
    """About how much of a text a character is."""
    return _SHARES.get(character, 0.004)


def _branches(argument: object) -> list[_Parsed]:
    return cast("tuple[None, list[_Parsed]]", argument)[1]


def _inside(operation: object, argument: object) -> _Parsed:
    if operation is _constants.ATOMIC_GROUP:
        return cast("_Parsed", argument)
    return cast("tuple[_Parsed, ...]", argument)[-1]
