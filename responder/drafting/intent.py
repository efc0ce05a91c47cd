"""What a buyer wants, by hand-written patterns: ranked, and honestly unknown when unsure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from responder.domain.advice import Advice, Says
from responder.domain.model import Intent
from responder.drafting.patterns import Pattern
from responder.drafting.scripts import TRADITIONAL_TO_SIMPLIFIED

_LOOKED_AT = 4_000  # characters, the last ones: what a buyer asks for stands at the end
_LEAST = 0.3  # below this nothing was understood
_LEAD = 0.04  # a smaller lead over another intent is a tie
_SURE = 0.785  # a pick that is right less often is left to a person, as a candidate
_CROWD = 0.1  # less sure where another intent is nearly as likely
_NEAR = 0.12
_TRUSTED = 0.83  # how often a case is right where its file does not say
_SPACES = re.compile(r"[ \t\r\f\v\u00a0\u3000]{1,4000}")
_INVISIBLE = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF])
_QUOTES = {0x2019: "'", 0x2018: "'", 0x02BC: "'"}
# 2026-11-22: buyers often leave accents out; the patterns of these languages are written without.
_READ_WITHOUT_ACCENTS = frozenset({"es", "it"})
_ACCENTS = str.maketrans("áàâäéèêëíìîïóòôöúùûüñç", "aaaaeeeeiiiioooouuuunc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Patterns that speak for one case, and patterns that speak against these."""

    intent: Intent
    case: str
    score: float  # 0 to 1: which of several that fire comes first
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...] = ()
    caution: str = ""  # why a person must decide, whatever else is said
    trust: float | None = None  # 0 to 1: how often it is right when it is picked, as measured

    def fires(self, text: str) -> bool:
        return _one_is_in(text, self.patterns) and not _one_is_in(text, self.unless)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """One thing that a buyer may want. ``score`` ranks; ``trust`` is how often that is right."""

    intent: Intent
    case: str
    score: float
    trust: float | None = None

    @property
    def confidence(self) -> float:
        """How often a pick like this one is right, 0 to 1."""
        if self.trust is not None:
            return self.trust
        return max(self.score, _TRUSTED) if self.score else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What a text was taken to want: ``best``, what else it may be, and why to be careful."""

    best: Guess
    others: tuple[Guess, ...] = ()
    advice: Advice | None = None


_NOTHING = Advice(says=Says.NOTHING_RECOGNIZED)
UNKNOWN = Guess(intent=Intent.UNKNOWN, case=Intent.UNKNOWN.value, score=0.0)


class Intents:
    """The patterns of all languages. English is read beside a guessed language, never instead."""

    def __init__(self, rules: Mapping[str, Sequence[Rule]]) -> None:
        self._rules = {language: tuple(found) for language, found in rules.items()}

    def understand(self, text: str, languages: Iterable[str]) -> Understanding:
        """What ``text`` wants, read by the patterns of ``languages``, whatever their script."""
        return self.judge(self.fired(text, languages))

    def fired(self, text: str, languages: Iterable[str]) -> tuple[Rule, ...]:
        """The rules of ``languages`` that fire on ``text``."""
        folded = fold(text)
        bases = dict.fromkeys(language.partition("-")[0] for language in languages)
        return tuple(rule for base in bases for rule in self._fired(base, folded))

    @staticmethod
    def judge(fired: Sequence[Rule]) -> Understanding:
        """What it means that these rules fired."""
        caution = next((rule for rule in fired if rule.caution), None)
        if caution is not None:
            best = Guess(intent=caution.intent, case=caution.case, score=0.0)
            return Understanding(best=best, advice=Advice(says=caution.caution))
        return decide(rank(fired))

    def _fired(self, base: str, text: str) -> Iterable[Rule]:
        read = _as_read(base, text)
        return (rule for rule in self._rules.get(base, ()) if rule.fires(read))


def _as_read(base: str, text: str) -> str:
    """A folded ``text`` as the patterns of the language ``base`` are written."""
    if base == "zh":  # only Chinese: a Japanese 領 must stay what the Japanese patterns expect
        return text.translate(TRADITIONAL_TO_SIMPLIFIED)
    return text.translate(_ACCENTS) if base in _READ_WITHOUT_ACCENTS else text


def fold(text: str) -> str:
    """``text`` as the patterns expect it: lower case, one width, no invisible marks."""
    text = text[-_LOOKED_AT:].translate(_INVISIBLE)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    return _SPACES.sub(" ", text.lower()).strip()


def rank(fired: Iterable[Rule]) -> tuple[Guess, ...]:
    """The best case of each intent that fired, surest first."""
    best: dict[Intent, Guess] = {}
    for rule in fired:
        guess = Guess(intent=rule.intent, case=rule.case, score=rule.score, trust=rule.trust)
        held = best.get(rule.intent)
        if held is None or (guess.score, guess.confidence) > (held.score, held.confidence):
            best[rule.intent] = guess
    return tuple(sorted(best.values(), key=lambda guess: -guess.score))


def decide(ranked: Sequence[Guess]) -> Understanding:
    """The first of ``ranked`` where it leads clearly; else unknown, with the candidates kept."""
    if not ranked or ranked[0].score < _LEAST:
        return Understanding(best=UNKNOWN, others=tuple(ranked), advice=_NOTHING)
    if len(ranked) > 1 and ranked[0].score - ranked[1].score < _LEAD:
        first, second = (guess.intent.value for guess in ranked[:2])
        tie = Advice(says=Says.TIE, about={"intent": first, "other": second})
        return Understanding(best=UNKNOWN, others=tuple(ranked), advice=tie)
    best, others = ranked[0], tuple(ranked[1:])
    confidence = best.confidence - (_CROWD if _is_near(best, others) else 0.0)
    if confidence < _SURE:
        unsure = Advice(says=Says.UNSURE, about={"intent": best.intent.value})
        return Understanding(best=UNKNOWN, others=tuple(ranked), advice=unsure)
    best = replace(best, trust=round(confidence, 2))
    person = Advice(says=Says.FOR_A_PERSON, about={"case": best.case})
    advice = person if best.intent is Intent.UNKNOWN else None
    return Understanding(best=best, others=others, advice=advice)


def _is_near(best: Guess, others: Sequence[Guess]) -> bool:
    """Whether another thing is spoken for nearly as much."""
    return any(best.score - other.score < _NEAR for other in others)


def _one_is_in(text: str, patterns: Iterable[Pattern]) -> bool:
    return any(pattern.is_in(text) for pattern in patterns)
