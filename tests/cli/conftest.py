"""Commands run in the tests' own process: what they set for the whole of it is set back."""

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """A command logs to its standard error, which for a test ends with the test."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)
