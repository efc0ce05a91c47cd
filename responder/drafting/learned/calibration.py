"""From how far a model's first choice leads to how often such a choice is right."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_STEPS = 30
_RIDGE = 1.0  # few examples must not make anybody certain

Curve = tuple[float, float]  # where it starts and how steeply it rises


def fit(leads: Sequence[float], right: Sequence[bool]) -> Curve:
    """A logistic curve from ``leads`` of choices that were, or were not, right. Newton's method."""
    inputs = np.column_stack([np.ones(len(leads)), np.array(leads, dtype=np.float64)])
    targets = np.array(right, dtype=np.float64)
    curve = np.zeros(2)
    ridge = np.diag([1e-3, _RIDGE])
    for _ in range(_STEPS):
        chances = _logistic(inputs @ curve)
        slope = inputs.T @ (chances - targets) + ridge @ curve
        bend = (inputs * (chances * (1 - chances))[:, None]).T @ inputs + ridge
        step = np.linalg.solve(bend, slope)
        curve -= step
        if float(np.abs(step).max()) < 1e-6:
            break
    return float(curve[0]), float(curve[1])


def confidence(lead: float, curve: Curve) -> float:
    """How often a choice that leads so far is right, 0 to 1."""
    return float(_logistic(np.array(curve[0] + curve[1] * lead)))


def _logistic(value: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1.0 / (1.0 + np.exp(-np.clip(value, -30, 30)))
