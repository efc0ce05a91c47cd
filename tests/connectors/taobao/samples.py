"""TOP's answers as bytes, from the samples."""

from pathlib import Path

import connectors.taobao
from connectors.http import Response
from connectors.top import answer
from connectors.top.values import Row

SAMPLES = Path(connectors.taobao.__file__).parent / "samples"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def read(body: bytes, *, status: int = 200, writes: bool = False) -> Row:
    return answer.read(Response(status, {}, body), writes=writes)
