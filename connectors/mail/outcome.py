"""What a mail of the inbox turns out to be."""

from dataclasses import dataclass

from connectors.base import InboundMessage, SetAside


@dataclass(frozen=True, slots=True)
class Ignored:
    """A mail that is not about a conversation with a buyer. ``reason`` is for the log."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A message that does not name its thread: whoever knows the mailbox must find it.

    Its ``thread`` is only right when nobody finds a better one.
    """

    message: InboundMessage


Outcome = InboundMessage | SetAside | Ignored | Unplaced
