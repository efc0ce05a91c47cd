"""What a mailbox hands out: mails, pages of them, and the folder's own lists."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail as the mailbox holds it. ``content`` is empty where it was too large to read.

    ``arrived`` is None where the mailbox names no moment that anybody can read.
    """

    uid: int
    arrived: datetime | None
    content: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read at once, in bytes. At least one mail is read, and none above ``mail``.

    ``insists``: a mail that the server names and refuses to hand out ends the reading; else it is
    one without content.
    """

    page: int
    mail: int
    insists: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A folder's identity and where it will go on."""

    uidvalidity: int
    next_uid: int
    # The number of its last change; 0 where the server counts none. It names no other folder.
    modseq: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """What was read, by UID, and where the next page starts."""

    state: State
    is_first_look: bool
    first_uid: int
    read: Sequence[tuple[int, T]]
    next_uid: int
    more: bool
    counted: int  # mails that the server named for this page


@dataclass(frozen=True, slots=True)
class Heading:
    """A mail as a list names it. ``header`` holds its Message-ID line only."""

    uid: int
    arrived: datetime | None
    header: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A part of a folder's own list, by UID, and where the next part starts."""

    uidvalidity: int
    headings: Sequence[Heading]
    next_uid: int
    more: bool
