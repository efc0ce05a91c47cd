"""A shop's own model of what its buyers want."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from responder.domain.advice import Advice, Says
from responder.domain.lessons import Lesson
from responder.domain.model import Intent
from responder.drafting.intent import UNKNOWN, Guess, Intents, Rule, Understanding
from responder.drafting.learned import calibration, linear
from responder.drafting.learned.calibration import Curve
from responder.drafting.learned.features import HINT, hints, pieces

FEWEST = 60  # lessons; a model of fewer would be a guess
_RARE = 2  # a piece of fewer messages is not kept: it may be a name
_CONSTANT = 0.5
_COST = 0.5
# What the rules are worth before anything is learned, as scores. Lessons move it from there.
_FIRED = 0.4
_PICKED = 0.3  # beside having fired
_NOTHING = -1.0
_SURE = 0.5  # a pick that is sooner wrong than right is left to a person
_FOLDS = 5
_CANDIDATES = 3
_LABELS = tuple(sorted(intent.value for intent in Intent))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopModel:
    """What a shop's lessons come to. Whatever it says rests on the words of the message alone."""

    labels: tuple[str, ...]
    vocabulary: Mapping[str, int]  # pieces of text and hints, each with its row of the weights
    rarity: NDArray[np.float32]  # of each piece: inverse document frequency; of hints: 0
    weights: linear.Weights  # the last row is the constant
    curve: Curve
    lessons: int

    def understand(
        self, text: str, ruled: Understanding, fired: Sequence[Rule], touched: Collection[str]
    ) -> Understanding:
        """``ruled``, what the rules make of ``text``, seen again by the shop's experience.

        ``touched`` are the patterns that stand in it. What a person must decide stays so, and a
        complaint is never a confident pick.
        """
        if any(rule.caution for rule in fired):
            return ruled
        told = hints(fired, ruled.best.intent.value, touched)
        row = _row(pieces(text), told, self.vocabulary, self.rarity)
        scores = linear.score(row, self.weights)
        order = [int(place) for place in np.argsort(-scores)]
        pick = _pick(self.labels, scores)
        sure = round(calibration.confidence(pick.lead, self.curve), 3)
        ranked = tuple(
            _guess(Intent(self.labels[place]), fired, float(scores[place]))
            for place in order[:_CANDIDATES]
            if self.labels[place] != Intent.UNKNOWN and scores[place] > -1
        )
        if sure < _SURE:
            like_nothing = self.labels[order[0]] == Intent.UNKNOWN
            unsure = Advice(says=Says.UNSURE, about={"intent": pick.intent})
            nothing = Advice(says=Says.NOTHING_LIKE_IT)
            return _left(ruled, ranked, nothing if like_nothing else unsure)
        first = _guess(Intent(pick.intent), fired, 1.0)
        others = tuple(one for one in (*ranked, *ruled.others) if one.intent != first.intent)
        best = Guess(intent=first.intent, case=first.case, score=1.0, trust=sure)
        return Understanding(best=best, others=_unique(others), advice=Advice(says=Says.LEARNED))


@dataclass(frozen=True, slots=True)
class Example:
    """A lesson as it is learned from."""

    words: Counter[str]
    hints: Mapping[str, float]
    label: str


@dataclass(frozen=True, slots=True)
class _Pick:
    """The likeliest intent, and how far it leads over any other and over being none."""

    intent: str
    lead: float


def examples(lessons: Sequence[Lesson], intents: Intents) -> list[Example]:
    """``lessons`` with what the rules make of them."""
    found = []
    for lesson in lessons:
        fired = intents.fired(lesson.text, [lesson.language])
        ruled = intents.judge(fired).best.intent.value
        told = hints(fired, ruled, intents.touched(lesson.text, [lesson.language]))
        found.append(Example(pieces(lesson.text), told, lesson.confirmed.value))
    return found


def learn(learned: Sequence[Example]) -> ShopModel:
    """A model of ``learned``, calibrated on parts that each were held back once.

    ``ValueError`` where they are too few, or all of one intent.
    """
    labels = tuple(sorted({one.label for one in learned}))
    if len(learned) < FEWEST or len(labels) < 2:
        raise ValueError(
            f"{len(learned)} confirmed messages of {len(labels)} intents are too few to learn "
            f"from: {FEWEST} of at least 2 are needed"
        )
    return _fitted(learned, calibration.fit(*_held_back(learned)))


