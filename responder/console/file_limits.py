"""What files may go with a reply: what the marketplace takes, and what lies in the conversation."""

from collections.abc import Sequence

from aiohttp import web

from connectors.files import FileLimits
from responder.console.services import services
from responder.domain.model import ReplyFile
from responder.errors import Conflict
from responder.store.conversations import Conversation

NO_FILES = "this marketplace takes no files with a reply here: send the words alone"


def limits(request: web.Request, one: Conversation) -> FileLimits | None:
    """What files a reply to this conversation may carry; None where it carries none."""
    return services(request).file_limits(one.account, one.thread)


def chosen(
    one: Conversation, wanted: Sequence[str], known: FileLimits | None
) -> tuple[ReplyFile, ...]:
    """The files of these ids, in this order. ``Conflict`` where they may not go with a reply."""
    if not wanted:
        return ()
    if known is None:
        raise Conflict("no_files", NO_FILES)
    lying = {each.id: each for each in one.files}
    gone = next((name for name in wanted if name not in lying), None)
    if gone is not None:
        said = "a file is not there (any more), or lies in another conversation: attach it again"
        raise Conflict("file_gone", said, file=gone)
    files = tuple(lying[name] for name in dict.fromkeys(wanted))
    unfit = known.room_for(each.size for each in files)
    if unfit:
        raise Conflict("files_too_large", unfit)
    return files
