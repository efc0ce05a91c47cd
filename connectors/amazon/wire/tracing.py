"""Whether a reply whose answer was lost has arrived, as the mailbox tells it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from connectors.base import Author, InboundMessage, Kind, Reply, Trace
from connectors.mail.outcome import Outcome, Unplaced

_CLOCKS_APART: Final = timedelta(seconds=60)  # the mailbox's and ours, at most
_LATE_COPY: Final = timedelta(days=1)  # no copy comes later than that


def verdict(
    reply: Reply, message_id: str, since: datetime, seen: Iterable[tuple[datetime, Outcome]]
) -> Trace:
    """Judge by mails and when they arrived: a refusal beats a copy, a copy proves the sending.

    Finding nothing proves nothing: Amazon's copy may be switched off or late. Nor does
    a copy where the same words were sent before: it takes one copy more than that.
    """
    dated = [(at, message) for at, outcome in seen if (message := _message(outcome)) is not None]
    start = since - _CLOCKS_APART
    if any(at >= start and m.kind is Kind.REFUSAL and m.refuses == message_id for at, m in dated):
        return Trace.REFUSED
    before = [one.accepted_at for one in reply.earlier if one.accepted_at >= since - _LATE_COPY]
    first = min(before, default=since) - _CLOCKS_APART
    copies = {m.id: at for at, m in dated if at >= min(first, start) and _is_copy(m, reply)}
    is_recent = any(at >= start for at in copies.values())
    return Trace.SENT if is_recent and len(copies) > len(before) else Trace.UNKNOWN


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
