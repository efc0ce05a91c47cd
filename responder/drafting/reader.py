"""What is made of a buyer's words: their language, what they want, how they say it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from responder.domain.advice import Advice, Says
from responder.domain.model import Author, Intent, Kind, Message
from responder.domain.reading import Observed, Want
from responder.drafting.entities import entities
from responder.drafting.intent import UNKNOWN, Guess, Intents, Understanding
from responder.drafting.language import detect, known_language
from responder.drafting.learned.shelf import Model
from responder.drafting.signals import mood, signals, urgency
from responder.drafting.texts import Reading

PHOTO_ONLY = Guess(intent=Intent.UNKNOWN, case="photo_only", score=0.2)
FALLBACK_LANGUAGE = "en"

_READ = 4_000  # characters of the buyer's newest messages that are read
_MOST_WANTS = 4


class Reader:
    """Reads by patterns, and by what the shop's own model has learned, where there is one."""

    def __init__(self, intents: Intents, experience: Callable[[str], Model | None]) -> None:
        self._intents = intents
        self._experience = experience

    def conversation(self, messages: Sequence[Message], *, language: str, shop: str) -> Reading:
        """What the buyer wrote since our last reply; ``language`` where nothing tells theirs."""
        newest = newest_of_buyer(messages)
        text = "\n".join(message.text for message in newest)[-_READ:].strip()
        told = next(filter(None, (known_language(one.language) for one in reversed(newest))), None)
        default = told or known_language(language) or FALLBACK_LANGUAGE
        if text:
            reading = self.text(text, default=default, shop=shop, waiting=len(newest))
            return replace(reading, guessed=reading.guessed and not told, newest=newest)
        found, guessed = detect(text, default)
        return Reading(
            language=found,
            guessed=guessed and not told,
            understood=_wordless(newest),
            newest=newest,
        )

    def text(self, text: str, *, default: str | None, shop: str = "", waiting: int = 1) -> Reading:
        """The language of ``text`` (see ``language.detect``), and what its writer wants.

        ``waiting`` is how many messages they have written without an answer.
        """
        language, guessed = detect(text, default)
        # A guess may be wrong, and short messages are often English ("refund?") anywhere.
        languages = (language, FALLBACK_LANGUAGE) if guessed else (language,)
        fired = self._intents.fired(text, languages)
        understood = self._intents.judge(fired)
        model = self._experience(shop)
        if model is not None:
            touched = self._intents.touched(text, languages)
            understood = model.understand(text, understood, fired, touched)
        return Reading(
            language=language,
            guessed=guessed,
            understood=understood,
            observed=_observed(text, language, understood, signals(text, language, fired, waiting)),
        )


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


def _observed(
    text: str, language: str, understood: Understanding, found: Sequence[str]
) -> Observed:
    """What people are shown of a message beside its words."""
    guesses = (understood.best, *understood.others)
    return Observed(
        wants=tuple(
            Want(intent=guess.intent.value, case=guess.case, confidence=guess.confidence)
            for guess in guesses[:_MOST_WANTS]
            if guess.intent is not Intent.UNKNOWN
        ),
        urgency=urgency(found),
        mood=mood(found),
        signals=tuple(found),
        entities=entities(text, language),
    )


def _wordless(newest: Sequence[Message]) -> Understanding:
    best = PHOTO_ONLY if any(message.attachments for message in newest) else UNKNOWN
    return Understanding(best=best, advice=Advice(says=Says.NO_TEXT))
