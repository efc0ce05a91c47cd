"""What is wrong with a file that a seller may edit, said so that it can be mended."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in one file. ``line`` is 0 where it is about the whole file."""

    file: Path
    key: str
    what: str
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.key}: {self.what}" if self.key else f"{place}: {self.what}"


class DraftingConfigError(Exception):
    """Templates, rules or intents cannot be used; ``problems`` names every one of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Collector:
    """Gathers problems, so that a seller mends all of them in one go."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, file: Path, what: str, *, key: str = "", line: int = 0) -> None:
        self.problems.append(Problem(file=file, key=key, what=what, line=line))

    def read(self, file: Path) -> str | None:
        """The text of ``file``; None, and a problem, where it cannot be read."""
        try:
            return file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            self.add(file, f"is not UTF-8 (byte {error.start})", line=line)
        except OSError as error:
            self.add(file, f"cannot be read: {error.strerror}")
        return None

    def parse(self, file: Path, text: str, model: type[Model], *, skipped: int = 0) -> Model | None:
        """``text`` as TOML of the shape ``model``; ``skipped`` lines of the file come before it."""
        try:
            return model.model_validate(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            self.add(file, f"is not valid TOML: {error}", line=_line(str(error), skipped))
        except ValidationError as error:
            for key, what in _explained(error, model):
                self.add(file, what, key=key, line=_line_of_key(text, key, skipped))
        return None

    def attempt(self, file: Path, build: Callable[[], None], *, key: str = "") -> None:
        """Run ``build``; a ``ValueError`` of it is a problem of ``file``."""
        try:
            build()
        except ValueError as error:
            self.add(file, str(error), key=key)

    def raise_any(self) -> None:
        if self.problems:
            raise DraftingConfigError(self.problems)


def _explained(error: ValidationError, model: type[BaseModel]) -> Iterable[tuple[str, str]]:
    for detail in error.errors(include_url=False):
        key = ".".join(str(part) for part in detail["loc"])
        if detail["type"] == "extra_forbidden":
            yield key, f"unknown key; known are {', '.join(_known_keys(model, detail['loc']))}"
        else:
            yield key, detail["msg"]


def _known_keys(model: type[BaseModel], path: tuple[int | str, ...]) -> Iterable[str]:
    """The keys allowed where ``path`` ends; tables are looked up by their pydantic model."""
    tables = getattr(model, "TABLES", {})
    inner = next((tables[part] for part in path[:-1] if part in tables), model)
    return sorted(field.alias or name for name, field in inner.model_fields.items())


def _line(message: str, skipped: int) -> int:
    digits = message.rpartition("line ")[2].partition(",")[0]
    return int(digits) + skipped if digits.isdecimal() else 0


def _line_of_key(text: str, key: str, skipped: int) -> int:
    """Where a top-level ``key`` stands in ``text``; 0 for keys inside of tables."""
    for number, line in enumerate(text.splitlines(), start=1 + skipped):
        if line.partition("=")[0].strip() == key:
            return number
    return 0
