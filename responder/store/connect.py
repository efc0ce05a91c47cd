"""From ``[store] url`` to a client.

redis-py's own retries are off: when an answer is lost it would run a script
twice without telling (measured). The workers' loops retry, knowing what is safe.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypedDict, cast
from urllib.parse import parse_qs, urlsplit

import structlog
from redis.asyncio import BlockingConnectionPool, Redis, Sentinel, UnixDomainSocketConnection
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError

from responder.clock import Clock
from responder.errors import StoreUnusable
from responder.store.away import STORE_AWAY
from responder.store.database import Database, open_database
from responder.store.embedded import EmbeddedStore
from responder.store.eviction import check_eviction
from responder.store.scripts import RedisClient
from responder.store.sockets import check_place, socket_path

log = structlog.get_logger()

SOCKET_TIMEOUT = 5.0  # seconds; blocking reads stay under it
# Who finds no connection free waits for one: a plain pool of redis-py fails instead, and under load
# replies were left in mid-send by it. With 1,000 accounts all polls of a start come at once.
CONNECTIONS = 200
WAIT = 20.0  # seconds for a free one; then the store counts as away
OF_OTHERS = 1_000  # connections to a cluster or by sentinels, whose pools make nobody wait
LOOK_AGAIN = 1.0  # seconds, at a server that still reads its data
EMBEDDED = "embedded:"
SCHEMES = (f"{EMBEDDED}DIRECTORY", "redis://", "rediss://", "redis+cluster://", "redis+sentinel://")


def is_own(url: str) -> bool:
    """Whether a daemon starts the server itself: no other one is at work in it."""
    return url.startswith(EMBEDDED)


@asynccontextmanager
async def connect(
    url: str, clock: Clock, *, fsync: str = "always", share: bool = False
) -> AsyncIterator[RedisClient]:
    """Open the store's server (starting an embedded one) and close it at the end.

    ``share`` uses an embedded server that already runs, as a command beside the
    daemon does; without one it starts it for the time being.
    """
    if is_own(url):
        async with _embedded(Path(url.removeprefix(EMBEDDED)), clock, fsync, share) as redis:
            yield redis
        return
    redis = _remote(url)
    try:
        with suppress(BusyLoadingError):  # it is there; ``opened`` waits until it has read its data
            await redis.ping()
    except STORE_AWAY as error:
        await redis.aclose()
        raise StoreUnusable(
            f"the store at {_without_password(url)} does not answer ({error.__class__.__name__}): "
            "is the server running, and are host, port and password in [store] url right?"
        ) from error
    try:
        yield redis
    finally:
        await redis.aclose()


def _log_loading() -> None:
    log.warning("store.loading", hint="the server reads its data; the daemon waits")


async def opened(
    redis: RedisClient,
    clock: Clock,
    partitions: int | None,
    stop: asyncio.Event,
    *,
    tell: Callable[[], None] = _log_loading,
) -> Database | None:
    """The store, as soon as its server has read its data; None where ``stop`` is set before.

    ``StoreUnusable`` where it would throw away what it has taken; ``tell`` is called once where
    it must be waited for.
    """
    told = False
    while not stop.is_set():
        try:
            return await _open_sound(redis, clock, partitions)
        except BusyLoadingError:
            if not told:
                tell()
                told = True
            await clock.sleep(LOOK_AGAIN)
    return None


async def _open_sound(redis: RedisClient, clock: Clock, partitions: int | None) -> Database:
    """The store, where its server keeps what it takes."""
    database = await open_database(redis, clock, partitions)
    doubt = await check_eviction(redis)
    if doubt:
        log.warning("store.may_forget", hint=doubt)
    return database


@asynccontextmanager
async def _embedded(
    directory: Path, clock: Clock, fsync: str, share: bool
) -> AsyncIterator[RedisClient]:
    check_place(directory)
    path = str(socket_path(directory))
    redis = _waiting(
        BlockingConnectionPool(
            connection_class=UnixDomainSocketConnection, path=path, **_limits(), **_options()
        )
    )
    running = share and await _answers(redis)
    server = None if running else EmbeddedStore(directory, clock, fsync=fsync)
    keeper: asyncio.Task[None] | None = None
    if server is not None:
        await server.start()
        keeper = asyncio.create_task(server.keep_alive())  # lives as long as this context
    try:
        yield redis
    finally:
        await redis.aclose()
        if server is not None and keeper is not None:
            keeper.cancel()
            await server.stop()


async def _answers(redis: RedisClient) -> bool:
    """Whether a server is there; one that still reads its data is, and will serve."""
    try:
        return bool(await redis.ping())
    except BusyLoadingError:
        return True
    except STORE_AWAY:
        return False


class _Options(TypedDict):
    decode_responses: bool
    retry: Retry
    socket_timeout: float
    health_check_interval: int


class _Limits(TypedDict):
    max_connections: int
    timeout: float


def _limits() -> _Limits:
    return _Limits(max_connections=CONNECTIONS, timeout=WAIT)


def _waiting(pool: BlockingConnectionPool) -> Redis:
    """A client that owns ``pool``: it is closed with it."""
    return Redis.from_pool(pool)


def _options() -> _Options:
    return _Options(
        decode_responses=True,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=SOCKET_TIMEOUT,
        health_check_interval=0,
    )


def _remote(url: str) -> RedisClient:
    scheme, _, rest = url.partition("://")
    try:
        match scheme:
            case "redis" | "rediss":
                return _waiting(BlockingConnectionPool.from_url(url, **_limits(), **_options()))
            case "redis+cluster":
                return RedisCluster.from_url(
                    f"redis://{rest}", max_connections=OF_OTHERS, **_options()
                )
            case "redis+sentinel":
                return _sentinel(url)
    except ValueError:  # its words may quote a part of the password
        raise StoreUnusable(
            f"[store] url {_without_password(url)!r} cannot be read: is the port a number, and "
            "are special characters in the password written as %XX?"
        ) from None
    raise StoreUnusable(f"[store] url {_without_password(url)!r}: use one of {', '.join(SCHEMES)}")


def _sentinel(url: str) -> RedisClient:
    """``redis+sentinel://[:password@]host:port[,host:port…]/SERVICE[?db=N]``."""
    parts = urlsplit(url)
    hosts = parts.netloc.rpartition("@")[2].split(",")
    nodes = [(host.partition(":")[0], int(host.partition(":")[2] or 26379)) for host in hosts]
    database = int(parse_qs(parts.query).get("db", ["0"])[0])
    options = _options()
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        nodes,
        sentinel_kwargs={"retry": options["retry"], "socket_timeout": SOCKET_TIMEOUT},
        password=parts.password,
        max_connections=OF_OTHERS,
        **options,
    )
    master = sentinel.master_for(parts.path.strip("/") or "mymaster", db=database)
    return cast("Redis", master)


def _without_password(url: str) -> str:
    """``url`` as far as it may be shown: a password stands before "@" or in the query."""
    scheme, separator, rest = url.partition("://")
    shown = rest if separator else scheme
    shown = "…" if "?" in shown else shown.rpartition("@")[2]
    return scheme + separator + shown if separator else shown
