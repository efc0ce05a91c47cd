"""Servers that a seller brings, started for a test."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ClusterDownError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from responder.store.embedded import find_server
from tests.ports import free_ports


@contextmanager
def server(folder: Path, *options: str) -> Iterator[int]:
    """A server on a port of its own."""
    port = free_ports(1)
    command = [find_server(), *options, "--port", str(port), "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        with patient(port) as client:
            client.ping()
        yield port
    finally:
        process.kill()
        process.wait()


def patient(port: int) -> Redis:
    """A client that waits for a server to come up."""
    return Redis(
        port=port,
        retry=Retry(ConstantBackoff(0.05), 400),
        retry_on_error=[RedisConnectionError, ClusterDownError],
    )
