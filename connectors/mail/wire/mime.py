"""A mail's bytes as headers, text, HTML and attachments, with what had to be guessed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Any, Final, TypeAlias

from connectors.base import Attachment
from connectors.mail.wire import text
from connectors.mail.wire.addresses import addresses

# What the standard library's parser is known to raise on hostile input.
PARSER_FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
MAX_HEADER: Final = 128 * 1024  # bytes; Amazon's are below 10 KB
_ADDRESSING: Final = ("from", "reply-to", "to", "cc")
_Part: TypeAlias = "Message[str, str]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail taken apart. Header names are lower case; values are decoded and on one line."""

    headers: Mapping[str, tuple[str, ...]]
    addressing: Mapping[str, tuple[str, ...]]  # as sent: headers that hold addresses
    content_type: str
    plain: str
    html: str
    attachments: tuple[Attachment, ...]
    reports: tuple["Mail", ...] = ()  # blocks of a delivery report, and the mail it returns
    warnings: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The first header of that name; "" when there is none."""
        return self.headers.get(name, ("",))[0]

    def addresses(self, name: str) -> list[tuple[str, str]]:
        """Names and addresses in ``From``, ``Reply-To``, ``To`` or ``Cc``."""
        return addresses(self.addressing.get(name, ()))


@dataclass(slots=True)
class _Found:
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reports: list[Mail] = field(default_factory=list)
    warnings: dict[str, None] = field(default_factory=dict)

    def warn(self, warning: str) -> None:
        if warning:
            self.warnings[warning] = None


def refuse_giant_header(raw: bytes) -> None:
    """Raise ``OverflowError`` where taking the header apart would take seconds."""
    ends = [end for end in (raw.find(b"\n\n"), raw.find(b"\r\n\r\n")) if end >= 0]
    if min(ends, default=len(raw)) > MAX_HEADER:
        raise OverflowError


def parsed(raw: bytes, location: str) -> Mail:
    """Take ``raw`` apart. ``location`` leads the references of attachments.

    May raise ``PARSER_FAILURES`` on hostile input: the parser is not ours.
    """
    return _mail(message_from_bytes(raw.replace(b"\x00", b"")), location)


def _mail(message: _Part, location: str) -> Mail:
    found = _Found()
    if message.defects:
        found.warn("the mail is damaged")
    for number, part in _leaves(message, ""):
        _take(part, f"{location}/{number}", found)
    return Mail(
        headers=_headers(message),
        addressing={name: _as_sent(message, name) for name in _ADDRESSING},
        content_type=message.get_content_type(),
        plain="\n".join(found.plain),
        html="\n".join(found.html),
        attachments=tuple(found.attachments),
        reports=tuple(found.reports),
        warnings=tuple(found.warnings),
    )


def part(raw: bytes, number: str) -> tuple[str, bytes] | None:
    """Type and bytes of the part of that number; None where a mail has none, or is no mail."""
    try:
        leaves = dict(_leaves(message_from_bytes(raw.replace(b"\x00", b"")), ""))
        found = leaves.get(number)
        return (found.get_content_type(), _content(found)) if found is not None else None
    except PARSER_FAILURES:
        return None


def cut_out(header: bytes, body: bytes) -> tuple[str, bytes] | None:
    """Type and bytes of one part, of which a server gave the MIME header and the body as sent."""
    return part(header.rstrip(b"\r\n") + b"\r\n\r\n" + body, "1")


def _headers(message: _Part) -> dict[str, tuple[str, ...]]:
    headers: dict[str, tuple[str, ...]] = {}
    for name, value in message.raw_items():
        lower = name.lower()
        headers[lower] = (*headers.get(lower, ()), text.words(str(value)))
    return headers


def _as_sent(message: _Part, name: str) -> tuple[str, ...]:
    return tuple(str(value) for other, value in message.raw_items() if other.lower() == name)


def _leaves(part: _Part, number: str) -> Iterator[tuple[str, _Part]]:
    """Every part that is not itself a multipart, with its IMAP part number."""
    payload = part.get_payload()
    if part.get_content_maintype() != "multipart" or not isinstance(payload, list):
        yield number or "1", part
        return
    for index, child in enumerate(payload, start=1):
        assert isinstance(child, Message)
        yield from _leaves(child, f"{number}.{index}" if number else str(index))


def _take(part: _Part, ref: str, found: _Found) -> None:
    kind = part.get_content_type()
    if kind in {"message/delivery-status", "message/rfc822", "text/rfc822-headers"}:
        found.reports += _report(part, kind, ref)
    name = _name(part)
    if part.get_content_maintype() == "message":
        found.attachments.append(_attachment(name or "message.eml", kind, 0, ref))
        return
    data = _content(part)
    if part.defects:
        found.warn("a part of the mail is damaged")
    is_file = bool(name) or part.get_content_disposition() == "attachment"
    if is_file or kind not in {"text/plain", "text/html"}:
        if is_file or not _is_only_text(part, data):
            found.attachments.append(_attachment(name, kind, len(data), ref))
            return
        found.warn(f"text sent as {kind}")
    _take_text(part, kind, data, found)


def _take_text(part: _Part, kind: str, data: bytes, found: _Found) -> None:
    content, warning = text.decoded(data, _charset(part))
    found.warn(warning)
    content = text.clean(content)
    if kind == "text/plain" and _param(part, "format").lower() == "flowed":
        content = text.unflowed(content, delete_space=_param(part, "delsp").lower() == "yes")
    looks_html = content[:200].lstrip().lower().startswith(("<!doctype html", "<html"))
    if kind != "text/html" and looks_html:
        found.warn("HTML sent as text")
    (found.html if kind == "text/html" or looks_html else found.plain).append(content)


def _is_only_text(part: _Part, data: bytes) -> bool:
    """A mail of one part that claims to be something else but holds plain UTF-8 text."""
    if "received" not in part and "from" not in part:
        return False
    try:
        return bool(data.decode("utf-8").strip())
    except UnicodeDecodeError:
        return False


def _report(part: _Part, kind: str, ref: str) -> list[Mail]:
    payload: Any = part.get_payload()
    if kind == "text/rfc822-headers":
        payload = [message_from_bytes(_content(part))]
    assert isinstance(payload, list)  # the parser's way with every message/* part
    return [_mail(block, ref) for block in payload if isinstance(block, Message)]


def _attachment(name: str, kind: str, size: int, ref: str) -> Attachment:
    fallback = f"attachment-{ref.rpartition('/')[2]}"
    return Attachment(name=text.file_name(name, fallback), content_type=kind, size=size, ref=ref)


def _content(part: _Part) -> bytes:
    """A part's decoded bytes. A multipart that was never one is taken as it stands."""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _charset(part: _Part) -> str:
    return _param(part, "charset").strip("'\" ")


def _param(part: _Part, name: str) -> str:
    value = part.get_param(name, "")
    return collapse_rfc2231_value(value) if value else ""


def _name(part: _Part) -> str:
    return part.get_filename("") or ""
