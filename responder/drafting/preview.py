"""A template as it would read, before anybody saves it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from responder.domain.model import Fact, Finding
from responder.drafting.drafter import Drafting
from responder.drafting.known import Known
from responder.drafting.liquid_text import GAP, SAMPLES, VALUES
from responder.drafting.problems import Collector, Problem
from responder.drafting.template_files import UNSAYABLE, read_template, told, written
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
    problems.problems += _unknown(wanted)
    if template is None or problems.problems:
        return Preview(problems=tuple(problems.problems))
    facts = _samples(template, wanted.facts)
    try:
        return _shown(drafting, wanted, template.render(facts, wanted.marketplace), facts)
    except UNSAYABLE as wrong:
        what = Problem(file=Path(wanted.name), key="", what=told(wrong))
        return Preview(template=template, version=template.version, problems=(what,))


def _unknown(wanted: Wanted) -> Iterator[Problem]:
    """Facts that do not exist, and values that no message could carry."""
    for name in sorted(wanted.facts.keys() - SAMPLES.keys()):
        what = f"unknown fact; known are {', '.join(SAMPLES)}"
        yield Problem(file=Path(wanted.name), key=written(name), what=what)
    for name, value in wanted.facts.items():
        if written(value) != value:
            what = f"holds {written(value)}, which cannot be sent"
            yield Problem(file=Path(wanted.name), key=written(name), what=what)


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
