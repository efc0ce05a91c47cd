"""Many worlds over several sittings: each is noted when it has ended, and not lived through again.

A file of JSON lines. The first says what kind of worlds they are; then one each: its seed, the
code that it was lived through with, what happened, and which promises were broken.
"""

import fcntl
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from responder.errors import ResponderError
from responder.simulation.setting import Outcome

Kind = Mapping[str, object]  # what all worlds of a file have in common
CODE = (".py", ".lua")  # what a world's course depends on


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """A world that was lived through."""

    seed: int
    code: str
    counts: dict[str, int] = field(default_factory=dict)
    broken: tuple[str, ...] = ()  # a promise as often as it was broken


@cache
def code() -> str:
    """Twelve hex digits that change with any file of the service and its connectors."""
    digest = sha256()
    for package in ("connectors", "responder"):
        for place, content in _files(files(package), package):
            digest.update(f"{place}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]


def _files(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        place = f"{name}/{entry.name}"
        if entry.is_dir():
            yield from _files(entry, place)
        elif entry.name.endswith(CODE):
            yield place, entry.read_bytes()


class Sittings:
    """The file while one sitting has it; ``done`` holds what is in it, by seed.

    A line that was torn when a sitting was killed is dropped: that world is lived through again.
    """

    def __init__(self, path: Path, kind: Kind) -> None:
        self._path = path
        self._kind = dict(kind)
        self._file: IO[str] | None = None
        self._code = code()  # as it is now, whatever changes while we run
        self.done: dict[int, Lived] = {}

    def __enter__(self) -> Self:
        """Raises ``ResponderError`` where another run has the file, it is about other worlds, or
        it cannot be written.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a+", encoding="utf-8")
        except OSError as error:
            raise ResponderError(f"{self._path} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._read(self._file)
        except BlockingIOError:
            self._file.close()
            message = f"{self._path} is being written by another run: wait for it, or stop it"
            raise ResponderError(message) from None
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._file is not None
        self._file.close()

    def note(self, outcome: Outcome) -> None:
        """A world has ended. When this returns it is noted, even if we are killed then."""
        lived = Lived(
            seed=outcome.setting.seed,
            code=self._code,
            counts=outcome.counts,
            broken=tuple(one.promise for one in outcome.breaks),
        )
        self.done[lived.seed] = lived
        self._write(
            {
                "seed": lived.seed,
                "code": lived.code,
                "counts": lived.counts,
                "broken": lived.broken,
            }
        )

    def codes(self, seeds: Iterable[int]) -> Counter[str]:
        """How many of these worlds were lived through with which code."""
        return Counter(self.done[seed].code for seed in seeds if seed in self.done)

    def _read(self, file: IO[str]) -> None:
        file.seek(0)
        text = file.read()
        whole = text[: text.rfind("\n") + 1]
        if len(whole) < len(text):
            file.truncate(len(whole.encode()))
        lines = whole.splitlines()
        if not lines:
            self._write({"worlds": self._kind})
            return
        try:
            kind = json.loads(lines[0])["worlds"]
            lived = [_lived(line) for line in lines[1:]]
        except (ValueError, TypeError, LookupError) as error:
            raise ResponderError(
                f"{self._path} cannot be read as notes of worlds ({error!r}): remove it, or name "
                "another file with --resume"
            ) from error
        if kind != self._kind:
            raise ResponderError(
                f"{self._path} tells of other worlds ({_words(kind)}) than those asked for "
                f"({_words(self._kind)}): ask for the same, or name another file with --resume"
            )
        self.done = {one.seed: one for one in lived}

    def _write(self, line: Mapping[str, object]) -> None:
        assert self._file is not None
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()


def _lived(line: str) -> Lived:
    told = json.loads(line)
    return Lived(
        seed=int(told["seed"]),
        code=str(told["code"]),
        counts={str(name): int(count) for name, count in told["counts"].items()},
        broken=tuple(map(str, told["broken"])),
    )


def _words(kind: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in kind.items())
