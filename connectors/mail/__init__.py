"""Mail as a way to talk to buyers: IMAP in, SMTP out, read only; and a mail server in a box."""
