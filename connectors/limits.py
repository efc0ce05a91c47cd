"""What files a connector takes with a reply, asked before one is written and as it leaves."""

from collections.abc import Callable

from connectors.base import Rejected, Reply
from connectors.files import FileLimits, FileRefused, refuse_unfit


def limits_of(connector: object, thread: str) -> FileLimits | None:
    """What files a reply in ``thread`` may carry; None where it carries none. It is no duty.

    A connector says so by ``file_limits(thread)``; one that has no such method takes no files.
    """
    told: Callable[[str], FileLimits | None] | None = getattr(connector, "file_limits", None)
    return told(thread) if told else None


def refuse_files(reply: Reply, limits: FileLimits | None = None) -> None:
    """Raise ``Rejected`` where ``reply`` carries files that the marketplace does not take."""
    try:
        refuse_unfit(reply.files, limits)
    except FileRefused as refused:
        raise Rejected(str(refused)) from None
