"""A reply as a mail to the buyer's relay address."""

from datetime import datetime

from connectors.amazon.wire import senders
from connectors.base import Rejected, Reply
from connectors.mail.wire.outgoing import Outgoing, compose


def mail(reply: Reply, sender: str, now: datetime) -> Outgoing:
    """Build the mail that answers a buyer. Raises ``Rejected`` where it cannot be built."""
    to = reply.reply_to.get("to", "")
    subject = reply.reply_to.get("subject") or reply.subject
    if not senders.alias_of(to):
        raise Rejected("the thread has no relay address to answer to")
    return compose(reply, sender, to, subject, now)
