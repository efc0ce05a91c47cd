"""Server-sent events: bytes in whatever pieces to the data of each event."""

import re

_LINE_END = re.compile(rb"\r\n|\n|\r")


class EventStream:
    """Feed it pieces; it gives back the data of every event that is complete.

    A piece may end anywhere: within a line, a CRLF or a character.
    """

    def __init__(self) -> None:
        self._rest = bytearray()
        self._data: list[bytes] = []

    def feed(self, piece: bytes) -> list[str]:
        """The data of the events that ``piece`` completes."""
        self._rest += piece
        if not _LINE_END.search(piece) and not self._rest.endswith(b"\r" + piece):
            return []
        lines = self._lines(bytes(self._rest))
        return [event for line in lines if (event := self._take(line)) is not None]

    def end(self) -> list[str]:
        """What is left when the stream has ended without a last empty line."""
        return self.feed(b"\n\n")

    def _lines(self, held: bytes) -> list[bytes]:
        # A CR at the very end may be half of a CRLF: it waits for the next piece.
        whole = held[:-1] if held.endswith(b"\r") else held
        *lines, rest = _LINE_END.split(whole)
        self._rest = bytearray(rest + held[len(whole) :])
        return lines

    def _take(self, line: bytes) -> str | None:
        if line:
            name, _, value = line.partition(b":")
            if name == b"data":
                self._data.append(value.removeprefix(b" "))
            return None
        if not self._data:
            return None
        data, self._data = b"\n".join(self._data), []
        return data.decode("utf-8", "replace")
