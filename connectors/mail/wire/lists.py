"""How far a census of the mailbox has come, and what a mail is called by its header alone."""

import json
import re
from dataclasses import asdict, dataclass
from typing import Final

from connectors.base import Cursor
from connectors.mail.wire import envelope, mime

_MOST: Final = 0xFFFF_FFFF  # UIDs and UIDVALIDITY have 32 bits
_USUAL: Final = re.compile(rb"(?i:message-id):[ \t]*(<[!-;=?-~]{1,240}>)[ \t]*\r?\n(?:\r?\n)?")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the census goes on: in ``folder``, with the UID ``next_uid``."""

    folder: str
    uidvalidity: int = 0  # 0: the folder was not opened yet
    next_uid: int = 1


def written(place: Place) -> Cursor:
    return Cursor(json.dumps(asdict(place), separators=(",", ":")))


def understood(cursor: Cursor | None) -> Place | None:
    """Where ``cursor`` points. One that this connector did not make begins anew."""
    try:
        told = json.loads(cursor or "")
        place = Place(str(told["folder"]), int(told["uidvalidity"]), int(told["next_uid"]))
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    fits = 0 <= place.uidvalidity <= _MOST and 1 <= place.next_uid <= _MOST + 1
    return place if fits and place.folder else None


def named(header: bytes) -> str:
    """The id that the mail with this header has; "" where only the whole mail can tell.

    Nearly every header is written in the usual way. A census reads those of whole folders, and
    taking one apart costs fifty times as much.
    """
    usual = _USUAL.fullmatch(header)
    if usual and b"=?" not in header:
        return usual[1].decode("ascii")
    return _taken_apart(header)


def _taken_apart(header: bytes) -> str:
    """The same of any header, however it is written."""
    try:
        return envelope.message_id(mime.parsed(header, "").header("message-id"))
    except mime.PARSER_FAILURES:
        return ""
