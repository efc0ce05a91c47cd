"""A conversation, its facts and a template draft, as the model is given them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from responder.domain.model import Author, Fact, Kind, Message, MessageId
from responder.drafting import Question
from responder.drafting.llm.calls import Calls
from responder.drafting.llm.port import Endpoint, Used
from responder.drafting.llm.writer import Check, Manner, Writer
from responder.testing import HastyClock

START = datetime(2024, 5, 1, 9, tzinfo=UTC)
ORDER = {
    "order.id": "123-1234567-1234567",
    "order.status": "shipped",
    "order.carrier": "DHL",
    "order.tracking_number": "JD014600006821234567",
    "order.deliver_by": "2024-05-10",
    "order.items": "Blue Shirt, 2 x Socks",
    "order.total": "25.99",
    "order.currency": "USD",
}


def facts(values: Mapping[str, str] = ORDER) -> Mapping[str, Fact]:
    return {name: Fact(value=value, source="order 1") for name, value in values.items()}


def message(number: int, text: str, author: Author = Author.BUYER) -> Message:
    at = START + timedelta(minutes=number)
    return Message(
        id=MessageId(str(number)),
        seq=number,
        author=author,
        kind=Kind.CHAT,
        sent_at=at,
        stored_at=at,
        text=text,
    )


def question(
    *texts: str,
    known: Mapping[str, str] = ORDER,
    marketplace: str = "amazon",
    language: str = "en",
    byte_limit: int | None = None,
    messages: Sequence[Message] | None = None,
) -> Question:
    written = [message(number, text) for number, text in enumerate(texts, start=1)]
    return Question(
        marketplace=marketplace,
        buyer="Kim Novak",
        messages=messages if messages is not None else written,
        facts=facts(known),
        default_language=language,
        byte_limit=byte_limit,
    )


class Purse:
    """A budget in memory."""

    def __init__(self, tokens: int = 10**9) -> None:
        self.left = tokens

    async def take(self, worst: Used) -> str | None:
        need = worst.tokens_in + worst.tokens_out
        if need > self.left:
            return None
        self.left -= need
        return "a day"

    async def settle(self, day: str, worst: Used, used: Used) -> None:
        self.left += worst.tokens_in + worst.tokens_out - used.tokens_in - used.tokens_out


def writer(endpoint: Endpoint, check: Check, *, deadline: float = 5.0, mask: bool = True) -> Writer:
    calls = Calls(endpoint, Purse(), clock=HastyClock(), dice=Random(1))
    manner = Manner(model="mock", deadline=deadline, mask=mask)
    return Writer(calls, check, manner, new_nonce=lambda: "0123456789abcdef")
