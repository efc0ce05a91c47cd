"""What was read in a buyer's message beside its words: for people to see, never to act on."""

from dataclasses import dataclass
from enum import StrEnum


class Urgency(StrEnum):
    NORMAL = "normal"
    RAISED = "raised"
    HIGH = "high"


class Mood(StrEnum):
    PLEASED = "pleased"
    NEUTRAL = "neutral"
    UNHAPPY = "unhappy"
    ANGRY = "angry"


class Sort(StrEnum):
    """What an entity is."""

    ORDER = "order"
    TRACKING = "tracking"
    SIZE = "size"
    AMOUNT = "amount"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Something named in a text: ``text[start:end]``, and its value in one common form.

    An amount is "19.99 EUR", a date "2026-12-24" or, where no year is named, "--12-24".
    """

    sort: Sort
    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """One of the things that a buyer may want; the surest comes first."""

    intent: str
    case: str
    confidence: float  # 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """``signals`` name what urgency and mood rest on: "third_time", "chargeback", "anger"."""

    wants: tuple[Want, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    mood: Mood = Mood.NEUTRAL
    signals: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()


NOTHING = Observed()
