"""A mailbox that any shop's buyers write to."""
