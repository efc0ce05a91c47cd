"""What agents teach: the intent that they confirmed, and how they changed a draft."""

from dataclasses import dataclass
from datetime import datetime

from responder.domain.model import Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One message of a buyer, what the drafter took it for, and what a person said it is."""

    text: str
    language: str
    predicted: Intent
    confirmed: Intent
    at: datetime | None = None
