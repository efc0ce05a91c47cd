"""Whether a reply whose answer was lost has arrived, as the mailbox tells it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from connectors.amazon.wire.inbound import Outcome, Unplaced
from connectors.base import Author, InboundMessage, Kind, Reply, Trace

# The mailbox's clock and ours may differ; nobody sends one text twice in a minute on purpose.
_CLOCKS_APART: Final = timedelta(seconds=60)


def verdict(
    reply: Reply, message_id: str, since: datetime, seen: Iterable[tuple[datetime, Outcome]]
) -> Trace:
    """Judge by mails and when they arrived: a refusal beats a copy, a copy proves the sending.

    Finding nothing proves nothing: Amazon's copy may be switched off or late.
    """
    recent = [_message(outcome) for at, outcome in seen if at >= since - _CLOCKS_APART]
    messages = [message for message in recent if message is not None]
    if any(m.kind is Kind.REFUSAL and m.refuses == message_id for m in messages):
        return Trace.REFUSED
    return Trace.SENT if any(_is_copy(m, reply) for m in messages) else Trace.UNKNOWN


def _message(outcome: Outcome) -> InboundMessage | None:
    if isinstance(outcome, Unplaced):
        return outcome.message
    return outcome if isinstance(outcome, InboundMessage) else None


def _is_copy(message: InboundMessage, reply: Reply) -> bool:
    """The same words to the same buyer: by order where the copy names one, else by name."""
    if message.author is not Author.SELLER or _words(message.text) != _words(reply.text):
        return False
    order_ids = reply.order_ids or (reply.thread.partition("|")[2],)
    if message.order_ids:
        return bool(set(message.order_ids) & set(order_ids))
    return message.buyer == reply.reply_to.get("buyer", "")


def _words(text: str) -> list[str]:
    return text.split()
