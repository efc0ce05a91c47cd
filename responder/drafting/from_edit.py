"""Makes a template of a text that an agent sent: facts become variables, the layout goes."""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

from responder.domain.edits import share
from responder.domain.model import Fact, Intent
from responder.drafting.intent_files import CASE_NAME
from responder.drafting.liquid_text import day
from responder.drafting.loading import broken_rules
from responder.drafting.problems import Collector, DraftingConfigError, Problem
from responder.drafting.rule_files import read_rules
from responder.drafting.template_files import LAYOUT, read_templates

_NAME = re.compile(r"^[a-z][a-z0-9_.]{1,60}$")
_SHORTEST = 3  # characters of a fact that is looked for in a text
_IN_A_WORD = r"[^\W\u3040-\u30ff\u3400-\u9fff]"  # Han and kana stand without gaps between words
_OF_ONE_CASE = re.compile(r"(?<![A-Za-z\d])[A-Za-z]{0,6}\d(?:[ -]?[A-Za-z]{0,3}\d){7,40}")
_ALIKE = 0.5  # a greeting that differs more from the layout's is the agent's own
_PLACE = "\x00"
_WORDS = frozenset({"order.status", "order.refund_status", "order.currency"})  # said in any text


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A text that was sent, and what was known when it was."""

    text: str
    language: str
    intent: Intent
    case: str
    facts: Mapping[str, Fact]  # by name, as a template calls them


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the new template shall be called. ``purpose`` is what its list says of it."""

    name: str
    purpose: str
    whole_intent: bool = False  # for every case of the intent, not for this one only
    marketplaces: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A template file that passed every check, not yet written."""

    language: str
    name: str
    source: str
    variables: tuple[str, ...]


def template_of(edited: Edited, wish: Wish, templates: Path, rules: Path) -> Made:
    """A template of ``edited`` that the loader accepts beside those in ``templates``.

    ``DraftingConfigError`` says everything that is wrong with it.
    """
    language = _folder(edited.language, templates)
    target = templates / language / f"{wish.name}.liquid"
    wrong = _refused(edited, wish, target)
    if wrong:
        raise DraftingConfigError([Problem(file=target, key=key, what=what) for key, what in wrong])
    body, used = _with_variables(_without_layout(edited, templates / language / LAYOUT), edited)
    told = [Problem(file=target, key="text", what=what) for what in _of_this_buyer(body, edited)]
    if told:
        raise DraftingConfigError(told)
    source = _front_matter(edited, wish, used) + body.strip() + "\n"
    _checked(source, language, wish.name, templates, rules)
    return Made(language=language, name=wish.name, source=source, variables=used)


def write(made: Made, templates: Path, shipped: Path) -> Path:
    """Put a template into a seller's own directory; the first one brings the shipped ones along.

    Without them it would be the only template there is. An existing file is never replaced.
    ``DraftingConfigError`` where the directory cannot be written.
    """
    file = templates / made.language / f"{made.name}.liquid"
    try:
        if templates != shipped and not templates.is_dir():
            copytree(shipped, templates)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(made.source)
    except OSError as error:
        what = (
            f"cannot be written ({error.strerror}): let the service write there, or save it there"
        )
        raise DraftingConfigError([Problem(file=file, key="", what=what)]) from error
    return file


def _folder(language: str, templates: Path) -> str:
    """The folder of a language: its own, or its other script's where only that one is there."""
    base = language.partition("-")[0]
    return language if (templates / language).is_dir() or language == base else base


def _refused(edited: Edited, wish: Wish, target: Path) -> list[tuple[str, str]]:
    wrong = []
    if not _NAME.match(wish.name) or wish.name == LAYOUT.removesuffix(".liquid"):
        wrong.append(
            ("name", "use small letters, digits, dots and underscores: refund_status.ours")
        )
    if not wish.purpose.strip() or "\n" in wish.purpose:
        wrong.append(("purpose", "say in one line what the template is for"))
    if target.exists():
        wrong.append(("name", f"{target.name} exists: choose another name, or edit that file"))
    if "{{" in edited.text or "{%" in edited.text:
        wrong.append(("text", "contains {{ or {%, which Liquid would read as its own"))
    if edited.intent is Intent.UNKNOWN and not edited.case:
        wrong.append(("intent", "nothing is known of what the buyer wanted: name the intent"))
    return wrong


def _without_layout(edited: Edited, layout: Path) -> str:
    """The text without the first and last paragraph where the layout writes those itself."""
    text = edited.text.strip().replace("\r\n", "\n")
    if not layout.is_file():
        return text
    before, _, after = layout.read_text(encoding="utf-8").partition("{{ body }}")
    return _cut_end(_cut_start(text, _plain(before)), _plain(after))


