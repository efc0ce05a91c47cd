"""A Dovecot, the relay behind it, and a shop that reads and answers there."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiosmtpd.smtp import SMTP

from connectors.amazon.connector import AmazonConnector
from tests import dovecot
from tests.connectors.amazon.dovecot.shop import Relay, Shop
from tests.dovecot import Dovecot


@pytest.fixture
async def relay() -> AsyncIterator[Relay]:
    made, loop = Relay(), asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(made, hostname="relay.example", loop=loop), "127.0.0.1", 0
    )
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


@pytest.fixture
async def server(relay: Relay) -> AsyncIterator[Dovecot]:
    with dovecot.running(relay.port) as made:
        yield made


@pytest.fixture
async def open_connectors() -> AsyncIterator[list[AmazonConnector]]:
    made: list[AmazonConnector] = []
    yield made
    for one in made:
        await one.close()


@pytest.fixture
def shop(server: Dovecot, open_connectors: list[AmazonConnector]) -> Shop:
    return Shop(server, open_connectors)
