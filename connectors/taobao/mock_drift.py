"""Lists that move while they are read (protocols C26)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from connectors.faults import Faults

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shown(Generic[T]):
    """A page, and how many rows the list says to have."""

    rows: Sequence[T]
    total: int


def drifting(rows: Sequence[T], page: int, size: int, faults: Faults) -> Shown[T]:
    """Page ``page`` of ``rows``, newest first, as it comes where the faults strike.

    A page may end with the first row of the page behind it, which whoever reads from the last page
    to the first has seen. A total may be off by one, in the way that hides most: a last page with
    a single row is not counted, any other list seems to have a row more.
    """
    first = (page - 1) * size
    more = faults.strikes("page_repeats")
    total = len(rows)
    if total > 1 and faults.strikes("total_wrong"):
        total += -1 if total % size == 1 else 1
    return Shown(rows[first : first + size + more], total)
