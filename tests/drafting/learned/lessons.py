"""A made-up shop: what its buyers write, in its own words, and what they mean."""

from itertools import cycle, islice

from responder.domain.lessons import Lesson
from responder.domain.model import Intent

_SAID = {
    Intent.ORDER_STATUS: ("any word on the wombat {}", "wombat {} still nowhere", "eta wombat {}"),
    Intent.RETURN_EXCHANGE: ("the wombat {} bites me", "wombat {} goes back", "wombat {} bites"),
    Intent.PRODUCT_QUESTION: ("is wombat {} furry", "does wombat {} eat grass", "furry wombat {}"),
    Intent.UNKNOWN: ("good day {}", "hello there {}", "hm {} hm"),
}
_EXTRA = ("please", "today", "thanks", "now", "friend", "sir", "again")


def shop(count: int) -> list[Lesson]:
    """``count`` lessons of a shop whose buyers do not talk as the rules expect."""
    pairs = [(intent, said) for said in zip(*_SAID.values(), strict=True) for intent in _SAID]
    texts = [
        (intent, said[list(_SAID).index(intent)].format(extra))
        for extra in _EXTRA
        for intent, said in pairs
    ]
    return [
        Lesson(text=text, language="en", predicted=Intent.UNKNOWN, confirmed=intent)
        for intent, text in islice(cycle(texts), count)
    ]
