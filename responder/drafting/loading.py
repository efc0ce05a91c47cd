"""Builds `Drafting` from the files that a seller may edit."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from responder.domain.model import Severity
from responder.drafting.drafter import Drafting
from responder.drafting.intent_files import read_intents
from responder.drafting.known import NOTHING, Known
from responder.drafting.problems import Collector
from responder.drafting.rule_files import COMMON, read_rules
from responder.drafting.rules import GAP_RULE, RuleBook, check
from responder.drafting.shop_files import read_shops
from responder.drafting.shops import Shops
from responder.drafting.template_files import (
    UNSAYABLE,
    all_facts,
    least_facts,
    read_templates,
    told,
)
from responder.drafting.templates import Template


def load(templates: Path, rules: Path, intents: Path, shops: Path | None = None) -> Drafting:
    """`Drafting` from its directories; ``DraftingConfigError`` names everything that is wrong."""
    problems = Collector()
    read = read_templates(templates, problems)
    books = read_rules(rules, problems)
    patterns = read_intents(intents, problems)
    known = read_shops(shops, problems) if shops else Shops()
    for shop in known.all:
        for entry in shop.faq.all:
            for what in _forbidden(entry.answer, books.get(COMMON), ""):
                problems.add(Path(entry.source.partition(":")[0]), f"{entry.question!r} {what}")
    strictest = _strictest(books)
    for template in read.all:
        file = templates / template.language / f"{template.name}.liquid"
        try:
            for what in dict.fromkeys(broken_rules(template, books, strictest)):
                problems.add(file, what)
        except UNSAYABLE as wrong:
            problems.add(file, f"it cannot be filled in: {told(wrong)}")
    problems.raise_any()
    return Drafting(read, books, patterns, known)


def broken_rules(
    template: Template, books: Mapping[str, RuleBook], strictest: RuleBook | None = None
) -> Iterator[str]:
    """What a template says, with sample facts, that a marketplace it is used on forbids."""
    strictest = strictest or _strictest(books)
    least = least_facts(template)
    for facts in (least, {**all_facts(), **least}):
        said = {name: fact.value for name, fact in facts.items()}
        known = Known(allowed=tuple(said.values()), facts=said)
        texts: dict[str, list[str]] = {}
        everywhere = sorted(template.marketplaces or books)
        alike = [[one] for one in everywhere] if template.names_marketplace else [everywhere]
        for marketplaces in filter(None, alike):
            text = template.render(facts, marketplaces[0]).text
            texts.setdefault(text, []).extend(marketplaces)
        for text, marketplaces in texts.items():
            if not any(_forbidden(text, strictest, "", known)):
                continue  # nearly always: one look instead of one for each marketplace
            for marketplace in marketplaces:
                book = books.get(marketplace) or books.get(COMMON)
                yield from _forbidden(text, book, f" on {marketplace}", known)


def _strictest(books: Mapping[str, RuleBook]) -> RuleBook:
    """All rules of all marketplaces, and only what all of them allow."""
    rules = {id(rule): rule for book in books.values() for rule in book.rules}
    shared = [book.hosts for book in books.values()]
    return RuleBook(
        rules=tuple(rules.values()),
        hosts=frozenset.intersection(*shared) if shared else frozenset(),
        most_characters=min((book.most_characters for book in books.values()), default=2_000),
    )


def _forbidden(
    text: str, book: RuleBook | None, where: str, known: Known = NOTHING
) -> Iterator[str]:
    for finding in check(text, book, known) if book else ():
        # A gap is filled in by whoever approves; it is no fault of a template.
        if finding.severity is Severity.BLOCK and finding.rule != GAP_RULE:
            found = text[finding.start : finding.end]
            yield f"breaks the rule {finding.rule}{where} ({found!r})"
