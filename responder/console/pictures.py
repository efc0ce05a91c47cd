"""What buyers attached, as pictures: only what surely is one, and only of a bearable size."""

import struct

TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000  # a telephone's; a small file may claim to be far more

_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # of JPEG: they say the size


def safe_type(data: bytes) -> str | None:
    """The type of a picture by its own first bytes, whatever it is called; None if it is none.

    SVG is none: it is a document that can run scripts.
    """
    if len(data) > MOST_BYTES:
        return None
    try:
        kind, width, height = _measured(data)
    except (struct.error, ValueError, IndexError):
        return None
    return kind if 0 < width * height <= MOST_PIXELS else None


def _measured(data: bytes) -> tuple[str, int, int]:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ("image/png", *struct.unpack(">II", data[16:24]))
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        return ("image/gif", *struct.unpack("<HH", data[6:10]))
    if data.startswith(b"\xff\xd8\xff"):
        return ("image/jpeg", *_jpeg(data))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ("image/webp", *_webp(data))
    raise ValueError("no picture that is known")


def _jpeg(data: bytes) -> tuple[int, int]:
    at = 2
    while data[at] == 0xFF if at < len(data) else False:
        if data[at + 1] in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    raise ValueError("no size is told")


def _webp(data: bytes) -> tuple[int, int]:
    kind, rest = data[12:16], data[20:]
    if len(rest) < 10:
        raise ValueError("no size is told")
    if kind == b"VP8X":
        return 1 + int.from_bytes(rest[4:7], "little"), 1 + int.from_bytes(rest[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(rest[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", rest[6:10])
    return width & 0x3FFF, height & 0x3FFF
