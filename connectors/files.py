"""Files that go out with a reply: what a marketplace takes, and whether one is what it says it is.

A file is known by its own bytes and by the ending of its name, and both must agree. What can run
(programs, scripts, archives, HTML, SVG, documents with macros) goes to no buyer.
"""

import re
import zipfile
from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

from connectors.mail.wire.text import file_name

MIB: Final = 1024 * 1024
MOST_NAME: Final = 120  # bytes in UTF-8: some systems cut longer ones, and lose the ending

JPEG, PNG, GIF, WEBP = "image/jpeg", "image/png", "image/gif", "image/webp"
PDF, TEXT, DOC = "application/pdf", "text/plain", "application/msword"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PICTURES: Final = frozenset({JPEG, PNG, GIF, WEBP})
DOCUMENTS: Final = frozenset({PDF, TEXT, DOC, DOCX})

_ENDINGS: Final = {
    "jpg": JPEG,
    "jpeg": JPEG,
    "png": PNG,
    "gif": GIF,
    "webp": WEBP,
    "pdf": PDF,
    "txt": TEXT,
    "doc": DOC,
    "docx": DOCX,
}
_UNSAID: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_OTHER_NAMES: Final = {"image/jpg": JPEG, "image/pjpeg": JPEG, "application/x-pdf": PDF}
# What a program runs that is handed a file of this ending; before another ending it hides there.
_RUNS: Final = frozenset(
    (  # noqa: SIM905 - a list of one a line is sixty lines
        "7z app apk bat bin chm cmd com cpl dll dmg docm exe gz hta htm html iso jar js jse lnk "
        "mhtml msi pif ps1 py rar reg scr sh svg swf tar vb vbe vbs wsf xhtml xll xlsm zip"
    ).split()
)
# What cameras and messengers call a picture: a date that reads like a telephone number, or the
# name of a messenger. Neither says anything to a buyer, and rules object to both.
_MACHINE: Final = re.compile(
    r"(?:img|pxl|dsc|mvimg|mmexport|wechatimg|whatsapp image|wechat image|screenshot"
    r"|微信图片|微信截图)"
    r"[ _-]*[0-9][0-9 _.()~-]*(?:at [0-9.]+(?: ?[ap]m)?)?[0-9 ().wa-]*",
    re.IGNORECASE,
)
_MACROS: Final = "_VBA_PROJECT".encode("utf-16-le")
_MARKUP: Final = re.compile(
    rb"\s*<(?:!doctype|html|svg|\?xml|script|head|body|iframe)", re.IGNORECASE
)


class FileRefused(ValueError):
    """A file that may not go out; the message says which, why and what to do.

    ``reason`` is the same in a word: empty, ending, told, content, two_endings, no_ending, room,
    none.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLimits:
    """What a marketplace takes beside the words of one reply."""

    count: int  # at most so many files
    total: int  # at most so many bytes together
    types: frozenset[str]

    @property
    def endings(self) -> tuple[str, ...]:
        """The endings of names that it takes."""
        return tuple(ending for ending, kind in _ENDINGS.items() if kind in self.types)

    def room_for(self, sizes: Iterable[int]) -> str:
        """Why files of these sizes are too many or too much together; "" where they fit."""
        known = list(sizes)
        if len(known) > self.count:
            return f"at most {self.count} files go with one reply here, not {len(known)}"
        if sum(known) > self.total:
            return (
                f"the files have {sum(known):,} bytes together, at most {self.total:,} are taken; "
                "make them smaller or leave one out"
            )
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingFile:
    """A file on its way to a buyer. ``name`` is safe, ``content_type`` is what its bytes are."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


def refuse_empty(safe: str, length: int | None) -> None:
    """``FileRefused`` where ``safe`` has no bytes; ``length`` is None while nobody knows."""
    if length == 0:
        raise FileRefused("empty", f"{safe}: the file is empty")