def _cut_start(text: str, before: str) -> str:
    if not before:
        return text
    if "\n" not in before and text.startswith(before):  # a greeting on the same line
        return text.removeprefix(before).lstrip()
    first, blank, rest = text.partition("\n\n")
    return rest if blank and share(first, before) <= _ALIKE else text


def _cut_end(text: str, after: str) -> str:
    rest, blank, last = text.rpartition("\n\n")
    return rest if after and blank and share(last, after) <= _ALIKE else text


def _plain(part: str) -> str:
    """What a part of a layout says whatever the facts; of alternatives the last."""
    part = re.sub(r"\{%\s*if[^%]*%\}.*?\{%\s*else\s*%\}", "", part, flags=re.DOTALL)
    part = re.sub(r"\{%\s*if[^%]*%\}.*?\{%\s*endif\s*%\}", "", part, flags=re.DOTALL)
    return re.sub(r"\{[{%].*?[%}]\}", "", part).strip()


def _with_variables(text: str, edited: Edited) -> tuple[str, tuple[str, ...]]:
    """``text`` with each fact that it writes out as a variable, and their names."""
    spoken = [
        (said, name, filtered)
        for name, fact in edited.facts.items()
        if name not in _WORDS
        for said, filtered in _ways(fact.value, edited.language)
        if len(said) >= _SHORTEST
    ]
    used: list[str] = []
    variables: list[str] = []
    for said, name, filtered in sorted(spoken, key=lambda one: -len(one[0])):
        pattern = rf"(?<!{_PLACE}){_whole(said)}"
        text, count = re.subn(pattern, f"{_PLACE}{len(variables)}{_PLACE}", text)
        if count:
            variables.append(f"{{{{ {name} | day }}}}" if filtered else f"{{{{ {name} }}}}")
            used.append(name)
    for number, variable in enumerate(variables):
        text = text.replace(f"{_PLACE}{number}{_PLACE}", variable)
    return text, tuple(dict.fromkeys(sorted(used)))


def _whole(said: str) -> str:
    """A pattern for ``said`` where it is no part of a longer word."""
    before = rf"(?<!{_IN_A_WORD})" if re.match(_IN_A_WORD, said) else ""
    behind = rf"(?!{_IN_A_WORD})" if re.match(_IN_A_WORD, said[-1]) else ""
    return f"{before}{re.escape(said)}{behind}"


def _of_this_buyer(text: str, edited: Edited) -> Iterator[str]:
    """What would be said to every other buyer, too: a name, a number that no fact stands for."""
    name = edited.facts["buyer.name"].value if "buyer.name" in edited.facts else ""
    parts = [one for one in name.split() if len(one) >= _SHORTEST or not one.isascii()]
    for part in dict.fromkeys(one.strip(".,") for one in (name, *parts)):
        if len(part) > 1 and re.search(_whole(part), text):
            yield f"says {part!r}, which is this buyer's name: take it out"
    for number in _OF_ONE_CASE.finditer(text):
        yield f"says {number[0]!r}, a number or day of this case: take it out"


def _ways(value: str, language: str) -> list[tuple[str, bool]]:
    """How a fact may stand in a text, and whether a filter wrote it so."""
    said = day(value, language)
    return [(value, False)] if said == value else [(said, True), (value, False)]


def _front_matter(edited: Edited, wish: Wish, used: Sequence[str]) -> str:
    lines = ["+++", f"purpose = {_quoted(wish.purpose.strip())}", f'intent = "{edited.intent}"']
    if not wish.whole_intent and re.match(CASE_NAME, edited.case):
        lines.append(f'cases = ["{edited.case}"]')
    if used:
        lines.append(f"requires = [{', '.join(map(_quoted, used))}]")
    if wish.marketplaces:
        lines.append(f"marketplaces = [{', '.join(map(_quoted, wish.marketplaces))}]")
    return "\n".join([*lines, "+++", ""])


def _quoted(text: str) -> str:
    """A TOML string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else " " for char in escaped) + '"'


def _checked(source: str, language: str, name: str, templates: Path, rules: Path) -> None:
    """The loader's own checks, in a copy of the directory."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "templates"
        (copy / language).mkdir(parents=True)
        layout = templates / language / LAYOUT
        if layout.is_file():
            (copy / language / LAYOUT).write_bytes(layout.read_bytes())
        file = copy / language / f"{name}.liquid"
        file.write_text(source, encoding="utf-8")
        problems = Collector()
        found = read_templates(copy, problems)
        books = read_rules(rules, problems)
        for template in found.all:
            for what in broken_rules(template, books):
                problems.add(file, what)
        shown = [
            Problem(
                file=templates / one.file.relative_to(copy)
                if one.file.is_relative_to(copy)
                else one.file,
                key=one.key,
                what=one.what,
                line=one.line,
            )
            for one in problems.problems
        ]
    if shown:
        raise DraftingConfigError(shown)
