"""The cursor of a mailbox: which incarnation of the folder, and the next UID to read."""

import re
from typing import Final, NamedTuple

from connectors.base import Cursor

_FORM: Final = re.compile(r"([0-9]{1,10}):([0-9]{1,10})")


class Position(NamedTuple):
    uidvalidity: int
    next_uid: int


def cursor(position: Position) -> Cursor:
    return Cursor(f"{position.uidvalidity}:{position.next_uid}")


def position(cursor: Cursor | None) -> Position | None:
    """Where ``cursor`` points. One that this connector did not make starts from the beginning."""
    match = _FORM.fullmatch(cursor or "")
    return Position(int(match[1]), int(match[2])) if match else None
