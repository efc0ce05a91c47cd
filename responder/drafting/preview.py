"""A template as it would read, before anybody saves it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from responder.domain.model import Fact, Finding
from responder.drafting.drafter import Drafting
from responder.drafting.known import Known
from responder.drafting.liquid_text import GAP, SAMPLES, VALUES, MissingFact
from responder.drafting.problems import Collector, Problem
from responder.drafting.template_files import read_template
from responder.drafting.templates import Rendered, Template

_SOURCE = "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to show: the words of a template file, and the facts to fill in.

    ``facts`` change the samples by name; an empty value takes a fact away.
    """

    language: str
    name: str
    text: str
    marketplace: str
    facts: Mapping[str, str]
    byte_limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The text, or why there is none."""

    text: str = ""
    version: str = ""
    template: Template | None = None
    facts: Mapping[str, Fact] | None = None
    gaps: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()


def preview(drafting: Drafting, wanted: Wanted) -> Preview:
    """How ``wanted`` reads. Saves nothing, and never raises for what it is given."""
    problems = Collector()
    layout = drafting.layout(wanted.language)
    template = read_template(wanted.language, wanted.name, wanted.text, layout, problems)
    problems.problems += [
        Problem(
            file=Path(wanted.name),
            key=name,
            what=f"unknown fact; known are {', '.join(SAMPLES)}",
        )
        for name in sorted(wanted.facts.keys() - SAMPLES.keys())
    ]
    if template is None or problems.problems:
        return Preview(problems=tuple(problems.problems))
    facts = _samples(template, wanted.facts)
    try:
        rendered = template.render(facts, wanted.marketplace)
    except MissingFact as missing:
        what = Problem(file=Path(wanted.name), key="", what=str(missing))
        return Preview(template=template, version=template.version, problems=(what,))
    return _shown(drafting, wanted, rendered, facts)


def _shown(
    drafting: Drafting, wanted: Wanted, rendered: Rendered, facts: Mapping[str, Fact]
) -> Preview:
    values = {name: fact.value for name, fact in facts.items()}
    known = Known(
        allowed=tuple(values.values()),
        language=wanted.language,
        facts=values,
        byte_limit=wanted.byte_limit,
    )
    return Preview(
        text=rendered.text,
        version=rendered.template.version,
        template=rendered.template,
        facts=rendered.facts,
        gaps=tuple(GAP.findall(rendered.text)),
        findings=drafting.check(rendered.text, wanted.marketplace, known),
    )


def _samples(template: Template, changed: Mapping[str, str]) -> dict[str, Fact]:
    """A sample of every fact, as the template's conditions want it, and then as ``changed``."""
    fitting = {
        name: min(values)
        for name, values in template.when.items()
        if SAMPLES.get(name) not in values and (name not in VALUES or values)
    }
    values = {**SAMPLES, **fitting, **changed}
    return {name: Fact(value=value, source=_SOURCE) for name, value in values.items() if value}
