"""How long to wait before the next try."""

from datetime import timedelta
from random import Random


def backoff(tries: int, dice: Random, *, first: timedelta, most: timedelta) -> timedelta:
    """After ``tries`` (from 1) failures: doubling from ``first`` up to ``most``, less up to half.

    The random half keeps many that failed together from coming back together.
    """
    whole = min(first * (1 << min(tries - 1, 32)), most)
    return whole * (0.5 + dice.random() / 2)
