"""The console over a store, with nobody else running."""

from collections.abc import AsyncIterator

import pytest

from responder.drafting import Drafting, load
from responder.settings import shipped_config
from responder.store.database import Database
from responder.store.users import Role
from responder.testing import FakeClock
from tests.console.house import House, open_house
from tests.console.person import Person
from tests.console.shops import services


@pytest.fixture(scope="session")
def drafting() -> Drafting:
    config = shipped_config()
    return load(config / "templates", config / "rules", config / "intents")


@pytest.fixture
def missing() -> list[str]:
    """What keeps the service from being ready; a test may add to it."""
    return []


@pytest.fixture
async def house(
    database: Database, clock: FakeClock, drafting: Drafting, missing: list[str]
) -> AsyncIterator[House]:
    async with open_house(services(database, clock, drafting, missing), clock) as opened:
        yield opened


@pytest.fixture
async def ann(house: House) -> Person:
    return await house.person("ann")


@pytest.fixture
async def tim(house: House) -> Person:
    return await house.person("tim", Role.TRAINEE)


@pytest.fixture
async def sue(house: House) -> Person:
    return await house.person("sue", Role.SUPERVISOR)
