import numpy as np

from responder.drafting.learned import linear


def _row(*places: int) -> linear.Row:
    return np.array(places, dtype=np.int32), np.ones(len(places), dtype=np.float32)


def test_what_no_row_speaks_against_stays_as_it_was_believed() -> None:
    start = np.array([[2.0, -2.0], [0.0, 0.0]], dtype=np.float32)

    weights = linear.train([_row(1), _row(1)], [0, 0], start, cost=1.0)

    assert (weights[0] == start[0]).all()
    assert weights[1, 0] > 0 > weights[1, 1]


def test_rows_that_say_otherwise_change_what_was_believed() -> None:
    start = np.array([[1.0, -1.0]], dtype=np.float32)

    weights = linear.train([_row(0)] * 20, [1] * 20, start, cost=1.0)

    assert weights[0, 1] > weights[0, 0]


def test_what_the_rows_already_agree_with_needs_no_step() -> None:
    start = np.array([[3.0, -3.0]], dtype=np.float32)

    weights = linear.train([_row(0)] * 5, [0] * 5, start, cost=1.0)

    assert (weights == start).all()
