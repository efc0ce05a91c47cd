"""The mailbox lives in ``connectors/mail``; it keeps this name too."""

from connectors.mail.mailbox import Mailbox

__all__ = ["Mailbox"]
