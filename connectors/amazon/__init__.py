"""Amazon: buyer messages by mail (IMAP in, SMTP out), order facts by the Selling Partner API."""
