"""To be somebody else for a moment, where the tests run as root."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def as_user(number: int) -> Iterator[None]:
    """The user of that number; whoever runs the tests, where that is not root."""
    if os.getuid() != 0:
        yield
        return
    os.setresuid(number, number, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
