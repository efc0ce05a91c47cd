"""The books of first words: written down, taken, and whether anybody heard them twice."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from responder.domain.model import ConversationId


@dataclass(slots=True)
class Greetings:
    """By the ids of the words; times are true ones."""

    written: dict[str, ConversationId] = field(default_factory=dict)
    taken: list[tuple[float, str]] = field(default_factory=list)

    def take(self, words: str, at: float, rests: Iterable[float]) -> str:
        """A marketplace took them. Why it should not have; "" where all is well.

        ``rests``: when their conversation came to wait for nothing.
        """
        conversation = self.written[words]
        before = [at for at, one in self.taken if self.written[one] == conversation]
        self.taken.append((at, words))
        if before and not any(before[-1] <= rest for rest in rests):
            return f"{words} was said though the buyer had heard some at {before[-1]:.3f}"
        return ""
