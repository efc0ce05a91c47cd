"""How good picks of intents are: the same figures for rules, a shop's model and a benchmark."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

UNKNOWN = "unknown"
_PRECISE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a message was about, what it was taken for ("unknown": nothing), and how surely."""

    wanted: str
    got: str
    confidence: float

    @property
    def right(self) -> bool:
        return self.wanted == self.got

    @property
    def fired(self) -> bool:
        return self.got != UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Shares from 0 to 1; None where there is nothing to take a share of."""

    messages: int
    in_scope: int  # messages that are about one of the 14 intents
    accuracy: float | None  # of all messages, an honest unknown counts as right
    accuracy_in_scope: float | None
    macro_f1: float | None  # over the intents that occur
    precision_when_fires: float | None
    wrongly_fires_on_unknown: float | None
    coverage_at_90: (
        float | None
    )  # of messages in scope: rightly picked, the surest picks, 9 of 10 right
    picked_at_90: float | None  # of all messages: those picks


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """The figures of ``outcomes``."""
    known = [one for one in outcomes if one.wanted != UNKNOWN]
    unknown = [one for one in outcomes if one.wanted == UNKNOWN]
    fired = [one for one in outcomes if one.fired]
    surest = _surest(fired)
    return Figures(
        messages=len(outcomes),
        in_scope=len(known),
        accuracy=_share(sum(one.right for one in outcomes), len(outcomes)),
        accuracy_in_scope=_share(sum(one.right for one in known), len(known)),
        macro_f1=_macro_f1(outcomes),
        precision_when_fires=_share(sum(one.right for one in fired), len(fired)),
        wrongly_fires_on_unknown=_share(sum(one.fired for one in unknown), len(unknown)),
        coverage_at_90=_share(sum(one.right for one in surest), len(known)),
        picked_at_90=_share(len(surest), len(outcomes)),
    )


def _surest(fired: Sequence[Outcome]) -> Sequence[Outcome]:
    """The most picks, surest first, of which nine in ten are right. Ties stand or fall together."""
    ordered = sorted(fired, key=lambda one: -one.confidence)
    right = kept = 0
    for place, one in enumerate(ordered, start=1):
        right += one.right
        tied = place < len(ordered) and ordered[place].confidence == one.confidence
        if not tied and right >= _PRECISE * place:
            kept = place
    return ordered[:kept]


def _macro_f1(outcomes: Sequence[Outcome]) -> float | None:
    wanted = Counter(one.wanted for one in outcomes)
    got = Counter(one.got for one in outcomes)
    right = Counter(one.got for one in outcomes if one.right)
    intents = [intent for intent in wanted if intent != UNKNOWN]
    scores = [2 * right[intent] / (wanted[intent] + got[intent]) for intent in intents]
    return round(sum(scores) / len(scores), 4) if scores else None


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