def checked(name: str, claimed: str, content: bytes, limits: FileLimits) -> OutgoingFile:
    """The file under a safe name. ``claimed`` is its media type as told, "" where nobody says.

    Raises ``FileRefused``.
    """
    safe, kind = named(name, claimed, limits)
    refuse_empty(safe, len(content))
    if not _IS[kind](content):
        raise FileRefused(
            "content", f"{safe}: its content is not {kind}; save it anew in that form"
        )
    too_much = limits.room_for([len(content)])
    if too_much:
        raise FileRefused("room", f"{safe}: {too_much}")
    return OutgoingFile(name=safe, content_type=kind, content=content)


def named(name: str, claimed: str, limits: FileLimits) -> tuple[str, str]:
    """The safe name and the media type of a file of which only the name has been seen.

    Raises ``FileRefused`` where none of that name is taken, whatever is in it.
    """
    safe = safe_name(name)
    ending = safe.rpartition(".")[2].lower()
    kind = _ENDINGS.get(ending)
    if kind is None or kind not in limits.types:
        taken = ", ".join(limits.endings)
        raise FileRefused("ending", f"{safe}: .{ending} files are not taken here; {taken} are")
    told = claimed.partition(";")[0].strip().lower()
    if told not in _UNSAID and _OTHER_NAMES.get(told, told) != kind:
        raise FileRefused("told", f"{safe}: it was sent as {told[:60]}, but its name says {kind}")
    return safe, kind


def safe_name(name: str) -> str:
    """A name that shows what the file is: no path, no control letters, one ending.

    What a camera or a messenger has named by its clock becomes "photo-" and four digits of it.

    Raises ``FileRefused`` where a name hides a program before its ending, or has none.
    """
    safe = file_name(name, "")
    stem, dot, ending = safe.rpartition(".")
    if not (stem and dot and ending):
        raise FileRefused(
            "no_ending", f"{safe or 'a file'}: its name needs an ending that says what it is"
        )
    hidden = [part for part in stem.lower().split(".")[1:] if part.strip() in _RUNS]
    if hidden:
        raise FileRefused(
            "two_endings", f"{safe}: its name has two endings (.{hidden[-1]}.{ending}); rename it"
        )
    if _MACHINE.fullmatch(stem):
        stem = f"photo-{re.sub(r'[^0-9]', '', stem)[-4:]}"
    room = MOST_NAME - len(ending) - 1
    while len(stem.encode()) > room:
        stem = stem[:-1]
    return f"{stem.strip()}.{ending}"


def refuse_unfit(files: Collection[OutgoingFile], limits: FileLimits | None) -> None:
    """Raise ``FileRefused`` where a reply's files are not what the marketplace takes."""
    if not files:
        return
    if limits is None:
        raise FileRefused("none", "this marketplace takes no files with a reply")
    too_much = limits.room_for(len(one.content) for one in files)
    if too_much:
        raise FileRefused("room", too_much)
    for one in files:
        checked(one.name, one.content_type, one.content, limits)


def _is_text(content: bytes) -> bool:
    told = content.removeprefix(BOM_UTF8)
    if b"\x00" in told or told.startswith(b"#!") or _MARKUP.match(told):
        return False
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def _is_docx(content: bytes) -> bool:
    """A Word document by the table of its parts; nothing is unpacked. One with macros is none.

    The table stands at the end: a program or a page before the first part would be read past.
    """
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            names = {one.lower() for one in parts.namelist()}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    macros = any(one.endswith("vbaproject.bin") for one in names)
    return not macros and {"[content_types].xml", "word/document.xml"} <= names


def _is_doc(content: bytes) -> bool:
    """An old Word document. Its streams have their names in UTF-16: one with macros is none."""
    return content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") and _MACROS not in content


_IS: Final[dict[str, Callable[[bytes], bool]]] = {
    JPEG: lambda content: content.startswith(b"\xff\xd8\xff"),
    PNG: lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"),
    GIF: lambda content: content[:6] in {b"GIF87a", b"GIF89a"},
    WEBP: lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP",
    PDF: lambda content: content.startswith(b"%PDF-"),
    DOC: _is_doc,
    DOCX: _is_docx,
    TEXT: _is_text,
}
