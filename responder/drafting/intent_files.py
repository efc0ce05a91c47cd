"""Reads `config/intents/<language>.toml`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from responder.domain.model import Intent
from responder.drafting.intent import Intents, Rule
from responder.drafting.patterns import Pattern, compile_pattern
from responder.drafting.problems import Collector
from responder.drafting.spelling import plainly

CASE_NAME = r"^[a-z][a-z0-9_]{1,40}$"


class _CaseTable(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    intent: Intent
    case: Annotated[str, Field(pattern=CASE_NAME)]
    score: Annotated[float, Field(ge=0, le=1)] = 0.7
    trust: Annotated[float, Field(ge=0, le=1)] | None = None
    patterns: Annotated[tuple[str, ...], Field(min_length=1)]
    unless: tuple[str, ...] = ()
    caution: str = ""


class _IntentFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    TABLES: ClassVar[Mapping[str, type[BaseModel]]] = {"case": _CaseTable}

    gap: Annotated[int, Field(ge=1, le=60)] = 20
    whole_words: bool = True
    words: dict[str, str] = {}
    case: tuple[_CaseTable, ...]


def read_intents(directory: Path, problems: Collector) -> Intents:
    """The intents of every language in ``directory``; what is wrong goes to ``problems``."""
    rules: dict[str, list[Rule]] = {}
    for file in sorted(directory.glob("*.toml")):
        rules[file.stem] = _read_file(file, problems)
    if not rules:
        problems.add(directory, "has no *.toml: no message would be understood")
    return Intents(rules)


def _read_file(file: Path, problems: Collector) -> list[Rule]:
    text = problems.read(file)
    parsed = None if text is None else problems.parse(file, text, _IntentFile)
    if parsed is None:
        return []
    rules: list[Rule] = []
    for number, table in enumerate(parsed.case, start=1):
        compiled = _compiled(parsed, file.stem)
        problems.attempt(
            file,
            lambda table=table, compiled=compiled: rules.append(_rule(table, compiled)),  # type: ignore[misc]
            key=f"case {number} ({table.case})",
        )
    return rules


def _compiled(parsed: _IntentFile, language: str) -> Callable[[str], Pattern]:
    words = {name: plainly(source, language) for name, source in parsed.words.items()}
    return lambda source: compile_pattern(
        plainly(source, language), words, gap=parsed.gap, whole_words=parsed.whole_words
    )


def _rule(table: _CaseTable, compiled: Callable[[str], Pattern]) -> Rule:
    return Rule(
        intent=table.intent,
        case=table.case,
        score=table.score,
        patterns=tuple(map(compiled, table.patterns)),
        unless=tuple(map(compiled, table.unless)),
        caution=table.caution,
        trust=table.trust,
    )
