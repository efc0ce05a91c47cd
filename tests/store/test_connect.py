"""From a URL to a store that answers, or to a message that says what to do."""

import asyncio
from pathlib import Path

import pytest

from responder.clock import SystemClock
from responder.errors import StoreUnusable
from responder.store.connect import connect


@pytest.mark.parametrize(
    "url",
    [
        "redis://:secret@127.0.0.1:1/0",
        "rediss://user:secret@127.0.0.1:1",
        "redis://127.0.0.1:1?password=secret",
        "redis+cluster://:secret@127.0.0.1:1",
        "redis+sentinel://:secret@127.0.0.1:1,127.0.0.1:2/main?db=1",
        "redis+sentinel://127.0.0.1:1",
    ],
)
async def test_a_server_that_does_not_answer_is_named_without_its_password(url: str) -> None:
    with pytest.raises(StoreUnusable, match=r"does not answer.*is the server running") as refusal:
        async with connect(url, SystemClock()):
            pass

    assert url.partition("://")[0] in str(refusal.value)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    "url", ["http://user:secret@shop", "user:secret@shop", "", "rediss+cluster://:secret@shop"]
)
async def test_a_url_of_another_kind_is_refused_with_the_kinds_there_are(url: str) -> None:
    with pytest.raises(StoreUnusable, match="use one of embedded:DIRECTORY, redis://") as refusal:
        async with connect(url, SystemClock()):
            pass

    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    "url",
    [
        "redis://:secret@host:port/0",
        "redis://:sec#ret@host:6379",
        "redis+cluster://:secret@host:port",
        "redis+sentinel://:secret@host:port/main",
        "redis+sentinel://:secret@host:1/main?db=x",
    ],
)
async def test_a_url_that_cannot_be_read_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(StoreUnusable, match="cannot be read: is the port a number") as refusal:
        async with connect(url, SystemClock()):
            pass

    assert "sec" not in str(refusal.value)


async def test_an_embedded_store_runs_as_long_as_it_is_used(tmp_path: Path) -> None:
    async with connect(f"embedded:{tmp_path}", SystemClock()) as redis:
        await redis.set("kept", "1")

    async with connect(f"embedded:{tmp_path}", SystemClock()) as redis:
        assert await redis.get("kept") == "1"


async def test_a_command_beside_the_daemon_shares_its_store(tmp_path: Path) -> None:
    url = f"embedded:{tmp_path}"
    async with connect(url, SystemClock()) as daemon:
        await daemon.set("kept", "1")

        async with connect(url, SystemClock(), share=True) as command:
            assert await command.get("kept") == "1"

        assert await daemon.ping()


async def test_a_command_without_a_daemon_starts_the_store_for_the_time_being(
    tmp_path: Path,
) -> None:
    url = f"embedded:{tmp_path}"

    async with connect(url, SystemClock(), share=True) as command:
        assert await command.ping()

    async with connect(url, SystemClock()) as daemon:
        assert await daemon.ping()


async def test_a_daemon_does_not_share_its_store(tmp_path: Path) -> None:
    url = f"embedded:{tmp_path}"
    async with connect(url, SystemClock()):
        with pytest.raises(StoreUnusable, match="in use by process"):
            async with connect(url, SystemClock()):
                pass


async def test_two_thousand_who_ask_the_store_at_once_are_all_answered(tmp_path: Path) -> None:
    """The polls of 1,000 accounts do at a start, beside crews and console."""
    async with connect(f"embedded:{tmp_path}", SystemClock()) as redis:
        answers = await asyncio.gather(
            *(redis.blpop([f"nothing {number}"], 0.1) for number in range(2_000))
        )

    assert answers == [None] * 2_000
