"""TOP's answers, from bytes to a row or to one of the four failures.

Errors come with status 200; XML comes although JSON was asked for; the gateway
puts a comment behind the answer, or answers with a page of HTML (protocols C21).
"""

import json
import re
from xml.etree import ElementTree as ET

from connectors.base import ConnectorError, Rejected, Unavailable
from connectors.http import Response
from connectors.http import failure as http_failure
from connectors.top.errors import failure, top_error
from connectors.top.values import Row, Value, plain

DEEPEST = 30  # TOP nests about six levels; anything deeper is no answer of TOP
TRAILING_COMMENT = re.compile(r"<!--[^<>]*-->\s*\Z")
DECLARATION = re.compile(r"<!\s*(doctype|entity)", re.IGNORECASE)


def read(answer: Response, *, writes: bool) -> Row:
    """The content of a good answer. Raises one of the four for any other bytes.

    ``writes`` says that the request acts, so that an answer that cannot be read
    may hide that it was done.
    """
    try:
        content = document(answer.body)
    except (ValueError, RecursionError):
        raise _unreadable(answer, writes=writes) from None
    error = error_in(content)
    if error is not None:
        raise failure(top_error(error), writes=writes)
    refused = http_failure(answer)
    if refused is not None:
        raise _careful(refused, writes=writes)
    return payload(content)


def document(body: bytes) -> Row:
    """The object in ``body``, JSON or XML. Raises ``ValueError`` when it is neither."""
    written = TRAILING_COMMENT.sub("", decoded(body).strip().removeprefix("\ufeff"))
    if written.startswith("<"):
        return _xml(written)
    value = plain(json.loads(written, parse_int=str, parse_float=str))
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - one kind of failure for all bytes
    return value


def decoded(body: bytes) -> str:
    """The text of ``body``: UTF-8, or the GBK that old back ends still send."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")


def error_in(content: Row) -> Row | None:
    """The error that ``content`` is or holds, wrapped or not; None when it is an answer."""
    wrapped = content.get("error_response")
    if isinstance(wrapped, dict):
        return wrapped
    return content if "code" in content and "msg" in content else None


def payload(content: Row) -> Row:
    """``content`` without its outer ``…_response`` key, which ``simplify`` leaves out."""
    for name, inner in content.items():
        if name.endswith("_response") and isinstance(inner, dict):
            return inner
    return content


def _xml(written: str) -> Row:
    if DECLARATION.search(written):
        raise ValueError("a document type: refused, it may expand without end")
    try:
        root = ET.fromstring(written)  # noqa: S314 - entities cannot be declared, see above
    except ET.ParseError:
        raise ValueError("not XML") from None
    if not root.tag.endswith("_response"):
        raise ValueError("a page of something that stands before TOP")
    return {root.tag: _element(root, DEEPEST)}


def _element(element: ET.Element, depth: int) -> Value:
    if depth == 0:
        raise ValueError("too deep")
    if not len(element):
        return {} if element.get("list") == "true" else element.text or ""
    found: Row = {}
    for child in element:
        value = _element(child, depth - 1)
        earlier = found.get(child.tag)
        if earlier is None:
            found[child.tag] = value
        elif isinstance(earlier, list):
            earlier.append(value)
        else:
            found[child.tag] = [earlier, value]
    return found


def _unreadable(answer: Response, *, writes: bool) -> ConnectorError:
    """What says no in neither JSON nor XML is not TOP: it stands before it."""
    refused = http_failure(answer)
    if refused is None:
        return Unavailable("an answer that is neither JSON nor XML", maybe_done=writes)
    if isinstance(refused, Rejected):
        why = f"HTTP {answer.status}: an answer that is neither JSON nor XML"
        return Unavailable(why, maybe_done=writes)
    return _careful(refused, writes=writes)


def _careful(refused: ConnectorError, *, writes: bool) -> ConnectorError:
    """A gateway that gave up (502, 504) may have passed the request on all the same."""
    if isinstance(refused, Unavailable):
        return Unavailable(str(refused), maybe_done=writes)
    return refused
