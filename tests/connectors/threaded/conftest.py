"""Threads in memory, and who reads them."""

import pytest

from connectors.threaded.reader import ThreadReader
from responder.testing import FakeClock
from tests.connectors.threaded.fake_source import FakeSource


@pytest.fixture
def source(clock: FakeClock) -> FakeSource:
    return FakeSource(clock)


@pytest.fixture
def reader(source: FakeSource, clock: FakeClock) -> ThreadReader:
    return ThreadReader(source, clock.now)
