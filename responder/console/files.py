"""Files that go out with a reply: put beside it while it is written, and taken away again."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from connectors.files import FileLimits, FileRefused, checked, named, refuse_empty
from responder.console import second_yes, shapes
from responder.console.answers import answer, error
from responder.console.auth import at_least
from responder.console.file_limits import NO_FILES, limits
from responder.console.services import conversation_of, services
from responder.console.uploads import Busy, TooLarge, TooSlow, check_length
from responder.domain.model import ConversationId, Finding, Severity, Token
from responder.errors import Conflict
from responder.store import conversations as store
from responder.store.conversations import Conversation
from responder.store.files import drop_file, keep_file, may_keep
from responder.store.users import Role

COME_AGAIN = "5"  # seconds

_Work = Callable[[web.Request, ConversationId, Token, FileLimits], Awaitable[web.Response]]


async def upload(request: web.Request) -> web.Response:
    """Keep a file beside the reply that the holder of the claim ``token`` writes.

    The body is the file, as it is; ``name`` is what the buyer shall see. It is refused where the
    marketplace takes no such file (422 ``file_refused``, 413 ``file_too_large``, 409
    ``no_files``), and where its name breaks a rule (422 ``rule_violation``). All that can be
    known without the body is looked at before any of it is read.
    """
    return await _looked_at(request, request.content_length, _take_in)


async def ask(request: web.Request) -> web.Response:
    """Say of a file of ``size`` bytes, without it, what ``upload`` would refuse it for.

    A browser reads no answer before it has written the whole body: it asks first, so that a
    refusal is not waited for, nor lost with a line that ends while it still writes.
    """
    size = _wanted(request, "size")
    if not (size.isascii() and size.isdecimal()):
        raise Conflict("invalid", "size: how many bytes the file has")
    return await _looked_at(request, int(size), _fine)


async def _fine(*_: object) -> web.Response:
    return answer({"ok": True})


async def _looked_at(request: web.Request, length: int | None, work: _Work) -> web.Response:
    """``work``, where nothing is against a file of ``length`` bytes that is known without it.

    ``length`` is None where nobody has told it.
    """
    at_least(request, Role.TRAINEE)
    name, token = _wanted(request, "name"), _wanted(request, "token")
    given = services(request)
    one = await store.read(given.database, conversation_of(request))
    known = limits(request, one)
    if known is None:
        raise Conflict("no_files", NO_FILES)
    try:
        safe, _ = named(name, _told_type(request), known)
        broken = await _broken(request, one, safe)
        if broken:
            return _breaks(safe, broken)
        check_length(length or 0, known.total)
        room = (known.count, known.total)
        await may_keep(given.database, one.id, Token(token), length or 0, room)
        refuse_empty(safe, length)
        return await work(request, one.id, Token(token), known)
    except FileRefused as refused:
        told = {"reason": refused.reason, "endings": ", ".join(known.endings)}
        return error(422, "file_refused", str(refused), **told)
    except TooLarge:
        said = f"{name[:80]}: at most {known.total:,} bytes are taken here; make it smaller"
        return error(413, "file_too_large", said, most=known.total)
    except TooSlow:
        return error(408, "too_slow", "the file did not arrive in time; try again")
    except Busy:
        refusal = error(503, "busy", "other files are being uploaded; try again in a moment")
        refusal.headers["Retry-After"] = COME_AGAIN
        return refusal


async def _take_in(
    request: web.Request, one: ConversationId, token: Token, known: FileLimits
) -> web.Response:
    """Read the body, look at what it is and keep it."""
    given = services(request)
    name, claimed = _wanted(request, "name"), _told_type(request)
    async with given.uploads.place():
        content = await given.uploads.body(request, known.total)
        async with given.uploads.packing:
            file = await asyncio.to_thread(checked, name, claimed, content, known)
            told = (file.name, file.content_type, file.content)
            room = (known.count, known.total)
            kept = await keep_file(given.database, one, token, told, room=room)
    return answer(shapes.file(kept), status=201)


async def remove(request: web.Request) -> web.Response:
    """Take a file away; fine where it is gone already."""
    at_least(request, Role.TRAINEE)
    token = _wanted(request, "token")
    given = services(request)
    one = await store.read(given.database, conversation_of(request))
    file = next((each for each in one.files if each.id == request.match_info["file"]), None)
    if file is not None:
        await drop_file(given.database, one.id, Token(token), file)
    return answer({"ok": True})


def _wanted(request: web.Request, name: str) -> str:
    value = request.query.get(name, "")
    if not 1 <= len(value) <= 300:
        raise Conflict("invalid", f"say {name} in the query, up to 300 characters")
    return value


def _told_type(request: web.Request) -> str:
    return request.headers.get("Content-Type", "")


async def _broken(request: web.Request, one: Conversation, name: str) -> list[Finding]:
    """Rules that a file's name breaks, as words in the reply would."""
    found = await second_yes.findings(request, one, name.rpartition(".")[0])
    return [each for each in found if each.severity is Severity.BLOCK and each.start < each.end]


def _breaks(name: str, broken: list[Finding]) -> web.Response:
    why = f"{name}: the name breaks a rule of the marketplace; rename the file"
    shown = [shapes.finding(each) for each in broken]
    return error(422, "rule_violation", why, reason="name", findings=shown)
