"""A proposal for a conversation: its language, what the buyer wants, a text, and what it breaks."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from responder.domain.model import Author, Fact, Finding, Intent, Kind, Message, Proposal
from responder.drafting.closing import why_no_reply
from responder.drafting.intent import UNKNOWN, Guess, Intents, Understanding
from responder.drafting.language import detect, known_language
from responder.drafting.rules import RuleBook, check
from responder.drafting.templates import Rendered, Template, Templates, first_rendered

PHOTO_ONLY = Guess(intent=Intent.UNKNOWN, case="photo_only", score=0.2)

_READ = 4_000  # characters of the buyer's newest messages that are read
_UNKNOWN_CONFIDENCE = 0.15
_GENERAL_ANSWER = 0.8  # of the confidence, where the text rests on no fact
_GUESSED_LANGUAGE = 0.8
_FOREIGN_LANGUAGE = 0.4
_FALLBACK_LANGUAGE = "en"
_MOST_OPTIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A conversation that waits for an answer, and what is known about it."""

    marketplace: str
    buyer: str
    messages: Sequence[Message]  # oldest first, the whole thread
    facts: Mapping[str, Fact]  # by name: "order.tracking_number"
    default_language: str
    byte_limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What was made of the buyer's messages."""

    language: str
    guessed: bool
    understood: Understanding


class Drafting:
    """Proposes replies and checks texts. It holds no state: every answer follows from arguments."""

    def __init__(
        self, templates: Templates, rules: Mapping[str, RuleBook], intents: Intents
    ) -> None:
        self._templates = templates
        self._rules = rules
        self._intents = intents

    @property
    def templates(self) -> Sequence[Template]:
        return self._templates.all

    def propose(self, question: Question) -> Proposal:
        """A reply to what the buyer wrote since our last one. Never raises, whatever they wrote.

        The text is empty only where no template can be filled in; ``note`` then says why.
        """
        return replace(self._proposed(question), no_reply=why_no_reply(question.messages))

    def _proposed(self, question: Question) -> Proposal:
        facts = _with_buyer(question)
        reading = self._read(question)
        found = self._renderings(question.marketplace, facts, reading)
        texts = list(islice(_different(found), 1 + _MOST_OPTIONS))
        if not texts:
            return _nothing(reading)
        first, *others = texts
        return Proposal(
            text=first.text,
            language=reading.language,
            intent=reading.understood.best.intent,
            case=reading.understood.best.case,
            confidence=_confidence(reading, first),
            source=f"template:{first.template.key}",
            language_guessed=reading.guessed,
            facts=first.facts,
            findings=self.check(
                first.text,
                question.marketplace,
                allowed=[fact.value for fact in first.facts.values()],
                byte_limit=question.byte_limit,
            ),
            options=tuple(other.text for other in others),
            note=_note(reading, first),
        )

    def check(
        self,
        text: str,
        marketplace: str,
        *,
        allowed: Collection[str] = (),
        byte_limit: int | None = None,
    ) -> tuple[Finding, ...]:
        """What ``text`` may not say on ``marketplace``; see ``rules.check``."""
        book = self._rules.get(marketplace) or self._rules["common"]
        return check(text, book, allowed=allowed, byte_limit=byte_limit)

    def _read(self, question: Question) -> _Reading:
        newest = newest_of_buyer(question.messages)
        text = "\n".join(message.text for message in newest)[-_READ:].strip()
        told = next(filter(None, (known_language(one.language) for one in reversed(newest))), None)
        default = told or known_language(question.default_language) or _FALLBACK_LANGUAGE
        language, guessed = detect(text, default)
        return _Reading(
            language=language,
            guessed=guessed and not told,
            understood=self._understand(text, language, guessed) if text else _wordless(newest),
        )

    def _understand(self, text: str, language: str, guessed: bool) -> Understanding:
        # A guess may be wrong, and short messages are often English ("refund?") anywhere.
        languages = (language, _FALLBACK_LANGUAGE) if guessed else (language,)
        return self._intents.understand(text, languages)

    def _renderings(
        self, marketplace: str, facts: Mapping[str, Fact], reading: _Reading
    ) -> Iterator[Rendered]:
        """Texts for what was understood, best first, then for what else it may be."""
        language = _answer_in(reading.language, self._templates.languages)
        for guess in (reading.understood.best, *reading.understood.others):
            templates = self._templates.fitting(
                language, guess.intent, guess.case, marketplace=marketplace, facts=facts
            )
            rendered = first_rendered(templates, facts, marketplace)
            if rendered is not None:
                yield rendered


def newest_of_buyer(messages: Sequence[Message]) -> Sequence[Message]:
    """What the buyer wrote since our last reply; where we had the last word, their last message."""
    newest: list[Message] = []
    for message in reversed(messages):
        if message.kind is not Kind.CHAT or message.author is Author.PLATFORM:
            continue
        if message.author is Author.BUYER:
            newest.append(message)
        elif newest:
            break
    return newest[::-1]


def _with_buyer(question: Question) -> Mapping[str, Fact]:
    if not question.buyer or "buyer.name" in question.facts:
        return question.facts
    name = Fact(value=question.buyer, source="conversation")
    return {**question.facts, "buyer.name": name}


def _wordless(newest: Sequence[Message]) -> Understanding:
    best = PHOTO_ONLY if any(message.attachments for message in newest) else UNKNOWN
    return Understanding(best=best, note="the buyer wrote no text")


def _answer_in(language: str, written: Collection[str]) -> str:
    """The language to answer in: the buyer's, else its other script, else English."""
    wanted = (language, language.partition("-")[0])
    return next((one for one in wanted if one in written), _FALLBACK_LANGUAGE)


def _different(found: Iterator[Rendered]) -> Iterator[Rendered]:
    seen: set[str] = set()
    for rendered in found:
        if rendered.text not in seen:
            seen.add(rendered.text)
            yield rendered


def _confidence(reading: _Reading, rendered: Rendered) -> float:
    best = reading.understood.best
    if best.intent is Intent.UNKNOWN:
        return _UNKNOWN_CONFIDENCE
    share = best.score
    if not any(name.startswith("order.") for name in rendered.facts):
        share *= _GENERAL_ANSWER
    if reading.guessed:
        share *= _GUESSED_LANGUAGE
    if rendered.template.language != reading.language:
        share *= _FOREIGN_LANGUAGE
    return round(share, 2)


def _note(reading: _Reading, rendered: Rendered) -> str:
    notes = [_note_on_intent(reading.understood)]
    if rendered.template.language != reading.language:
        notes.append(
            f"the buyer writes {reading.language}, for which there are no templates: "
            f"this text is {rendered.template.language}"
        )
    return "; ".join(note for note in notes if note)


def _note_on_intent(understood: Understanding) -> str:
    if understood.best.intent is Intent.UNKNOWN:
        return f"intent unknown: read before approving ({understood.note})"
    return understood.note


def _nothing(reading: _Reading) -> Proposal:
    best = reading.understood.best
    why = f"no template for {best.intent.value} in {reading.language} fits the facts that are known"
    return Proposal(
        text="",
        language=reading.language,
        intent=best.intent,
        case=best.case,
        confidence=0.0,
        source="",
        language_guessed=reading.guessed,
        facts={},
        note="; ".join(part for part in (why, reading.understood.note) if part),
    )
