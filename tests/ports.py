"""Ports for servers that tests start: told beforehand, and still free when the server listens."""

import os
import random
import socket

# Below what systems give to whoever connects or asks for any port (32768 and up on Linux, 49152
# elsewhere), so that nobody's connection sits on a port before its server has come up.
LOWEST, HIGHEST = 12_000, 32_000


def free_ports(count: int) -> int:
    """The first of ``count`` ports in a row that are free now, and of no other worker's share."""
    share = (HIGHEST - LOWEST) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    mine = LOWEST + share * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        first = random.randrange(mine, mine + share - count)
        if all(_is_free(port) for port in range(first, first + count)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
