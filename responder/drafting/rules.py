"""What a reply may not contain, found even in disguise, with the place in the original text."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from responder.domain.model import Finding, Severity
from responder.drafting.disguise import View, bare, digits, plain, tight, uncovered
from responder.drafting.grounds import SAID, grounded
from responder.drafting.known import NOTHING, Known
from responder.drafting.liquid_text import GAP
from responder.drafting.permitted import Permitted
from responder.drafting.sweep import AnyOf, Sweep, Wanted

GAP_RULE = "gap"  # nobody may override it
_GAP_MESSAGE = "a fact that nobody has filled in"
_GAP_SUGGESTION = "write what is so, or take the sentence out"
SAID_BY_CODE = (_GAP_MESSAGE, _GAP_SUGGESTION, *SAID)  # what catalogs translate beside the files

_NUMBERS = frozenset({"phone", "phone_formatted", "phone_hidden", "qq_number"})
_FEWEST_DIGITS = 5  # of a number that could reach anybody
_HOST = re.compile(r"(?:https?://)?(?:[^\s/@]{0,64}@)?([a-z0-9.-]{1,253})")
_CLAUSE_END = re.compile(r"[,.;:!?，。；：！？、\n]")
_MOST_EXCUSES = 100  # for one rule: no honest reply refuses the same thing so often
_REACH = 36  # characters around a match in which a "never" still speaks of it


class Reading(StrEnum):
    """The form of the text in which a pattern is looked for."""

    EXACT = "exact"  # as written
    PLAIN = "plain"  # one width, lower case, no invisible marks
    TIGHT = "tight"  # plain, without spaces and signs
    DIGITS = "digits"  # plain, with numbers drawn together
    BARE = "bare"  # plain, without accents, look-alikes and gaps between single letters
    HIDDEN = "hidden"  # the digits of numbers that somebody took care to hide, nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that a reply may not contain."""

    id: str
    severity: Severity
    message: str
    suggestion: str
    reading: Reading
    patterns: AnyOf
    together: tuple[tuple[AnyOf, ...], ...] = ()  # all of a group in one sentence, in any order
    unless_negated: bool = False  # "never pay outside of the platform" is no offer to do so
    negated_inside: bool = False  # "give nobody your password" asks for none
    hosts_allowed: bool = False  # a match is a link, and may lead to an allowed host
    unless_fact: Mapping[str, frozenset[str]] = field(default_factory=dict)  # then it is so

    def severity_for(self, facts: Mapping[str, str]) -> Severity | None:
        """None where the facts bear the words out; a warning where nobody knows."""
        if not self.unless_fact:
            return self.severity
        said = [facts.get(name, "") for name in self.unless_fact]
        if any(facts.get(name, "") in values for name, values in self.unless_fact.items()):
            return None
        return self.severity if any(said) else Severity.WARN


@dataclass(frozen=True, kw_only=True)
class RuleBook:
    """The rules of one marketplace."""

    rules: tuple[Rule, ...]
    hosts: frozenset[str] = frozenset()
    negations: AnyOf = ()
    negations_after: AnyOf = ()
    most_characters: int = 2_000

    @cached_property
    def no(self) -> Sweep:
        """What says before the words that they are not meant."""
        return Sweep([Wanted(self.negations)])

    @cached_property
    def no_after(self) -> Sweep:
        """What says so after them."""
        return Sweep([Wanted(self.negations_after)])

    @cached_property
    def read_as(self) -> Mapping[Reading, tuple[tuple[Rule, ...], Sweep]]:
        """The rules for each form of a text, and what looks for all of them there."""
        of_reading = {
            reading: tuple(rule for rule in self.rules if rule.reading is reading)
            for reading in Reading
        }
        return {
            reading: (rules, Sweep([Wanted(rule.patterns, rule.together) for rule in rules]))
            for reading, rules in of_reading.items()
            if rules
        }


def check(text: str, book: RuleBook, known: Known = NOTHING) -> tuple[Finding, ...]:
    """Everything in ``text`` that ``book`` objects to, in order of place.

    What stands inside of one of the conversation's own numbers and links is never found.
    """
    readings = _Readings(text)
    found = [*_broken(readings, book, known.facts)]
    if found:
        permitted = Permitted(text, known.allowed)
        found = [finding for finding in found if not _is_inside(finding, permitted)]
    found.extend(_gaps(text))
    found.extend(grounded(text, readings[Reading.PLAIN], known))
    found.extend(_too_long(text, book.most_characters, known.byte_limit))
    return tuple(sorted(_without_repeats(found), key=lambda one: (one.start, one.end, one.rule)))


