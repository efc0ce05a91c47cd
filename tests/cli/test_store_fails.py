"""A store that fails while a command uses it is named, in words and not in a traceback."""

from asyncio import StreamReader, StreamWriter, start_server
from pathlib import Path

import pytest

from responder.cli.options import opened
from responder.errors import StoreUnusable
from responder.settings import load

HELLO = b"%1\r\n+proto\r\n:3\r\n"
NOTHING = b"%0\r\n"


@pytest.mark.parametrize("last_words", [b"-READONLY it is a replica\r\n", b""])
async def test_a_store_that_takes_no_writes_or_goes_away_is_told_of(
    tmp_path: Path, last_words: bytes
) -> None:
    async def server(asked: StreamReader, answer: StreamWriter) -> None:
        while some := await asked.read(4096):
            if b"HSETNX" in some:
                answer.write(last_words)
                break
            known = HELLO if b"HELLO" in some else b"+OK\r\n" * some.count(b"SETINFO")
            answer.write(known or (NOTHING if b"HGETALL" in some else b"+PONG\r\n"))
        answer.close()

    async with await start_server(server, "127.0.0.1", 0) as failing:
        port = failing.sockets[0].getsockname()[1]
        (tmp_path / "responder.toml").write_text(f'[store]\nurl = "redis://127.0.0.1:{port}"\n')

        with pytest.raises(StoreUnusable, match="the store has failed"):
            async with opened(load(tmp_path)):
                pass
