"""Templates of replies: which one fits a question, and its text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from liquid import BoundTemplate

from responder.domain.model import Fact, Intent
from responder.drafting.liquid_text import BODY, MARKETPLACE, MissingFact, render


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One text for one situation, as it stands in a file."""

    language: str
    name: str  # the file's, without ".liquid"
    purpose: str
    intent: Intent
    cases: frozenset[str]  # none: every case of the intent
    requires: frozenset[str]
    when: Mapping[str, frozenset[str]]  # a fact and the values that it must have
    marketplaces: frozenset[str]  # none: all of them
    source: str
    body: BoundTemplate
    layout: BoundTemplate | None

    @property
    def key(self) -> str:
        return f"{self.language}/{self.name}"

    @property
    def needs(self) -> frozenset[str]:
        return self.requires | frozenset(self.when)

    def speaks_of(self, case: str) -> bool:
        return not self.cases or case in self.cases

    def fits(self, facts: Mapping[str, Fact], marketplace: str) -> bool:
        return (
            (not self.marketplaces or marketplace in self.marketplaces)
            and all(name in facts and facts[name].value for name in self.needs)
            and all(facts[name].value in values for name, values in self.when.items())
        )

    def render(self, facts: Mapping[str, Fact], marketplace: str) -> "Rendered":
        """The text; ``MissingFact`` where it cannot be said with ``facts``."""
        extra = {MARKETPLACE: marketplace}
        text, used = render(self.body, facts, extra)
        if self.layout is not None:
            text, around = render(self.layout, facts, extra | {BODY: text})
            used |= around
        names = used | self.needs
        return Rendered(
            template=self, text=text, facts={name: facts[name] for name in sorted(names)}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    template: Template
    text: str
    facts: Mapping[str, Fact]  # those that the text rests on


class Templates:
    """All templates, found by language and intent."""

    def __init__(self, templates: Iterable[Template]) -> None:
        self.all = tuple(templates)
        self.languages = frozenset(template.language for template in self.all)
        self._of: dict[tuple[str, Intent], list[Template]] = {}
        for template in self.all:
            self._of.setdefault((template.language, template.intent), []).append(template)

    def fitting(
        self,
        language: str,
        intent: Intent,
        case: str,
        *,
        marketplace: str,
        facts: Mapping[str, Fact],
    ) -> Sequence[Template]:
        """The templates that may be used, most particular first."""
        return sorted(
            (
                template
                for template in self._of.get((language, intent), ())
                if template.speaks_of(case) and template.fits(facts, marketplace)
            ),
            key=_particular,
            reverse=True,
        )


def _particular(template: Template) -> tuple[bool, int, bool, str]:
    return (
        bool(template.cases),
        len(template.when) + len(template.requires),
        bool(template.marketplaces),
        template.name,
    )


def first_rendered(
    templates: Iterable[Template], facts: Mapping[str, Fact], marketplace: str
) -> Rendered | None:
    """The first of ``templates`` that can be said; None where none can."""
    for template in templates:
        try:
            rendered = template.render(facts, marketplace)
        except MissingFact:
            continue
        if rendered.text:
            return rendered
    return None
