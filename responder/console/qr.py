"""QR codes as drawings: a path that a page draws itself, so that no picture has to be loaded."""

from dataclasses import dataclass
from itertools import groupby

import segno

BORDER = 4  # modules of light around it, as the standard wants


@dataclass(frozen=True, slots=True)
class Drawing:
    """``path`` fills what is dark, for SVG, in a square of ``size`` modules."""

    size: int
    path: str


def drawing(text: str) -> Drawing:
    """``text`` as a QR code."""
    made = segno.make(text, error="m", micro=False)
    rows = [list(row) for row in made.matrix_iter(border=BORDER)]
    return Drawing(size=len(rows), path="".join(map(_line, range(len(rows)), rows)))


def _line(y: int, row: list[int]) -> str:
    """The dark stretches of a row, one box each."""
    path, x = "", 0
    for dark, some in groupby(row, bool):
        length = len(list(some))
        if dark:
            path += f"M{x} {y}h{length}v1h-{length}z"
        x += length
    return path
