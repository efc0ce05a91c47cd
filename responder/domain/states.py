"""What may happen to a conversation, and where it leads. The store's scripts follow this table.

The clock is not in the table: it runs while the buyer is owed an answer, that
is in WAITING, APPROVED and UNCERTAIN, and only what the marketplace has
accepted, an answer given elsewhere, or NO_REPLY_NEEDED stops it.
"""

from enum import StrEnum

from responder.domain.model import State


class Change(StrEnum):
    """A state change; each is one event of this name."""

    BUYER_WROTE = "buyer_wrote"  # its event is "message", with author=buyer
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

# The table says what happens to a reply that has not left, while nothing else is
# owed. A reply whose request may be under way is not touched by what comes in (see
# ``reply.state`` in the store): APPROVED stays. And a reply settles only what it
# answers: where ANSWERED would leave a buyer's later message open, it is WAITING;
# where WAITING would leave nothing open, because it was answered elsewhere, it is ANSWERED.
TRANSITIONS: dict[Change, dict[State, State]] = {
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
        # The marketplace refuses later, by mail, what it had accepted:
        State.ANSWERED: State.WAITING,
        State.WAITING: State.WAITING,
        State.NO_REPLY_NEEDED: State.WAITING,
    },
    # APPROVED: at the last moment a rule speaks against it.
    Change.NOT_SENT: {State.APPROVED: State.WAITING, State.UNCERTAIN: State.WAITING},
    Change.NO_REPLY_NEEDED: {State.WAITING: State.NO_REPLY_NEEDED},
}


def after(change: Change, state: State) -> State | None:
    """The state that ``change`` leads to from ``state``; None where it may not happen."""
    return TRANSITIONS[change].get(state)
