"""The line does to connections what it says, and nothing else."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Self

import pytest

from tests.chaos.line import DEAF, FAIR, GONE, MUTE, SEVERED, SILENT, Line, Way, Weather, slow

SOON = 0.2  # seconds in which an answer on loopback would have come


class Echo:
    """A server that gives back what it is told, and remembers it."""

    def __init__(self) -> None:
        self.heard = bytearray()
        self.ended = 0
        self.port = 0
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    async def _talk(self, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(*GONE):
            while piece := await reader.read(65536):
                self.heard += piece
                writer.write(piece)
                await writer.drain()
        self.ended += 1
        writer.close()


class Naps:
    """Takes no time, and remembers how long it should have been."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await asyncio.sleep(0)


Dial = Callable[[Line], Awaitable[tuple[StreamReader, StreamWriter]]]


@pytest.fixture
async def dial() -> AsyncIterator[Dial]:
    """Connects to a line; the connections end with the test."""
    writers: list[StreamWriter] = []

    async def connect(line: Line) -> tuple[StreamReader, StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        writers.append(writer)
        return reader, writer

    yield connect
    for writer in writers:
        writer.close()


@pytest.fixture
async def echo() -> AsyncIterator[Echo]:
    async with Echo() as server:
        yield server


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
async def line(echo: Echo, naps: Naps) -> AsyncIterator[Line]:
    found = Line(echo.port, naps)
    await found.open()
    yield found
    await found.close()


async def _ask(line: Line, words: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    try:
        return await _say(reader, writer, words)
    finally:
        writer.close()


async def _say(reader: StreamReader, writer: StreamWriter, words: bytes) -> bytes:
    writer.write(words)
    return await reader.readexactly(len(words))


async def _silence(reader: StreamReader) -> bool:
    try:
        await asyncio.wait_for(reader.read(1), SOON)
    except asyncio.TimeoutError:
        return True
    return False


async def test_in_fair_weather_everything_arrives_whole(line: Line) -> None:
    words = bytes(range(256)) * 4096

    assert await _ask(line, words) == words
    assert line.carried == 2 * len(words)


async def test_the_end_of_one_side_reaches_the_other(line: Line, dial: Dial, echo: Echo) -> None:
    reader, writer = await dial(line)
    await _say(reader, writer, b"last words")

    writer.write_eof()

    assert await asyncio.wait_for(reader.read(), 5) == b""
    assert echo.ended == 1


async def test_a_severed_line_resets_old_and_new_connections_until_it_is_mended(
    line: Line, dial: Dial
) -> None:
    reader, writer = await dial(line)
    await _say(reader, writer, b"hello")

    line.becomes(SEVERED)

    with pytest.raises(GONE):
        await reader.readexactly(1)
    with pytest.raises(GONE):
        await _ask(line, b"hello")
    line.becomes(FAIR)
    assert await _ask(line, b"hello") == b"hello"
    assert line.cuts == 1


@pytest.mark.parametrize(("weather", "heard"), [(SILENT, b""), (DEAF, b""), (MUTE, b"a question")])
async def test_a_half_open_line_takes_everything_and_nobody_answers(
    line: Line, dial: Dial, echo: Echo, weather: Weather, heard: bytes
) -> None:
    line.becomes(weather)

    reader, writer = await dial(line)
    writer.write(b"a question")

    assert await _silence(reader)
    assert bytes(echo.heard) == heard
    writer.close()


async def test_a_connection_that_was_half_open_stays_dead_and_its_server_never_hears_of_its_end(
    line: Line, dial: Dial, echo: Echo
) -> None:
    reader, writer = await dial(line)
    await _say(reader, writer, b"hello")
    line.becomes(SILENT)
    line.clear_up()

    writer.write(b"are you there?")
    silent = await _silence(reader)
    writer.close()
    fresh = await _ask(line, b"hello")

    assert silent
    assert fresh == b"hello"
    assert bytes(echo.heard) == b"hellohello"
    assert echo.ended == 0


async def test_a_line_is_cut_in_the_middle_of_an_answer(line: Line, dial: Dial, echo: Echo) -> None:
    line.cut_after(1000)
    reader, writer = await dial(line)
    writer.write(b"x" * 5000)

    with pytest.raises(asyncio.IncompleteReadError) as short:
        await reader.readexactly(5000)

    assert len(short.value.partial) == 1000
    assert len(echo.heard) == 5000, "the question had arrived whole"
    assert await _ask(line, b"once only") == b"once only"


async def test_a_line_is_cut_in_the_middle_of_a_question(
    line: Line, dial: Dial, echo: Echo
) -> None:
    line.cut_after(7, Way.OUT)
    reader, writer = await dial(line)
    await _say(reader, writer, b"abc")
    writer.write(b"defghij")

    with suppress(*GONE):
        await reader.read()

    assert bytes(echo.heard) in {b"abc", b"abcdefg"}, "never more than seven bytes"


async def test_a_slow_line_gives_each_piece_its_time(line: Line, naps: Naps) -> None:
    line.becomes(slow(0.5, 1000))

    assert await _ask(line, b"x" * 250) == b"x" * 250

    assert all(nap <= 0.6 for nap in naps.asked), "in pieces of a tenth of a second"
    assert sum(naps.asked) == pytest.approx(2 * 3 * 0.5 + 2 * 0.25), "three pieces, both ways"


async def test_a_server_that_is_not_there_ends_the_connection(echo: Echo, naps: Naps) -> None:
    lost = Line(1, naps)  # nobody listens on port 1
    await lost.open()

    with pytest.raises(GONE):
        await _ask(lost, b"hello")

    await lost.close()
