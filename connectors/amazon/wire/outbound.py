"""A reply as a mail to the buyer's relay address."""

from datetime import datetime
from typing import Final

from connectors.amazon.wire import senders
from connectors.base import Rejected, Reply
from connectors.files import DOCUMENTS, MIB, PICTURES, FileLimits
from connectors.limits import refuse_files
from connectors.mail.wire.outgoing import Outgoing, compose

# "One or more attachments (up to 10 MB)" (protocols A3). *Unverified*: the list of types is cut
# from every copy of the help page; text, PDF, Word and pictures are what sellers report. How many
# is not said either.
FILES: Final = FileLimits(count=10, total=10 * MIB, types=PICTURES | DOCUMENTS)


def mail(reply: Reply, sender: str, now: datetime) -> Outgoing:
    """Build the mail that answers a buyer. Raises ``Rejected`` where it cannot be built."""
    to = reply.reply_to.get("to", "")
    subject = reply.reply_to.get("subject") or reply.subject
    if not senders.alias_of(to):
        raise Rejected("the thread has no relay address to answer to")
    refuse_files(reply, FILES)
    return compose(reply, sender, to, subject, now)
