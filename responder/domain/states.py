"""What may happen to a conversation, and where it leads. The scripts of the store follow this table.

The clock is not in the table: it runs while the buyer is owed an answer, that
is in WAITING, APPROVED and UNCERTAIN, and only what the marketplace has
accepted, an answer given elsewhere, or NO_REPLY_NEEDED stops it.
"""

from enum import StrEnum

from responder.domain.model import State


class Change(StrEnum):
    """A state change; each is one script and one event of this name."""

    BUYER_WROTE = "buyer_wrote"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"  # an agent took the approval back in time
    HELD = "held"  # a newer message came before the reply left
    SENT = "sent"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"
    NOT_SENT = "not_sent"  # a person or the marketplace says: it never arrived
    NO_REPLY_NEEDED = "no_reply_needed"


OWED = frozenset({State.WAITING, State.APPROVED, State.UNCERTAIN})  # the clock runs
CLOSED = frozenset({State.ANSWERED, State.NO_REPLY_NEEDED})

TRANSITIONS: dict[Change, dict[State, State]] = {
    # An approval whose request may already be under way stays; see ``reply.state`` in the store.
    Change.BUYER_WROTE: {
        State.WAITING: State.WAITING,
        State.ANSWERED: State.WAITING,
        State.NO_REPLY_NEEDED: State.WAITING,
        State.APPROVED: State.WAITING,
        State.UNCERTAIN: State.UNCERTAIN,
    },
    Change.ANSWERED_ELSEWHERE: {
        State.WAITING: State.ANSWERED,
        State.ANSWERED: State.ANSWERED,
        State.NO_REPLY_NEEDED: State.NO_REPLY_NEEDED,
        State.APPROVED: State.ANSWERED,
        State.UNCERTAIN: State.UNCERTAIN,
    },
    Change.APPROVED: {State.WAITING: State.APPROVED},
    Change.WITHDRAWN: {State.APPROVED: State.WAITING},
    Change.HELD: {State.APPROVED: State.WAITING},
    Change.SENT: {State.APPROVED: State.ANSWERED, State.UNCERTAIN: State.ANSWERED},
    Change.UNCERTAIN: {State.APPROVED: State.UNCERTAIN},
    Change.REFUSED: {
        State.APPROVED: State.WAITING,
        State.UNCERTAIN: State.WAITING,
        State.ANSWERED: State.WAITING,  # the marketplace refuses later, by mail
    },
    Change.NOT_SENT: {State.UNCERTAIN: State.WAITING},
    Change.NO_REPLY_NEEDED: {State.WAITING: State.NO_REPLY_NEEDED},
}


def after(change: Change, state: State) -> State | None:
    """The state that ``change`` leads to from ``state``; None where it may not happen."""
    return TRANSITIONS[change].get(state)
