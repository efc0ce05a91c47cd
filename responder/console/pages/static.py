"""Scripts and style: read once, packed once, kept by browsers until they change."""

import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent.parent / "static"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class File:
    type: str
    plain: bytes
    packed: bytes


@cache
def files() -> dict[str, File]:
    """Every file that is served, by its path."""
    return {
        str(path.relative_to(STATIC)): File(TYPES[path.suffix], body, gzip.compress(body, mtime=0))
        for path in sorted(STATIC.rglob("*"))
        if path.suffix in TYPES
        for body in [path.read_bytes()]
    }


@cache
def version() -> str:
    """Changes with any of the files: scripts import each other by relative addresses."""
    digest = blake2b(digest_size=6)
    for name, file in files().items():
        digest.update(name.encode() + b"\0" + file.plain)
    return digest.hexdigest()


def address(name: str) -> str:
    return f"/static/{version()}/{name}"


async def serve(request: web.Request) -> web.Response:
    """A file; one of this version may be kept for ever."""
    file = files().get(request.match_info["path"])
    if file is None:
        raise web.HTTPNotFound
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    current = request.match_info["version"] == version()
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if current else "no-cache",
        "Vary": "Accept-Encoding",
    }
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = file.packed if packed else file.plain
    return web.Response(body=body, content_type=file.type, charset="utf-8", headers=headers)
