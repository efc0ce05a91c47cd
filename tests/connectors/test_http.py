"""What an answer's status and headers mean, whoever gives it, and how much of it is read."""

import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from connectors.base import Unavailable
from connectors.http import MOST_ANSWER, Response, opened, request, retry_after

Write = Callable[[web.Request, int], Awaitable[web.StreamResponse]]


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("0", timedelta(0)),
        ("86401", timedelta(days=1)),
        ("9" * 15, timedelta(days=1)),
        ("9" * 5000, timedelta(days=1)),
        ("Sun, 22 Nov 2026 10:00:00 GMT", timedelta(minutes=1)),
        ("", timedelta(minutes=1)),
    ],
)
def test_one_waits_as_long_as_is_asked_and_a_day_at_most(told: str, wait: timedelta) -> None:
    assert retry_after({"retry-after": told}) == wait


async def in_one_piece(_: web.Request, size: int) -> web.StreamResponse:
    return web.Response(body=b"x" * size)


async def in_pieces(request: web.Request, size: int) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    for at in range(0, size, 2**20):
        await answer.write(b"x" * min(2**20, size - at))
    return answer


async def compressed(_: web.Request, size: int) -> web.StreamResponse:
    body = gzip.compress(b"x" * size)
    return web.Response(body=body, headers={"Content-Encoding": "gzip"})


@asynccontextmanager
async def answered(write: Write, size: int) -> AsyncIterator[Response]:
    """What a marketplace answers that says ``size`` bytes."""
    app = web.Application()

    async def say(request: web.Request) -> web.StreamResponse:
        return await write(request, size)

    app.router.add_post("/", say)
    async with TestServer(app) as server:
        session = opened(exit_url=None, timeout=timedelta(seconds=30))
        async with session:
            yield await request(session, "POST", str(server.make_url("/")))


@pytest.mark.parametrize("write", [in_one_piece, in_pieces, compressed])
async def test_an_answer_is_read_up_to_a_limit_and_no_further(
    write: Write,
) -> None:
    async with answered(write, MOST_ANSWER) as whole:
        assert len(whole.body) == MOST_ANSWER

    with pytest.raises(Unavailable, match="the answer is larger than 16 MiB") as refused:
        async with answered(write, MOST_ANSWER + 1):
            pass

    assert refused.value.maybe_done, "what was asked for may have been done all the same"
