"""What the books of a world hold: one fact each, with when it was so in true time."""

from dataclasses import dataclass

from responder.domain.model import ConversationId
from responder.store.notices import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A promise that was not kept."""

    promise: str
    about: str  # what to look for in the journal
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """``covered``: the buyer's messages that the draft had seen; ``known``: all that was stored."""

    reply: str
    conversation: ConversationId
    agent: str
    covered: frozenset[str]
    known: frozenset[str]
    at: float
    files: tuple[str, ...] = ()  # the hashes of those that go with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismissal:
    """Somebody said that no reply was needed to what they had ``seen``; ``known`` as above."""

    conversation: ConversationId
    seen: frozenset[str]
    known: frozenset[str]
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    agent: str
    token: str
    until: int  # ms, by the clock of who took it
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when on the store says that a conversation waits since ``since`` (ms; "" for not)."""

    at: float
    since: str
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    notice: Notice
    at: float
    owner: str  # which life of which daemon


@dataclass(frozen=True, slots=True, kw_only=True)
class LostAnswer:
    """``asked``: the scripts, by name, and the commands of which the owner heard nothing."""

    owner: str
    asked: tuple[str, ...]
    at: float
