"""Amazon's mail and HTTP as pure functions: bytes in, values out, no I/O.

``mime`` and ``text`` take a mail apart, ``body`` finds the buyer's words in it,
``senders`` says who sent it, ``inbound`` decides what it is; ``outbound`` builds a
reply; ``orders`` and ``lwa`` are the Selling Partner API.
"""
