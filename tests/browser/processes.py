"""What a browser and its driver have started, as the system tells it."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL, Signals


def children(processes: Iterable[int]) -> set[int]:
    """Those that still run; none of a process that has ended."""
    found: set[int] = set()
    for process in processes:
        with suppress(OSError):
            told = Path(f"/proc/{process}/task/{process}/children").read_text()
            found.update(int(child) for child in told.split())
    return found


def send(by: Callable[[int, int], None], whom: Iterable[int], what: Signals = SIGKILL) -> None:
    """``by`` is ``os.kill``, or ``os.killpg`` for whole groups; who has ended is passed over."""
    for process in whom:
        with suppress(ProcessLookupError):
            by(process, what)


async def have_ended(processes: Iterable[int]) -> None:
    """Return when none of them runs: what was killed ends when its turn comes, not at once."""
    while any(map(runs, processes)):  # noqa: ASYNC110 - the system tells nobody of another's child
        await asyncio.sleep(0.01)


def runs(process: int) -> bool:
    """Not so of one that has ended, though nobody has asked how."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes() != b""
    except OSError:
        return False
