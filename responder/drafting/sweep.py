"""One pass over a text for everything that the rules of a book want to find in it.

Each pattern has strings one of which is in all that it matches. All of these strings are looked for
at once, and a pattern is tried only around the places where one of its own stands: so a long text
costs what is in it, and one rule more costs nothing where it has nothing to say.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from responder.drafting.many_strings import strings_in
from responder.drafting.patterns import Pattern, compile_alternatives

# A full stop inside of a word or a number, or before one (Hauptstr. 9), ends nothing.
_SENTENCE = re.compile(r"[^.!?。！？\n]{1,400}(?:\.(?=\S| \d)[^.!?。！？\n]{0,400}){0,40}")

AnyOf: TypeAlias = tuple[Pattern, ...]  # patterns one of which is enough
Place: TypeAlias = tuple[int, int, int]  # who wanted it, where it starts, where it ends
_Ends: TypeAlias = dict[int, list[int]]  # where strings of a pattern end, by its number


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one rule looks for: any of ``patterns``, or all of a group in one sentence."""

    patterns: AnyOf
    together: tuple[tuple[AnyOf, ...], ...] = ()


@dataclass(slots=True)
class _Plan:
    """The patterns of all rules, each once, and who wants which."""

    patterns: list[Pattern] = field(default_factory=list)
    wanted_by: dict[int, list[int]] = field(default_factory=dict)  # pattern -> rules
    members: list[frozenset[int]] = field(default_factory=list)  # patterns of which one is enough
    groups: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)  # rule, its members
    _numbers: dict[str, int] = field(default_factory=dict)

    def number(self, pattern: Pattern) -> int:
        if pattern.source not in self._numbers:
            self._numbers[pattern.source] = len(self.patterns)
            self.patterns.append(pattern)
        return self._numbers[pattern.source]

    def member(self, any_of: AnyOf) -> int:
        """The number of a member of a group; groups share theirs."""
        wanted = frozenset(map(self.number, any_of))
        if wanted not in self.members:
            self.members.append(wanted)
        return self.members.index(wanted)


class Sweep:
    """Finds what many rules want in one text; a rule is known by its place in ``wanted``."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        plan = _Plan()
        for rule, wish in enumerate(wanted):
            for pattern in wish.patterns:
                plan.wanted_by.setdefault(plan.number(pattern), []).append(rule)
            for group in wish.together:
                plan.groups.append((rule, tuple(map(plan.member, group))))
        self._plan = plan
        self._member_of = _turned(plan.members)
        self._anywhere = [at for at, one in enumerate(plan.patterns) if not one.needles]
        self._signs_in = strings_in(_numbers(plan.patterns).items())

    def places(self, text: str) -> Iterator[Place]:
        """Every place in ``text`` of what a rule wants."""
        found = self._look(text)
        for number, ends in found.items():
            rules = self._plan.wanted_by.get(number)
            if rules:
                for match in self._plan.patterns[number].near(text, ends):
                    yield from ((rule, *match.span()) for rule in rules)
        yield from self._together(text, found)

    def is_in(self, text: str) -> bool:
        """Whether anything that is wanted is in ``text``."""
        return next(self.places(text), None) is not None

    def _look(self, text: str) -> _Ends:
        found: _Ends = {number: [len(text)] for number in self._anywhere}
        for last, numbers in self._signs_in(text):
            for number in numbers:
                if number in found:
                    found[number].append(last + 1)
                else:
                    found[number] = [last + 1]
        return found

    def _together(self, text: str, found: _Ends) -> Iterator[Place]:
        seen = {member for number in found for member in self._member_of.get(number, ())}
        groups = [group for group in self._plan.groups if seen.issuperset(group[1])]
        if groups:
            yield from _Sentences(text, found, self._plan).places(groups)


def one_of(*alternatives: str) -> Sweep:
    """A sweep for any of ``alternatives``, which are regular expressions."""
    patterns = (compile_alternatives(source, {}, gap=1) for source in alternatives)
    return Sweep([Wanted(tuple(pattern for any_of in patterns for pattern in any_of))])


class _Sentences:
    """Looks for groups whose members all may be in one sentence of ``text``."""

    def __init__(self, text: str, found: _Ends, plan: _Plan) -> None:
        self._spans = [match.span() for match in _SENTENCE.finditer(text)]
        self._starts = [start for start, _ in self._spans]
        self._text = text
        self._found = found
        self._plan = plan
        self._may_be_in: dict[int, dict[int, list[int]]] = {}
        self._first_places: dict[tuple[int, int], tuple[int, int] | None] = {}

    def places(self, groups: Iterable[tuple[int, tuple[int, ...]]]) -> Iterator[Place]:
        for rule, members in groups:
            for sentence in self._shared(members):
                spans = []
                for member in members:
                    span = self._first(member, sentence)
                    if span is None:
                        break
                    spans.append(span)
                else:
                    yield rule, min(start for start, _ in spans), max(end for _, end in spans)

    def _shared(self, members: Sequence[int]) -> list[int]:
        """The sentences in which there is a sign of each member."""
        shared: set[int] | None = None
        for member in members:
            sentences = self._sentences(member).keys()
            shared = set(sentences) if shared is None else shared & sentences
            if not shared:
                return []
        return sorted(shared or ())

    def _sentences(self, member: int) -> Mapping[int, list[int]]:
        """The sentences in which ``member`` may be, each with the patterns to try there."""
        known = self._may_be_in.get(member)
        if known is None:
            known = {}
            for number in self._plan.members[member] & self._found.keys():
                for sentence in {bisect_right(self._starts, at - 1) for at in self._found[number]}:
                    known.setdefault(sentence - 1, []).append(number)
            known.pop(-1, None)
            self._may_be_in[member] = known
        return known

    def _first(self, member: int, sentence: int) -> tuple[int, int] | None:
        """Where ``member`` first stands in a sentence; None where it only seemed to."""
        key = (member, sentence)
        if key not in self._first_places:
            start, end = self._spans[sentence]
            said = self._text[start:end]
            tried = self._sentences(member)[sentence]
            found = (self._plan.patterns[number].expression.search(said) for number in tried)
            spans = [match.span() for match in found if match]
            first = min(spans, default=None)
            self._first_places[key] = (start + first[0], start + first[1]) if first else None
        return self._first_places[key]


def _turned(members: Sequence[frozenset[int]]) -> dict[int, list[int]]:
    """Pattern -> the members that it belongs to."""
    turned: dict[int, list[int]] = {}
    for member, numbers in enumerate(members):
        for number in numbers:
            turned.setdefault(number, []).append(member)
    return turned


def _numbers(patterns: Sequence[Pattern]) -> dict[str, list[int]]:
    """The strings to look for -> the patterns that each is a sign of."""
    numbers: dict[str, list[int]] = {}
    for number, pattern in enumerate(patterns):
        for needle in pattern.needles:
            numbers.setdefault(needle, []).append(number)
    return numbers
