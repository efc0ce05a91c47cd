"""What a marketplace must be able to say, so that its threads can be read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from connectors.base import InboundMessage, SetAside, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A thread as the list tells it. ``facts`` is what ``Source.thread`` needs besides its id."""

    thread: str
    latest: str  # the id of its latest message; "" where the list does not say
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """A page of the list. ``total`` counts the threads of the whole list; 0 when nobody says."""

    heads: Sequence[Head] = ()
    set_aside: Sequence[SetAside] = ()
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A thread, read to its end unless it is ``cut``: then it has more than anybody reads.

    ``named`` counts what was named before any of it was read.
    """

    messages: Sequence[InboundMessage] = ()
    set_aside: Sequence[SetAside] = ()
    named: int = 0
    cut: bool = False

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(one.id for one in self.messages) | {one.id for one in self.set_aside}


class Source(Protocol):
    """One account's threads, newest first, ``page`` of them at a time."""

    @property
    def page(self) -> int:
        """How many threads a page of the list has."""

    async def heads(self, span: Span, number: int) -> Heads:
        """Page ``number`` (from 1) of the threads whose latest message is in ``span``."""

    async def thread(self, head: Head) -> Thread:
        """All of a thread. Raises the four failures."""


def unreadable(head: Head, reason: str, span: Span) -> SetAside:
    """A thread for a person; always under the same id."""
    return SetAside(
        id=f"unreadable-{head.thread}", reason=reason, ref=f"thread {head.thread}", at=span.until
    )


def in_order(messages: Iterable[InboundMessage]) -> list[InboundMessage]:
    """Oldest first; ids that grow break the ties of whole seconds."""
    return sorted(messages, key=lambda one: (one.sent_at, len(one.id), one.id))
