"""Templates of replies: which one fits a question, and its text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from liquid import BoundTemplate

from responder.domain.model import Fact, Intent
from responder.drafting.liquid_text import BODY, MARKETPLACE, MissingFact, render

Tone = Literal["first", "follow_up", "apology"]


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands around every text of a language."""

    text: str
    parsed: BoundTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One text for one situation, as it stands in a file."""

    language: str
    name: str  # the file's, without ".liquid"
    purpose: str
    intent: Intent
    also: frozenset[Intent]  # other intents that it serves
    cases: frozenset[str]  # none: every case of the intent
    requires: frozenset[str]
    when: Mapping[str, frozenset[str]]  # a fact and the values that it must have
    marketplaces: frozenset[str]  # none: all of them
    tone: Tone | None  # None: whatever was said before
    option: bool  # shown beside another text, never as the draft itself
    source: str
    file: str  # all of it, as it stands there
    version: str  # of its words and of the layout around them
    body: BoundTemplate
    layout: Layout | None

    @property
    def key(self) -> str:
        return f"{self.language}/{self.name}"

    @property
    def needs(self) -> frozenset[str]:
        return self.requires | frozenset(self.when)

    @property
    def names_marketplace(self) -> bool:
        """Whether its words, or those around them, may differ between marketplaces."""
        around = self.layout.text if self.layout else ""
        return MARKETPLACE in self.source or MARKETPLACE in around

    def speaks_of(self, case: str) -> bool:
        return not self.cases or case in self.cases

    def fits(self, facts: Mapping[str, Fact], marketplace: str) -> bool:
        return (
            (not self.marketplaces or marketplace in self.marketplaces)
            and all(name in facts and facts[name].value for name in self.needs)
            and all(facts[name].value in values for name, values in self.when.items())
            and self.tone in {None, facts["thread.tone"].value if "thread.tone" in facts else ""}
        )

    def render(
        self, facts: Mapping[str, Fact], marketplace: str, *, bare: bool = False
    ) -> "Rendered":
        """The text; ``MissingFact`` where it cannot be said with ``facts``.

        ``bare``: without what the layout puts around it, where every byte counts.
        """
        extra = {MARKETPLACE: marketplace}
        text, used = render(self.body, facts, extra)
        if self.layout is not None and not bare:
            text, around = render(self.layout.parsed, facts, extra | {BODY: text})
            used |= around
        names = {name for name in used | self.needs if not name.startswith("thread.")}
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
        self.layouts = {one.language: one.layout for one in self.all if one.layout is not None}
        self._by_key = {one.key: one for one in self.all}
        self._of: dict[tuple[str, Intent], list[Template]] = {}
        for template in self.all:
            for intent in {template.intent, *template.also}:
                self._of.setdefault((template.language, intent), []).append(template)

    def named(self, key: str) -> Template | None:
        return self._by_key.get(key)

    def around(self, body: str, language: str, facts: Mapping[str, Fact], marketplace: str) -> str:
        """``body`` with the greeting and closing of ``language``."""
        layout = self.layouts.get(language)
        if layout is None:
            return body
        try:
            return render(layout.parsed, facts, {MARKETPLACE: marketplace, BODY: body})[0]
        except MissingFact:
            return body

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


def _particular(template: Template) -> tuple[bool, int, bool, bool, str]:
    return (
        bool(template.cases),
        len(template.when) + len(template.requires),
        template.tone is not None,
        bool(template.marketplaces),
        template.name,
    )


def first_rendered(
    templates: Iterable[Template],
    facts: Mapping[str, Fact],
    marketplace: str,
    byte_limit: int | None = None,
) -> Rendered | None:
    """The first of ``templates`` that can be said within the limit; None where none can."""
    for template in templates:
        for bare in (False, True) if byte_limit is not None else (False,):
            try:
                rendered = template.render(facts, marketplace, bare=bare)
            except MissingFact:
                break
            if rendered.text and is_within(rendered.text, byte_limit):
                return rendered
    return None


def is_within(text: str, byte_limit: int | None) -> bool:
    """Whether ``text`` has no more bytes (UTF-8) than a marketplace takes."""
    return byte_limit is None or len(text.encode("utf-8", "surrogatepass")) <= byte_limit
