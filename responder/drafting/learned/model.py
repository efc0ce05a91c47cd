"""A shop's own model of what its buyers want."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from responder.domain.advice import Advice, Says
from responder.domain.lessons import Lesson
from responder.domain.model import Intent
from responder.drafting.intent import UNKNOWN, Guess, Intents, Rule, Understanding
from responder.drafting.learned import calibration, linear
from responder.drafting.learned.calibration import Curve, Pick
from responder.drafting.learned.features import hints, pieces

FEWEST = 60  # lessons; a model of fewer would be a guess
_RARE = 2  # a piece of fewer messages is not kept: it may be a name
_HINT = 0.5  # how much a rule that fired counts beside all the words together
_CONSTANT = 0.5
_COST = 1.0
_FOLDS = 5
_CANDIDATES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopModel:
    """What a shop's lessons come to. Whatever it says rests on the words of the message alone."""

    labels: tuple[str, ...]
    vocabulary: Mapping[str, int]  # pieces of text and hints, each with its row of the weights
    rarity: NDArray[np.float32]  # of each piece: inverse document frequency; of hints: 0
    weights: linear.Weights  # the last row is the constant
    curve: Curve
    thresholds: Mapping[str, float]
    lessons: int

    def understand(self, text: str, ruled: Understanding, fired: Sequence[Rule]) -> Understanding:
        """``ruled``, what the rules make of ``text``, seen again by the shop's experience.

        What a person must decide stays so, and a complaint is never a confident pick.
        """
        if any(rule.caution for rule in fired):
            return ruled
        scores = self._scores(text, fired, ruled.best.intent.value)
        order = [int(place) for place in np.argsort(-scores)]
        pick = _pick(self.labels, scores, order, ruled.best.intent.value)
        sure = round(calibration.confidence(pick, self.curve), 3)
        ranked = tuple(
            _guess(Intent(self.labels[place]), fired, float(scores[place]))
            for place in order[:_CANDIDATES]
            if self.labels[place] != Intent.UNKNOWN and scores[place] > -1
        )
        if pick.intent == Intent.UNKNOWN:
            return _left(ruled, ranked, Advice(says=Says.NOTHING_LIKE_IT))
        if sure < self.thresholds.get(pick.intent, 0.0):
            unsure = Advice(says=Says.UNSURE, about={"intent": pick.intent})
            return _left(ruled, ranked, unsure)
        first = _guess(Intent(pick.intent), fired, 1.0)
        others = tuple(one for one in (*ranked, *ruled.others) if one.intent != first.intent)
        best = Guess(intent=first.intent, case=first.case, score=1.0, trust=sure)
        return Understanding(best=best, others=_unique(others), advice=Advice(says=Says.LEARNED))

    def _scores(self, text: str, fired: Sequence[Rule], picked: str) -> NDArray[np.float32]:
        row = _row(pieces(text), hints(fired, picked), self.vocabulary, self.rarity)
        return linear.score(row, self.weights)


@dataclass(frozen=True, slots=True)
class Example:
    """A lesson as it is learned from."""

    words: Counter[str]
    hints: Mapping[str, float]
    ruled: str
    label: str


def examples(lessons: Sequence[Lesson], intents: Intents) -> list[Example]:
    """``lessons`` with what the rules make of them."""
    found = []
    for lesson in lessons:
        fired = intents.fired(lesson.text, [lesson.language])
        ruled = intents.judge(fired).best.intent.value
        found.append(
            Example(pieces(lesson.text), hints(fired, ruled), ruled, lesson.confirmed.value)
        )
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
    picks, right = _held_back(learned)
    curve = calibration.fit(picks, right)
    return _fitted(learned, curve, calibration.thresholds(picks, right, curve))


def _held_back(learned: Sequence[Example]) -> tuple[list[Pick], list[bool]]:
    """The picks that models without them make of each fifth of the examples."""
    picks: list[Pick] = []
    right: list[bool] = []
    for fold in range(_FOLDS):
        rest = [one for place, one in enumerate(learned) if place % _FOLDS != fold]
        model = _fitted(rest, (0.0,) * 5, {})
        for one in learned[fold::_FOLDS]:
            row = _row(one.words, one.hints, model.vocabulary, model.rarity)
            scores = linear.score(row, model.weights)
            order = [int(place) for place in np.argsort(-scores)]
            pick = _pick(model.labels, scores, order, one.ruled)
            if pick.intent != Intent.UNKNOWN:
                picks.append(pick)
                right.append(pick.intent == one.label)
    return picks, right


def _fitted(learned: Sequence[Example], curve: Curve, lowest: Mapping[str, float]) -> ShopModel:
    labels = tuple(sorted({one.label for one in learned} | {Intent.UNKNOWN.value}))
    vocabulary, rarity = _vocabulary(learned)
    rows = [_row(one.words, one.hints, vocabulary, rarity) for one in learned]
    weights = linear.train(
        rows,
        [labels.index(one.label) for one in learned],
        features=len(vocabulary) + 1,
        classes=len(labels),
        cost=_COST,
    )
    return ShopModel(
        labels=labels,
        vocabulary=vocabulary,
        rarity=rarity,
        weights=weights,
        curve=curve,
        thresholds=lowest,
        lessons=len(learned),
    )


def _vocabulary(learned: Sequence[Example]) -> tuple[dict[str, int], NDArray[np.float32]]:
    seen = Counter(piece for one in learned for piece in one.words)
    kept = sorted(piece for piece, count in seen.items() if count >= _RARE)
    told = sorted({hint for one in learned for hint in one.hints})
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
    fired = [vocabulary[f"hint {hint}"] for hint in told if f"hint {hint}" in vocabulary]
    return (
        np.concatenate([places, np.array([*fired, len(vocabulary)], dtype=np.int32)]),
        np.concatenate(
            [values / length, np.array([*[_HINT] * len(fired), _CONSTANT], dtype=np.float32)]
        ),
    )


def _pick(
    labels: Sequence[str], scores: NDArray[np.float32], order: Sequence[int], ruled: str
) -> Pick:
    first, second = order[0], order[1]
    intent = labels[first]
    fired = ruled != Intent.UNKNOWN
    return Pick(
        intent=intent,
        score=float(scores[first]),
        lead=float(scores[first] - scores[second]),
        agrees=fired and ruled == intent,
        differs=fired and ruled != intent,
    )


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
