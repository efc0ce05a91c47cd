"""Whether the store waits for the answers that the books say are owed."""

from collections.abc import Iterator

from connectors.base import Author, Kind
from responder.domain.model import ConversationId
from responder.simulation.ledger import Ledger
from responder.simulation.loop import BEGINNING
from responder.simulation.marketplace import Posted, message_id
from responder.simulation.threads import conversations
from responder.simulation.world import World
from responder.store.times import ms

CLOCKS_APART = 120.0  # seconds by which a marketplace may date a refusal before our reply


def the_reply_clock_is_right(world: World) -> None:
    ledger = world.ledger
    for _, conversation, posted in conversations(world.markets):
        key = f"mr:{{{conversation[:2]}}}:conv:{conversation}"
        state, since = world.server.books.hmget(key, "state", "waiting_since")
        readings = [
            _owed(ledger, conversation, posted, refusals)
            for refusals in _readings(ledger, conversation, posted)
        ]
        wanted = [str(min(owed)) if owed else None for owed in readings]
        if (since or None) not in wanted:
            ledger.broken(
                "the reply clock is right",
                conversation,
                f"{conversation} ({state}) waits since {since}, the books say "
                + " or ".join(map(str, dict.fromkeys(wanted))),
            )


def late_refusals_are_told(world: World) -> None:
    for _, conversation, posted in conversations(world.markets):
        for reply, refusal in _refusals(world.ledger, posted).items():
            approved_at = world.ledger.approvals[reply].at
            forgotten_at = world.ledger.kept.forgotten(conversation, approved_at, refusal)
            if forgotten_at is not None and not any(
                one.at > forgotten_at
                for one in world.ledger.tellings
                if one.notice.kind == "send_refused" and one.notice.conversation == conversation
            ):
                world.ledger.broken(
                    "late refusals are told",
                    conversation,
                    f"{reply} was refused after its thread was purged, and nobody heard of it",
                )


def _refusals(ledger: Ledger, posted: list[Posted]) -> dict[str, str]:
    """Each approved reply that was refused later by name, and the message that says so."""
    refusals = {one.refuses: one.id for one in posted if one.kind is Kind.REFUSAL}
    return {
        reply: refusals[message_id(reply)]
        for reply in sorted(_accepted(ledger, posted))
        if message_id(reply) in refusals
    }


def _accepted(ledger: Ledger, posted: list[Posted]) -> set[str]:
    return {one.reply for one in posted if one.reply} & ledger.approvals.keys()


def _readings(
    ledger: Ledger, conversation: ConversationId, posted: list[Posted]
) -> Iterator[dict[str, str]]:
    """What was refused, by each way to understand a refusal that names no reply.

    It is about one that had left by then. Where that may be one that never arrived, or is
    refused by its name as well, none other needs to count as refused.
    """
    named = _refusals(ledger, posted)
    unnamed = [one for one in posted if one.kind is Kind.REFUSAL and not one.refuses]
    if not unnamed:
        yield named
        return
    (refusal,) = unnamed  # marketplaces of worlds write one in a thread
    until = (refusal.at - BEGINNING).total_seconds() + CLOCKS_APART
    left = [
        one.reply
        for one in ledger.approvals.values()
        if one.conversation == conversation and one.at <= until and ledger.attempts.get(one.reply)
    ]
    meant = [one for one in left if one in _accepted(ledger, posted) - named.keys()]
    for reply in meant:
        yield {**named, reply: refusal.id}
    if len(meant) < len(left):
        yield named


def _owed(
    ledger: Ledger, conversation: ConversationId, posted: list[Posted], refusals: dict[str, str]
) -> list[int]:
    """When the buyer's messages were written that nobody has answered."""
    refused = {
        message_id(reply): refusal
        for reply, refusal in refusals.items()
        if ledger.kept.forgotten(conversation, ledger.approvals[reply].at, refusal) is None
    }
    accepted = _accepted(ledger, posted)
    answers: dict[str, frozenset[str]] = {}  # of each reply, what it alone answers

    def believed(at: float, known: frozenset[str]) -> frozenset[str]:
        """What counts as answered at that moment by replies whose refusal is not known then."""
        return frozenset().union(
            *(
                messages
                for reply, messages in answers.items()
                if ledger.recorded.get(reply, at) < at
                and refused.get(message_id(reply)) not in known
            )
        )

    for one in sorted(map(ledger.approvals.__getitem__, accepted), key=lambda one: one.at):
        answers[one.reply] = one.covered - believed(one.at, one.known)
    settled = {
        message
        for reply, messages in answers.items()
        if message_id(reply) not in refused
        for message in messages
    }
    for said in ledger.dismissed:
        if said.conversation == conversation:
            settled |= said.seen - believed(said.at, said.known)
    elsewhere = [one.at for one in posted if one.author is Author.SELLER and not one.reply]
    return [
        ms(one.at)
        for one in posted
        if one.author is Author.BUYER and one.id not in settled
        if all(one.at >= at for at in elsewhere)
    ]
