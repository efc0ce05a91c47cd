"""Templates with words that a seller has edited, held to the loader's own checks."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from responder.drafting.drafter import Drafting
from responder.drafting.loading import broken_rules
from responder.drafting.problems import Collector, DraftingConfigError, Problem
from responder.drafting.template_files import UNSAYABLE, read_template, told
from responder.drafting.templates import Template, Templates


def checked(drafting: Drafting, language: str, name: str, text: str) -> Template:
    """The template that ``text`` would be; ``DraftingConfigError`` says all that is wrong."""
    problems = Collector()
    file = Path(language) / f"{name}.liquid"
    template = None
    try:
        template = read_template(language, name, text, drafting.layout(language), problems)
        for what in dict.fromkeys(broken_rules(template, drafting.rules) if template else ()):
            problems.add(file, what)
    except UNSAYABLE as wrong:
        problems.add(file, f"it cannot be filled in: {told(wrong)}")
    problems.raise_any()
    assert template is not None
    return template


def take(drafting: Drafting, edits: Mapping[str, str]) -> tuple[Problem, ...]:
    """Have ``drafting`` speak by its files with ``edits`` ("language/name": text) in their place.

    An edit that cannot be used (any more) leaves the file's words; what is wrong is returned.
    """
    problems: list[Problem] = []
    templates = []
    for one in drafting.files.all:
        try:
            text = edits.get(one.key, one.file)
            templates.append(
                one if text == one.file else checked(drafting, one.language, one.name, text)
            )
        except DraftingConfigError as wrong:
            problems += [replace(each, file=Path(one.key)) for each in wrong.problems]
            templates.append(one)
    drafting.speak_by(Templates(templates))
    gone = sorted(edits.keys() - {one.key for one in drafting.files.all})
    problems += [
        Problem(file=Path(key), key="", what="has no file any more: its edited words are not used")
        for key in gone
    ]
    return tuple(problems)
