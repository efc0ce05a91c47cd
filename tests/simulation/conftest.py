"""The workers' log would speak of every fault that is meant, at length."""

from collections.abc import Iterator

import pytest
import structlog

from responder.simulation.many import hush


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    before = structlog.get_config()
    hush()
    yield
    structlog.configure(**before)
