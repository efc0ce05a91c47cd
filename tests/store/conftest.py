"""Fixtures of the store's tests."""

import pytest

from responder.store.database import Database
from responder.testing import FakeClock
from tests.store.shop import Shop


@pytest.fixture
def shop(database: Database, clock: FakeClock) -> Shop:
    return Shop(database, clock)
