"""Questions to the drafter: what buyers wrote, and the facts of their orders."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from responder.domain.model import Author, Fact, Kind, Message, MessageId
from responder.drafting import Question

START = datetime(2024, 5, 1, 9, tzinfo=UTC)
SHIPPED_ORDER = {
    "order.id": "123-1234567-1234567",
    "order.status": "shipped",
    "order.carrier": "DHL",
    "order.tracking_number": "JD014600006821234567",
    "order.deliver_by": "2024-05-10",
}


def message_of(
    number: int, text: str, author: Author = Author.BUYER, kind: Kind = Kind.CHAT
) -> Message:
    at = START + timedelta(minutes=number)
    return Message(
        id=MessageId(str(number)),
        seq=number,
        author=author,
        kind=kind,
        sent_at=at,
        stored_at=at,
        text=text,
    )


def facts_of(values: Mapping[str, str]) -> Mapping[str, Fact]:
    return {name: Fact(value=value, source="order 1") for name, value in values.items()}


def question_of(
    *texts: str,
    facts: Mapping[str, str] | None = None,
    marketplace: str = "amazon",
    language: str = "en",
    messages: Sequence[Message] | None = None,
    byte_limit: int | None = None,
) -> Question:
    written = [message_of(number, text) for number, text in enumerate(texts, start=1)]
    return Question(
        marketplace=marketplace,
        buyer="Kim",
        messages=messages if messages is not None else written,
        facts=facts_of(facts or {}),
        default_language=language,
        byte_limit=byte_limit,
    )
