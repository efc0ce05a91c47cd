"""The shipped files, loaded once, and questions in one line."""

from pathlib import Path

import pytest

from responder.drafting import Drafting, load

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="session")
def shipped() -> Drafting:
    return load(CONFIG / "templates", CONFIG / "rules", CONFIG / "intents")
