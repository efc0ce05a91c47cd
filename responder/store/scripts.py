"""Loads ``lua/*.lua`` and runs them by name."""

from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha1
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import NoScriptError, ReadOnlyError, ResponseError

Argument = str | int | float | bytes
RedisClient = Redis | RedisCluster


def _sound(arguments: Iterable[Argument]) -> list[Argument]:
    """Text as it can be stored: half an emoji (a lone surrogate) becomes "?"."""
    return [one.encode("utf-8", "replace") if isinstance(one, str) else one for one in arguments]


@cache
def _read() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The text of every script, and its hash, by name."""
    folder = files("responder.store") / "lua"
    texts = {
        entry.name.removesuffix(".lua"): entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".lua")
    }
    hashes = {
        name: sha1(text.encode(), usedforsecurity=False).hexdigest() for name, text in texts.items()
    }
    return texts, hashes


class Scripts:
    """Every state change by the name of its file.

    A script is sent by its hash; a server that does not know it (after a
    restart, or a replica that took over) is sent the text once. One that has become
    a replica is left: whoever took over answers to its name.
    """

    def __init__(self, redis: RedisClient) -> None:
        self._redis = redis
        self._texts, self._hashes = _read()

    async def run(self, name: str, keys: Iterable[str], arguments: Iterable[Argument]) -> Any:
        """Run one script. Its keys all lie in one partition."""
        keys = tuple(keys)
        call = (len(keys), *keys, *_sound(arguments))
        try:
            return await self._sent(name, call)
        except ResponseError as error:
            if _is_a_replicas(error) and isinstance(self._redis, Redis):
                await self._redis.connection_pool.disconnect(inuse_connections=False)
            raise

    async def _sent(self, name: str, call: Iterable[Argument]) -> Any:
        try:
            return await self._redis.execute_command("EVALSHA", self._hashes[name], *call)
        except NoScriptError:
            return await self._redis.execute_command("EVAL", self._texts[name], *call)


def _is_a_replicas(error: ResponseError) -> bool:
    """Servers before Redis 7 wrap what a script ran into in words of their own."""
    return isinstance(error, ReadOnlyError) or "-READONLY" in str(error)
