"""A table, for programs as JSON and for a spreadsheet as CSV."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Cell = str | int | float | bool | None

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes Chinese for something else; pipes want none

# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"); the last four
# are the full-width forms of the first.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of as many cells as there are ``columns``."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]

    def items(self) -> list[dict[str, Any]]:
        """A mapping a row, by the names of the columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def csv(self) -> str:
        """RFC 4180."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(self.columns)
        writer.writerows([_plain(cell) for cell in row] for row in self.rows)
        return text.getvalue()


def _plain(cell: Cell) -> Cell:
    """A name that looks like a formula stays a name."""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return "'" + cell
    return cell