class _Readings:
    """Each form of one text, made when the first rule asks for it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._made: dict[Reading, View] = {}

    def __getitem__(self, reading: Reading) -> View:
        if reading not in self._made:
            self._made[reading] = self._make(reading)
        return self._made[reading]

    def _make(self, reading: Reading) -> View:
        match reading:
            case Reading.EXACT:
                return View(self.text, range(len(self.text)))
            case Reading.PLAIN:
                return plain(self.text)
            case Reading.TIGHT:
                return tight(self[Reading.PLAIN])
            case Reading.DIGITS:
                return digits(self[Reading.PLAIN])
            case Reading.BARE:
                return bare(self[Reading.PLAIN])
            case Reading.HIDDEN:
                return uncovered(self.text, self[Reading.PLAIN])


def _broken(readings: _Readings, book: RuleBook, facts: Mapping[str, str]) -> Iterator[Finding]:
    for reading, (rules, sweep) in book.read_as.items():
        view = readings[reading]
        looked_at = Counter[int]()
        for number, at, until in sweep.places(view.text):
            rule = rules[number]
            severity = rule.severity_for(facts)
            start, end = view.span(at, until)
            if severity is None or (
                rule.hosts_allowed and _leads_to(view.text[at:until], book.hosts)
            ):
                continue
            looked_at[number] += 1
            if looked_at[number] <= _MOST_EXCUSES and _is_excused(
                rule, readings.text, start, end, book
            ):
                continue
            yield Finding(
                rule=rule.id,
                severity=severity,
                start=start,
                end=end,
                message=rule.message,
                suggestion=rule.suggestion,
            )


def _is_excused(rule: Rule, text: str, start: int, end: int, book: RuleBook) -> bool:
    """Whether what stands there speaks of not doing so."""
    return (rule.unless_negated and _is_negated(text, start, end, book)) or (
        rule.negated_inside and book.no.is_in(text[start:end].lower())
    )


def _leads_to(link: str, hosts: Collection[str]) -> bool:
    match = _HOST.match(link.lower())
    host = match[1].strip(".").removeprefix("www.") if match else ""
    return any(host == known or host.endswith(f".{known}") for known in hosts)


def _is_negated(text: str, start: int, end: int, book: RuleBook) -> bool:
    """Whether the same clause says "never" shortly before a match, or "not possible" after it."""
    before = _CLAUSE_END.split(text[max(0, start - _REACH) : start])[-1].lower()
    after = _CLAUSE_END.split(text[end : end + _REACH])[0].lower()
    return book.no.is_in(before) or book.no_after.is_in(after)


def _is_inside(finding: Finding, own: Permitted) -> bool:
    """Whether what was found is one of the conversation's own numbers, or words around one."""
    start, end = finding.start, finding.end
    return own.touches(start, end) and (
        own.holds(start, end)
        or (finding.rule in _NUMBERS and own.strange_digits(start, end) < _FEWEST_DIGITS)
    )


def _gaps(text: str) -> Iterator[Finding]:
    for gap in GAP.finditer(text):
        yield Finding(
            rule=GAP_RULE,
            severity=Severity.BLOCK,
            start=gap.start(),
            end=gap.end(),
            message=_GAP_MESSAGE,
            suggestion=_GAP_SUGGESTION,
        )


def _too_long(text: str, most_characters: int, byte_limit: int | None) -> Iterator[Finding]:
    if len(text) > most_characters:
        yield _length_finding(
            text, most_characters, f"{len(text)} characters; at most {most_characters} are taken"
        )
    size = len(text.encode("utf-8", "surrogatepass"))
    if byte_limit is not None and size > byte_limit:
        fits = text.encode("utf-8", "surrogatepass")[:byte_limit].decode("utf-8", "ignore")
        yield _length_finding(
            text, len(fits), f"{size} bytes; this thread takes at most {byte_limit}"
        )


def _length_finding(text: str, fits: int, message: str) -> Finding:
    return Finding(
        rule="length",
        severity=Severity.BLOCK,
        start=fits,
        end=len(text),
        message=message,
        suggestion="shorten the reply",
    )


def _without_repeats(found: Iterable[Finding]) -> Iterable[Finding]:
    """One finding for each rule and place, the longest where they lie inside of each other."""
    kept: dict[str, list[Finding]] = {}
    for one in sorted(found, key=lambda finding: (finding.start, -finding.end)):
        of_rule = kept.setdefault(one.rule, [])
        if not of_rule or of_rule[-1].end < one.end:
            of_rule.append(one)
    return [one for of_rule in kept.values() for one in of_rule]
