"""A linear classifier: one against all, squared hinge loss, L2-regularized, dual coordinates.

The method of Hsieh et al., "A Dual Coordinate Descent Method for Large-scale Linear SVM" (2008),
all classes in one pass. Two screens of numpy, which language detection has loaded anyway, do what
the default set-up would otherwise install scikit-learn for (see ../README.md).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Row = tuple[NDArray[np.int32], NDArray[np.float32]]  # places and values of what is not zero
Weights = NDArray[np.float32]  # features x classes

_ROUNDS = 25
_ENOUGH = 1e-3  # the largest step of a round below which nothing changes any more


def train(rows: Sequence[Row], labels: Sequence[int], start: Weights, *, cost: float) -> Weights:
    """Weights so that ``score(row, weights)`` is highest for the row's label. Always the same.

    They stay as near to ``start`` as the rows allow: what nothing speaks against is kept.
    """
    weights = start.astype(np.float64)
    classes = weights.shape[1]
    signs = -np.ones((len(rows), classes))
    signs[np.arange(len(rows)), labels] = 1.0
    alphas = np.zeros((len(rows), classes))
    diagonal = 0.5 / cost
    norms = np.array([float(values @ values) + diagonal for _, values in rows])
    order = np.random.default_rng(0)
    for _ in range(_ROUNDS):
        largest = 0.0
        for one in order.permutation(len(rows)):
            places, values = rows[one]
            margin = signs[one] * (values @ weights[places]) - 1.0 + diagonal * alphas[one]
            new = np.maximum(alphas[one] - margin / norms[one], 0.0)
            step = new - alphas[one]
            change = float(np.abs(step).max())
            if change > 0.0:
                weights[places] += np.outer(values, step * signs[one])
                alphas[one] = new
                largest = max(largest, change)
        if largest < _ENOUGH:
            break
    return weights.astype(np.float32)


def score(row: Row, weights: Weights) -> NDArray[np.float32]:
    """How much each class is spoken for; above zero where it is likelier than not."""
    places, values = row
    result: NDArray[np.float32] = values @ weights[places]
    return result
