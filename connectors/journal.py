"""The memory of a marketplace in a box: a line of JSON per fact, read again at the next start.

A mock must keep its books over a ``kill -9`` of the process it lives in, or
"nothing lost, nothing twice" could not be checked. A line is written before the
mock answers; the operating system keeps it when the process dies.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO


class JournalError(ValueError):
    """A file that holds something else than a mock's books; it is left as it is."""


class Journal:
    """Append-only JSON Lines. Without a path it remembers nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: TextIO | None = None

    def read(self) -> Iterator[dict[str, Any]]:
        """Every whole line written so far. A torn last line (a crash) is dropped.

        Raises ``JournalError``.
        """
        if self._path is None or not self._path.exists():
            return
        whole = 0
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.endswith(b"\n"):
                    if number == 1 and not line.startswith(b"{"):
                        raise self._no_books(number)
                    break
                whole += len(line)
                yield self._entry(line, number)
        with self._path.open("r+b") as file:
            file.truncate(whole)

    def _entry(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            entry: dict[str, Any] = json.loads(line)
        except ValueError:
            raise self._no_books(number) from None
        return entry

    def _no_books(self, number: int) -> JournalError:
        return JournalError(f"{self._path}:{number}: this is no line of a mock's books")

    def write(self, entry: dict[str, Any]) -> None:
        """Add one line, handed to the operating system before this returns."""
        if self._path is None:
            return
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a", encoding="utf-8")
        self._file.write(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n")
        self._file.flush()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
