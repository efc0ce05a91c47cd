"""The shipped files, and a model in a box that misbehaves as it is told."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

import pytest

from responder.drafting import Drafting, language, load
from responder.drafting.llm import checks
from responder.drafting.llm.client import Address, Client
from responder.drafting.llm.mock import LlmMock

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="session")
def shipped() -> Drafting:
    return load(CONFIG / "templates", CONFIG / "rules", CONFIG / "intents")


@pytest.fixture(scope="session", autouse=True)
def warm() -> None:
    """What is loaded at the first text must not be charged to the first test's deadline."""
    language.warm_up()
    checks.warm_up()


class Box(Protocol):
    async def __call__(
        self, *faults: str, obeyed: Mapping[str, str] | None = None
    ) -> tuple[LlmMock, Client]: ...


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    """Starts models in a box on loopback, each with its client; all gone at the end."""
    async with AsyncExitStack() as stack:

        async def start(
            *faults: str, obeyed: Mapping[str, str] | None = None
        ) -> tuple[LlmMock, Client]:
            strikes: Callable[[str], bool] = lambda fault: fault in faults  # noqa: E731
            mock = LlmMock(strikes, obeyed=obeyed)
            await mock.start()
            client = Client(Address(endpoint=mock.url, model="mock", key="s3cret"))
            stack.push_async_callback(mock.stop)
            stack.push_async_callback(client.close)
            return mock, client

        yield start
