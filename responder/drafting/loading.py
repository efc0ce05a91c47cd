"""Builds `Drafting` from the files that a seller may edit."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from responder.domain.model import Fact, Severity
from responder.drafting.drafter import Drafting
from responder.drafting.intent_files import read_intents
from responder.drafting.problems import Collector
from responder.drafting.rule_files import COMMON, read_rules
from responder.drafting.rules import RuleBook, check
from responder.drafting.template_files import least_facts, read_templates
from responder.drafting.templates import Template


def load(templates: Path, rules: Path, intents: Path) -> Drafting:
    """`Drafting` from three directories; ``DraftingConfigError`` names everything that is wrong."""
    problems = Collector()
    read = read_templates(templates, problems)
    books = read_rules(rules, problems)
    patterns = read_intents(intents, problems)
    for template in read.all:
        for what in broken_rules(template, books):
            problems.add(templates / template.language / f"{template.name}.liquid", what)
    problems.raise_any()
    return Drafting(read, books, patterns)


def broken_rules(template: Template, books: Mapping[str, RuleBook]) -> Iterator[str]:
    """What a template says, with sample facts, that a marketplace it is used on forbids."""
    facts = least_facts(template)
    for marketplace in sorted(template.marketplaces or books):
        text = template.render(facts, marketplace).text
        book = books.get(marketplace) or books.get(COMMON)
        for finding in check(text, book, allowed=_values(facts)) if book else ():
            if finding.severity is Severity.BLOCK:
                found = text[finding.start : finding.end]
                yield f"breaks the rule {finding.rule} on {marketplace} ({found!r})"


def _values(facts: Mapping[str, Fact]) -> list[str]:
    return [fact.value for fact in facts.values()]
