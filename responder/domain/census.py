"""Which part of a source's own lists is compared next with what we have."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

EVERY = timedelta(hours=1)
OVERLAP = timedelta(hours=2)  # lists lag behind what they list
DEEP_EVERY = timedelta(days=1)
DEEP = timedelta(days=3)  # once a day, further back: what somebody moved or released later
LONGEST = timedelta(days=30)
SETTLED = timedelta(minutes=15)  # what is younger may still be on its way, or a clock be off


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the comparison has come.

    ``since`` and ``until`` are set while a pass is under way, ``cursor`` once its
    first page is done, and ``found`` counts what it has found missing so far.
    """

    done_until: datetime | None = None  # everything that arrived before this was compared
    deep_at: datetime | None = None  # when the last deep pass was over
    since: datetime | None = None
    until: datetime | None = None
    cursor: str | None = None
    deep: bool = False
    found: int = 0

    def finished(self, now: datetime) -> "Progress":
        """After the last page."""
        return Progress(done_until=self.until, deep_at=now if self.deep else self.deep_at)


NOT_BEGUN = Progress()


def planned(
    progress: Progress, *, began: datetime, caught_up_at: datetime, now: datetime
) -> Progress | None:
    """The pass under way, or the next one; None where there is nothing new to compare.

    It ends where the inbox was last read to its end, less what may still be on
    its way: a backlog that waits to be read is no gap. It never goes back before
    the account was first polled: what was handled before is not owed again.
    What a clock that was ahead has noted is no reason to leave anything out.
    """
    if progress.until is not None:
        return progress
    until = min(caught_up_at, now) - SETTLED
    done = progress.done_until or began
    if done > now:
        done = max(began, now - DEEP)
    if until <= done:
        return None
    deep = progress.deep_at is None or not timedelta(0) <= now - progress.deep_at < DEEP_EVERY
    since = min(done - OVERLAP, now - DEEP) if deep else done - OVERLAP
    return replace(
        progress, since=max(since, began, now - LONGEST), until=until, cursor=None, deep=deep
    )
