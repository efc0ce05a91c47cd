"""Reads `config/templates/<language>/*.liquid` and says everything that is wrong with them."""

import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Annotated

from liquid import BoundTemplate, Environment
from liquid.exceptions import LiquidError
from pydantic import BaseModel, ConfigDict, Field

from responder.domain.model import Fact, Intent
from responder.drafting.intent_files import CASE_NAME
from responder.drafting.liquid_text import (
    FACTS,
    SAMPLES,
    VALUES,
    MissingFact,
    environment,
    known_names,
)
from responder.drafting.problems import Collector
from responder.drafting.templates import Layout, Template, Templates, Tone

# What a hostile or careless text may raise, besides what Liquid and TOML say of themselves.
UNSAYABLE = (MissingFact, ArithmeticError, ValueError, RecursionError, MemoryError)

_FENCE = "+++"
# Halves of characters, and signs that steer a terminal: no marketplace takes them.
_UNWRITABLE = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
NO_RANGES = "no '..' in brackets: ranges like (1..9) can be longer than a machine can count"
_RANGE = re.compile(r"\([^()]{0,2000}\.\.")  # outside of tags too: only Liquid knows their ends
LAYOUT = "layout.liquid"


class _FrontMatter(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    purpose: Annotated[str, Field(min_length=1)]
    intent: Intent
    also: frozenset[Intent] = frozenset()
    cases: frozenset[Annotated[str, Field(pattern=CASE_NAME)]] = frozenset()
    requires: frozenset[str] = frozenset()
    when: dict[str, frozenset[str]] = {}
    marketplaces: frozenset[str] = frozenset()
    tone: Tone | None = None
    option: bool = False


def read_templates(directory: Path, problems: Collector) -> Templates:
    """Every template under ``directory``; what is wrong goes to ``problems``, all of it."""
    languages = sorted(path for path in directory.glob("*") if path.is_dir())
    read = [_read_language(folder, problems) for folder in languages]
    if not any(directory.glob("*/*.liquid")):
        problems.add(directory, "has no <language>/*.liquid: nothing could be drafted")
    return Templates(chain.from_iterable(read))


def read_template(
    language: str, name: str, text: str, layout: Layout | None, problems: Collector
) -> Template | None:
    """The template that ``text`` would be inside of ``layout``; saves nothing."""
    reader = _Reader(language, problems)
    return reader.parsed(Path(language) / f"{name}.liquid", text, layout)


def _read_language(folder: Path, problems: Collector) -> list[Template]:
    reader = _Reader(folder.name, problems)
    layout = reader.layout(folder / LAYOUT)
    files = sorted(file for file in folder.glob("*.liquid") if file.name != LAYOUT)
    return [template for file in files if (template := reader.template(file, layout)) is not None]


class _Reader:
    """Reads the files of one language."""

    def __init__(self, language: str, problems: Collector) -> None:
        self._language = language
        self._environment: Environment = environment(language)
        self._problems = problems

    def layout(self, file: Path) -> Layout | None:
        text = self._problems.read(file) if file.exists() else None
        if text is not None and not self._can_be_written(file, text):
            return None
        parsed = None if text is None else self._parse(file, text, skipped=0, layout=True)
        return Layout(text or "", parsed) if parsed is not None else None

    def template(self, file: Path, layout: Layout | None) -> Template | None:
        text = self._problems.read(file)
        return None if text is None else self.parsed(file, text, layout)

    def parsed(self, file: Path, text: str, layout: Layout | None) -> Template | None:
        """The template that ``text`` would be in ``file``."""
        parts = self._split(file, text) if self._can_be_written(file, text) else None
        if parts is None:
            return None
        head, body, skipped = parts
        matter = self._problems.parse(file, head, _FrontMatter, skipped=1)
        parsed = self._parse(file, body, skipped=skipped, layout=False)
        if matter is None or parsed is None or not self._names_are_known(file, matter):
            return None
        template = Template(
            language=self._language,
            name=file.name.removesuffix(".liquid"),
            purpose=matter.purpose,
            intent=matter.intent,
            also=matter.also,
            cases=matter.cases,
            requires=matter.requires,
            when=matter.when,
            marketplaces=matter.marketplaces,
            tone=matter.tone,
            option=matter.option,
            source=body.strip(),
            file=text,
            version=_version(text, layout.text if layout else ""),
            body=parsed,
            layout=layout,
        )
        return template if self._can_be_said(file, template) else None

    def _split(self, file: Path, text: str) -> tuple[str, str, int] | None:
        """Front matter, body, and the number of lines before the body."""
        lines = text.splitlines(keepends=True)
        fences = [number for number, line in enumerate(lines) if line.strip() == _FENCE]
        if len(fences) < 2 or fences[0] != 0:
            self._problems.add(
                file, f"needs front matter: TOML between two lines {_FENCE}, at the top", line=1
            )
            return None
        end = fences[1]
        return "".join(lines[1:end]), "".join(lines[end + 1 :]), end + 1

    def _parse(self, file: Path, text: str, *, skipped: int, layout: bool) -> BoundTemplate | None:
        try:
            parsed = self._environment.from_string(text, name=file.name)
            unknown = [
                *_unknown(parsed, self._environment, layout=layout),
                *((found.start(), NO_RANGES) for found in _RANGE.finditer(text)),
            ]
        except LiquidError as error:
            at = error.token.start_index if error.token else -1
            line = _line(text, at if at >= 0 else len(text.rstrip()), skipped)
            self._problems.add(file, f"Liquid: {error.message}", line=line)
            return None
        for index, what in unknown:
            self._problems.add(file, what, line=_line(text, index, skipped))
        return None if unknown else parsed

    def _names_are_known(self, file: Path, matter: _FrontMatter) -> bool:
        wrong = list(_unknown_facts(matter))
        for key, what in wrong:
            self._problems.add(file, what, key=key, line=1)
        return not wrong

    def _can_be_written(self, file: Path, text: str) -> bool:
        """Whether ``text`` holds nothing that no message could carry."""
        found = _UNWRITABLE.search(text)
        if found:
            what = f"holds U+{ord(found[0]):04X}, which cannot be sent: write that place anew"
            self._problems.add(file, what, line=_line(text, found.start(), 0))
        return not found

    def _can_be_said(self, file: Path, template: Template) -> bool:
        """Whether the facts that it requires are all that it cannot do without."""
        marketplace = min(template.marketplaces, default="")
        try:
            text = template.render(least_facts(template), marketplace).text
        except MissingFact as missing:
            what = f"{missing}: list it in 'requires', or put it inside of {{% if … %}}"
            self._problems.add(file, what)
            return False
        except UNSAYABLE as wrong:
            self._problems.add(file, f"it cannot be filled in: {told(wrong)}")
            return False
        if not text:
            self._problems.add(file, "says nothing")
        return bool(text)


def told(wrong: BaseException) -> str:
    """What ``wrong`` says, or what it is, as text that can be written anywhere."""
    return written(str(wrong) or type(wrong).__name__)


def written(text: str) -> str:
    """``text`` with halves of characters spelled out."""
    return text.encode("utf-8", "backslashreplace").decode()


def least_facts(template: Template) -> Mapping[str, Fact]:
    """Samples of the facts that ``template`` cannot do without."""
    chosen = {name: min(values, default="") for name, values in template.when.items()}
    return {
        name: Fact(value=chosen.get(name) or SAMPLES[name], source="sample")
        for name in template.needs
    }


def all_facts() -> dict[str, Fact]:
    """A sample of every fact that there is."""
    return {name: Fact(value=value, source="sample") for name, value in SAMPLES.items()}


def _unknown_facts(matter: _FrontMatter) -> Iterator[tuple[str, str]]:
    """Facts, and values of them, in the front matter that do not exist."""
    for key, names in (("requires", matter.requires), ("when", matter.when.keys())):
        for name in sorted(names - set(FACTS)):
            yield key, f"unknown fact {name!r}; known are {', '.join(FACTS)}"
    for name in sorted(matter.when.keys() & VALUES):
        for value in sorted(matter.when[name] - VALUES[name]):
            yield (
                "when",
                f"{name!r} is never {value!r}; it may be {', '.join(sorted(VALUES[name]))}",
            )


def _unknown(parsed: BoundTemplate, env: Environment, *, layout: bool) -> Iterator[tuple[int, str]]:
    """Where ``parsed`` names a variable or filter that does not exist."""
    known = known_names(layout=layout)
    found = parsed.analyze(include_partials=False)
    for variables in found.globals.values():
        for variable in variables:
            if str(variable) not in known:
                yield (
                    variable.span.index,
                    f"unknown variable {str(variable)!r}; known are {', '.join(known)}",
                )
    for name, spans in found.filters.items():
        if name not in env.filters:
            known_filters = ", ".join(sorted(env.filters))
            for span in spans:
                yield span.index, f"unknown filter {name!r}; known are {known_filters}"


def _version(*texts: str) -> str:
    """Which words these are: the same ones always give the same eight characters."""
    return blake2b("\0".join(texts).encode(), digest_size=4).hexdigest()


def _line(text: str, index: int, skipped: int) -> int:
    return text.count("\n", 0, index) + 1 + skipped