def _held_back(learned: Sequence[Example]) -> tuple[list[float], list[bool]]:
    """How far models lead on each fifth of the examples that they do not know; were they right."""
    leads: list[float] = []
    right: list[bool] = []
    for fold in range(_FOLDS):
        rest = [one for place, one in enumerate(learned) if place % _FOLDS != fold]
        model = _fitted(rest, (0.0, 0.0))
        for one in learned[fold::_FOLDS]:
            row = _row(one.words, one.hints, model.vocabulary, model.rarity)
            pick = _pick(model.labels, linear.score(row, model.weights))
            leads.append(pick.lead)
            right.append(pick.intent == one.label)
    return leads, right


def _fitted(learned: Sequence[Example], curve: Curve) -> ShopModel:
    vocabulary, rarity = _vocabulary(learned)
    rows = [_row(one.words, one.hints, vocabulary, rarity) for one in learned]
    labels = [_LABELS.index(one.label) for one in learned]
    return ShopModel(
        labels=_LABELS,
        vocabulary=vocabulary,
        rarity=rarity,
        weights=linear.train(rows, labels, _belief(vocabulary), cost=_COST),
        curve=curve,
        lessons=len(learned),
    )


def _belief(vocabulary: Mapping[str, int]) -> linear.Weights:
    """The weights of somebody who knows the rules only."""
    weights = np.zeros((len(vocabulary) + 1, len(_LABELS)), dtype=np.float32)
    weights[-1] = _NOTHING / _CONSTANT
    for place, label in enumerate(_LABELS):
        weights[vocabulary[f"hint fired {label}"], place] = _FIRED / HINT
        if label != Intent.UNKNOWN:
            weights[vocabulary[f"hint picked {label}"], place] = _PICKED / HINT
    return weights


def _vocabulary(learned: Sequence[Example]) -> tuple[dict[str, int], NDArray[np.float32]]:
    seen = Counter(piece for one in learned for piece in one.words)
    kept = sorted(piece for piece, count in seen.items() if count >= _RARE)
    always = {f"{what} {label}" for what in ("fired", "picked") for label in _LABELS}
    told = sorted(always.union(*(one.hints for one in learned)))
    whole = 1 + len(learned)
    rarity = [1.0 + log(whole / (1 + seen[piece])) for piece in kept] + [0.0] * len(told)
    names = [*kept, *(f"hint {hint}" for hint in told)]
    return {name: place for place, name in enumerate(names)}, np.array(rarity, dtype=np.float32)


def _row(
    words: Mapping[str, int],
    told: Mapping[str, float],
    vocabulary: Mapping[str, int],
    rarity: NDArray[np.float32],
) -> linear.Row:
    known = {vocabulary[piece]: count for piece, count in words.items() if piece in vocabulary}
    places = np.fromiter(known, dtype=np.int32, count=len(known))
    counts = np.fromiter(known.values(), dtype=np.float32, count=len(known))
    values = (1.0 + np.log(counts)) * rarity[places]
    length = float(np.sqrt(values @ values)) or 1.0
    beside = {
        vocabulary[f"hint {hint}"]: value
        for hint, value in told.items()
        if f"hint {hint}" in vocabulary
    }
    beside[len(vocabulary)] = _CONSTANT
    return (
        np.concatenate([places, np.fromiter(beside, dtype=np.int32)]),
        np.concatenate([values / length, np.fromiter(beside.values(), dtype=np.float32)]),
    )


def _pick(labels: Sequence[str], scores: NDArray[np.float32]) -> _Pick:
    none = labels.index(Intent.UNKNOWN)
    first = max((place for place in range(len(labels)) if place != none), key=scores.__getitem__)
    return _Pick(labels[first], float(scores[first] - np.delete(scores, first).max()))


def _guess(intent: Intent, fired: Sequence[Rule], score: float) -> Guess:
    """``intent`` with the case that the rules name for it, where they name one."""
    of_it = [rule for rule in fired if rule.intent == intent]
    case = max(of_it, key=lambda rule: rule.score).case if of_it else intent.value
    return Guess(intent=intent, case=case, score=max(0.0, min(1.0, (1 + score) / 2)))


def _left(ruled: Understanding, ranked: tuple[Guess, ...], advice: Advice) -> Understanding:
    best = ruled.best if ruled.best.intent is Intent.UNKNOWN else UNKNOWN
    return Understanding(best=best, others=_unique(ranked), advice=advice)


def _unique(guesses: Sequence[Guess]) -> tuple[Guess, ...]:
    """The first guess of each intent."""
    found: dict[Intent, Guess] = {}
    for guess in guesses:
        found.setdefault(guess.intent, guess)
    return tuple(found.values())
