"""One demo a directory."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from responder.errors import ResponderError


@contextmanager
def alone_in(directory: Path) -> Iterator[None]:
    """Have ``directory`` to oneself, made where it is missing, until the block is left.

    Taken before anything in it is written: a second demo on the same data, even
    on other ports, must not change the first one's configuration or journals.
    The kernel lets go of it when the process dies. ``ResponderError`` when
    another demo is there, or the directory cannot be made.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = os.open(directory / "demo.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ResponderError(
            f"{directory} cannot be used ({error.strerror}): choose another --data"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise ResponderError(
            f"another demo is running in {directory}: stop it first, or choose another --data"
        ) from None
    try:
        yield
    finally:
        os.close(lock)
