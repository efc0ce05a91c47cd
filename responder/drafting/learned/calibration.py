"""From how far a model's first choice leads to how often such a choice is right."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_STEPS = 30
_RIDGE = 1.0  # few examples must not make anybody certain
_FEWEST = 8  # picks of one intent, before it gets a threshold of its own
_NO_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Pick:
    """A first choice of the model: what speaks for it."""

    intent: str
    score: float
    lead: float  # over the second choice
    agrees: bool  # the rules picked the same
    differs: bool  # the rules picked another


Curve = tuple[float, ...]


def fit(picks: Sequence[Pick], right: Sequence[bool]) -> Curve:
    """A logistic curve from ``picks`` that were, or were not, right. Newton's method."""
    inputs = np.array([_inputs(pick) for pick in picks], dtype=np.float64)
    targets = np.array(right, dtype=np.float64)
    curve = np.zeros(inputs.shape[1])
    ridge = np.diag([1e-3] + [_RIDGE] * (inputs.shape[1] - 1))
    for _ in range(_STEPS):
        chances = _logistic(inputs @ curve)
        slope = inputs.T @ (chances - targets) + ridge @ curve
        bend = (inputs * (chances * (1 - chances))[:, None]).T @ inputs + ridge
        step = np.linalg.solve(bend, slope)
        curve -= step
        if float(np.abs(step).max()) < 1e-6:
            break
    return tuple(float(value) for value in curve)


def confidence(pick: Pick, curve: Curve) -> float:
    """How often a pick like this is right, 0 to 1."""
    return float(_logistic(np.array(_inputs(pick)) @ np.array(curve)))


def thresholds(picks: Sequence[Pick], right: Sequence[bool], curve: Curve) -> dict[str, float]:
    """For each intent the confidence below which its picks are wrong too often."""
    found: dict[str, float] = {}
    for intent in sorted({pick.intent for pick in picks}):
        held = sorted(
            (confidence(pick, curve), good)
            for pick, good in zip(picks, right, strict=True)
            if pick.intent == intent
        )
        found[intent] = _threshold(held) if len(held) >= _FEWEST else _NO_THRESHOLD
    return found


def _threshold(held: list[tuple[float, bool]]) -> float:
    """Drops the least sure picks as far as three wrong ones go with every two right ones."""
    gain = most = 0
    lowest = 0.0
    for place, (_, good) in enumerate(held[:-1]):
        gain += -3 if good else 2
        if gain > most:
            most, lowest = gain, held[place + 1][0]
    return round(lowest, 3)


def _inputs(pick: Pick) -> list[float]:
    return [1.0, pick.score, pick.lead, float(pick.agrees), float(pick.differs)]


def _logistic(value: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1.0 / (1.0 + np.exp(-np.clip(value, -30, 30)))
