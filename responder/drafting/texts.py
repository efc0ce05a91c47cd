"""A proposed text: where it is from, how sure it is, and what an agent should know of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from responder.domain.advice import Advice, Says
from responder.domain.ladder import Answer
from responder.domain.model import Fact, Intent, Message, Proposal
from responder.domain.reading import NOTHING, Observed
from responder.drafting.intent import Guess, Understanding
from responder.drafting.liquid_text import GAP
from responder.drafting.steps import Standing
from responder.drafting.templates import Rendered

_UNKNOWN_CONFIDENCE = 0.15
_GENERAL_ANSWER = 0.8  # of the confidence, where the text rests on no fact
_GUESSED_LANGUAGE = 0.8
_FOREIGN_LANGUAGE = 0.4
_HAS_GAPS = 0.5
_QUOTED = 0.7  # of an answer of the FAQ that surely was meant, where nothing else was understood
_GROUNDS = ("order.", "shop.", "ladder.", "faq.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was made of the buyer's messages."""

    language: str
    guessed: bool
    understood: Understanding
    observed: Observed = NOTHING
    newest: Sequence[Message] = ()  # what the buyer wrote since our last reply

    @property
    def wishes(self) -> Sequence[Guess]:
        """What the buyer may want, likeliest first."""
        return (self.understood.best, *self.understood.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One proposal of a text, whatever it is from."""

    text: str
    source: str
    language: str
    facts: Mapping[str, Fact]
    version: str = ""
    case: Guess | None = None  # another case than the one that was understood

    @classmethod
    def of(cls, rendered: Rendered, case: Guess | None = None) -> "Text":
        return cls(
            text=rendered.text,
            source=f"template:{rendered.template.key}",
            language=rendered.template.language,
            facts=rendered.facts,
            version=rendered.template.version,
            case=case,
        )


def different(found: Iterator[Text]) -> Iterator[Text]:
    """``found`` without what was said before."""
    seen: set[str] = set()
    for one in found:
        if one.text not in seen:
            seen.add(one.text)
            yield one


def confidence(reading: Reading, text: Text) -> float:
    """How surely ``text`` is what the buyer needs, 0 to 1."""
    best = text.case or reading.understood.best
    if best.intent is Intent.UNKNOWN and not text.source.startswith("faq:"):
        return _UNKNOWN_CONFIDENCE
    if best.intent is Intent.COMPLAINT:
        return 0.0  # never picked without a person, however sure
    share = best.confidence
    if best.intent is Intent.UNKNOWN:
        share = _QUOTED
    if not any(name.startswith(_GROUNDS) for name in text.facts):
        share *= _GENERAL_ANSWER
    if reading.guessed:
        share *= _GUESSED_LANGUAGE
    if text.language != reading.language:
        share *= _FOREIGN_LANGUAGE
    if GAP.search(text.text):
        share *= _HAS_GAPS
    return round(share, 2)


def advice(reading: Reading, text: Text, stands: Standing | None) -> Iterator[Advice]:
    """What an agent should know before approving ``text``."""
    if text.case is None:
        if reading.understood.best.intent is Intent.UNKNOWN:
            yield Advice(says=Says.UNKNOWN)
        if reading.understood.advice is not None:
            yield reading.understood.advice
    if text.language != reading.language:
        languages = {"buyer": reading.language, "text": text.language}
        yield Advice(says=Says.OTHER_LANGUAGE, about=languages)
    if stands is not None and stands.rung is not None and stands.rung.needs_supervisor:
        yield Advice(says=Says.ABOVE_CAP, about={"step": stands.rung.step})
    if stands is not None and stands.rung is None and stands.case.answer is not Answer.ACCEPTED:
        yield Advice(says=Says.LADDER_ENDS)


def nothing(reading: Reading) -> Proposal:
    """No draft, and why."""
    best = reading.understood.best
    about = {"intent": best.intent.value, "language": reading.language}
    why = Advice(says=Says.NO_TEMPLATE, about=about)
    return Proposal(
        text="",
        language=reading.language,
        intent=best.intent,
        case=best.case,
        confidence=0.0,
        source="",
        language_guessed=reading.guessed,
        facts={},
        advice=(why, *filter(None, (reading.understood.advice,))),
        observed=reading.observed,
    )
