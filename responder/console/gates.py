"""Whether an account is asked or left alone, as the API and ``responder status`` show it."""

from datetime import datetime
from typing import Any

from responder.console.shapes import iso
from responder.domain.breaker import OPENS_AT, Breaker, Gate
from responder.store.accounts import AccountBook

LEVELS = {Gate.CLOSED: 0, Gate.HALF_OPEN: 1, Gate.OPEN: 2}  # for the metric


def polls(book: AccountBook) -> Breaker:
    """The inbox's side: every poll of a failing inbox is a probe, at the time that is planned."""
    until = book.next_poll if book.failures >= OPENS_AT else None
    return Breaker(failures=book.failures, until=until)


def gates(book: AccountBook, now: datetime) -> dict[str, Any]:
    """Both sides of an account: closed (all is well), open (left alone) or half_open (tried)."""
    return {
        "polls": _shape(polls(book), now, book.problem),
        "sends": _shape(book.sends, now, book.sends_problem),
    }


def _shape(breaker: Breaker, now: datetime, problem: str) -> dict[str, Any]:
    gate = breaker.gate(now)
    return {
        "gate": gate,
        "failures": breaker.failures,
        "again_at": iso(breaker.opens_again(now)) if gate is Gate.OPEN else None,
        "problem": problem or None,
    }


def words(shown: dict[str, Any]) -> str:
    """Both sides in a few words for a table; "-" when all is well."""
    trouble = [
        f"{side} {one['gate'].replace('_', ' ')}" + (f" until {again}" if again else "")
        for side, one in shown.items()
        if one["gate"] != Gate.CLOSED
        for again in [(one["again_at"] or "")[11:19]]
    ]
    return ", ".join(trouble) or "-"
