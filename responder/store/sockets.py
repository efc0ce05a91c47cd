"""Where the server of a data directory listens, and whose place that is."""

import os
import stat
import tempfile
from hashlib import blake2b
from pathlib import Path

from responder.errors import StoreUnusable

SOCKET_PATH_LIMIT = 100  # bytes; the kernel's own is 108


def socket_path(directory: Path) -> Path:
    """Where the server of ``directory`` listens.

    A unix socket's path must be short, so one deep in the tree lies in a folder of the user's
    own beside everybody's files, under a name that only this directory has.
    """
    path = directory.resolve() / "store.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        return path
    name = blake2b(os.fsencode(path), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"responder-{os.getuid()}" / f"{name}.sock"


def make_place(directory: Path) -> None:
    """Make the folder of that socket, where it lies elsewhere; ``StoreUnusable`` as below."""
    path = socket_path(directory)
    if path.parent != directory.resolve():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        check_place(directory)


def check_place(directory: Path) -> None:
    """``StoreUnusable`` where others could listen in place of the server of ``directory``."""
    folder = socket_path(directory).parent
    if folder == directory.resolve():
        return
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    if not is_ours or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise StoreUnusable(
            f"{folder} is somebody else's, or others may write in it: remove it, or give [store] "
            f"url a shorter path than {directory}"
        )
