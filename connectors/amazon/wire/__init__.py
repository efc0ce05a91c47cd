"""Amazon's mail and HTTP as pure functions: bytes in, values out, no I/O.

``body`` finds the buyer's words in a mail, ``senders`` says who sent it, ``inbound`` decides what
it is; ``outbound`` builds a reply; ``orders`` and ``lwa`` are the Selling Partner API. Mails are
taken apart by ``connectors/mail/wire``.
"""
