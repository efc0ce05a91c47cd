"""Mails as pure functions: bytes in, values out, no I/O.

``text`` and ``mime`` take a mail apart, ``html`` makes a page readable, ``envelope`` says when it
was sent and what it is called, ``bounce`` reads delivery reports; ``outgoing`` is what SMTP
takes and says; ``cursors`` and ``lists`` say how far a mailbox was read.
"""
