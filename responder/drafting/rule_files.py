"""Reads `config/rules/common.toml` and `config/rules/<marketplace>.toml`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from responder.domain.model import Severity
from responder.drafting.patterns import compile_alternatives
from responder.drafting.problems import Collector
from responder.drafting.rules import Reading, Rule, RuleBook
from responder.drafting.sweep import AnyOf

COMMON = "common"


class _RuleTable(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
    severity: Severity
    message: Annotated[str, Field(min_length=1)]
    suggestion: str = ""
    reading: Reading = Reading.PLAIN
    patterns: Annotated[tuple[str, ...], Field(min_length=1)]
    together: tuple[Annotated[tuple[str, ...], Field(min_length=2)], ...] = ()
    unless_negated: bool = False
    negated_inside: bool = False
    hosts_allowed: bool = False
    unless_fact: dict[str, frozenset[str]] = {}


class _RuleFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    TABLES: ClassVar[Mapping[str, type[BaseModel]]] = {"rule": _RuleTable}

    most_characters: Annotated[int, Field(ge=1)] | None = None
    gap: Annotated[int, Field(ge=1, le=60)] = 20
    hosts: frozenset[str] = frozenset()
    negations: tuple[str, ...] = ()
    negations_after: tuple[str, ...] = ()
    words: dict[str, str] = {}
    rule: tuple[_RuleTable, ...] = ()


def read_rules(directory: Path, problems: Collector) -> Mapping[str, RuleBook]:
    """The rules of each marketplace with those common to all, and the common ones alone."""
    files = sorted(directory.glob("*.toml"))
    books = {file.stem: _read_file(file, problems) for file in files}
    if COMMON not in books:
        problems.add(directory, f"has no {COMMON}.toml: replies would go unchecked")
    common = books.get(COMMON, RuleBook(rules=()))
    return {name: book if name == COMMON else _joined(common, book) for name, book in books.items()}


def _joined(common: RuleBook, own: RuleBook) -> RuleBook:
    """``own`` added to ``common``; a rule of the same id takes the place of the common one."""
    replaced = {rule.id for rule in own.rules}
    return RuleBook(
        rules=(*(rule for rule in common.rules if rule.id not in replaced), *own.rules),
        hosts=common.hosts | own.hosts,
        negations=(*common.negations, *own.negations),
        negations_after=(*common.negations_after, *own.negations_after),
        most_characters=min(common.most_characters, own.most_characters),
    )


def _read_file(file: Path, problems: Collector) -> RuleBook:
    text = problems.read(file)
    parsed = None if text is None else problems.parse(file, text, _RuleFile)
    if parsed is None:
        return RuleBook(rules=())
    compiled = _Compiler(file, parsed, problems)
    return RuleBook(
        rules=tuple(_rule(table, compiled) for table in parsed.rule),
        hosts=frozenset(host.lower() for host in parsed.hosts),
        negations=compiled("negations", parsed.negations),
        negations_after=compiled("negations_after", parsed.negations_after),
        most_characters=parsed.most_characters or RuleBook(rules=()).most_characters,
    )


class _Compiler:
    """Compiles the patterns of one file and reports those that cannot be."""

    def __init__(self, file: Path, parsed: _RuleFile, problems: Collector) -> None:
        self._file = file
        self._parsed = parsed
        self._problems = problems

    def __call__(
        self, key: str, sources: tuple[str, ...], reading: Reading = Reading.EXACT
    ) -> AnyOf:
        """All alternatives of ``sources``; none, and a problem, of one that is no pattern."""
        return tuple(one for source in sources for one in self._any_of(key, source, reading))

    def _any_of(self, key: str, source: str, reading: Reading) -> AnyOf:
        try:
            return compile_alternatives(
                source,
                self._parsed.words,
                gap=self._parsed.gap,
                ascii_digits=reading is not Reading.EXACT,
            )
        except ValueError as error:
            self._problems.add(self._file, str(error), key=key)
            return ()


def _rule(table: _RuleTable, compiled: _Compiler) -> Rule:
    return Rule(
        id=table.id,
        severity=table.severity,
        message=table.message,
        suggestion=table.suggestion,
        reading=table.reading,
        patterns=compiled(f"rule {table.id}: patterns", table.patterns, table.reading),
        together=tuple(
            tuple(
                compiled(f"rule {table.id}: together", (member,), table.reading) for member in group
            )
            for group in table.together
        ),
        unless_negated=table.unless_negated,
        negated_inside=table.negated_inside,
        hosts_allowed=table.hosts_allowed,
        unless_fact=table.unless_fact,
    )
