"""Where files lie that nobody reads again after the test that wrote them."""

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 2**30  # bytes: many times what the stores and mailboxes of all workers have taken


def scratch() -> Path | None:
    """A place that is flushed in no time, where there is one with enough room."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    return MEMORY if roomy and shutil.disk_usage(MEMORY).free > ROOM else None
