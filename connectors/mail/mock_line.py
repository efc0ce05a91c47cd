"""The two ends of a mock mail server's line: what is heard on it, and how it breaks."""

from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from typing import Any, Final

_BODY: Final = 512  # bytes in one write: more than any line that is not a mail


class Heard:
    """A connection of which somebody hears every line that a client says."""

    def __init__(self, reader: StreamReader, on_line: Callable[[bytes], None] | None) -> None:
        self._reader = reader
        self._on_line = on_line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    async def readline(self) -> bytes:
        line = await self._reader.readline()
        if self._on_line is not None:
            self._on_line(line)
        return line


class Fragile:
    """A connection that may break in the middle of a mail.

    What is written after it broke is refused: the server would go on with its whole answer, and
    asyncio would complain of each piece ("socket.send() raised exception.").
    """

    def __init__(self, writer: StreamWriter, breaks: Callable[[], bool]) -> None:
        self._writer = writer
        self._breaks = breaks

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def write(self, data: bytes) -> None:
        if self._writer.is_closing():
            raise ConnectionResetError
        if len(data) > _BODY and self._breaks():
            self._writer.write(data[: len(data) // 2])
            self._writer.close()
            raise ConnectionResetError
        self._writer.write(data)
