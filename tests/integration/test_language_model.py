"""A daemon with a language model in a box: its version takes the template draft's place."""

from pathlib import Path

import pytest

from tests.integration.processes import Process, World, until, world
from tests.ports import free_ports

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]


async def test_a_model_improves_drafts_and_one_that_fails_does_no_harm(tmp_path: Path) -> None:
    port = free_ports(1)
    faults = tmp_path / "faults.toml"
    faults.write_text("odd_chunks = 1\n")
    arguments = ["mock", "llm", "--port", str(port), "--faults", str(faults)]
    model = Process(arguments, tmp_path / "llm.log", tmp_path)
    async with world(tmp_path) as here:
        with (tmp_path / "config" / "responder.toml").open("a") as config:
            config.write(f'\n[llm]\nendpoint = "http://127.0.0.1:{port}/v1"\nmodel = "box"\n')
        await model.start()
        try:
            await here.start_daemon()
            await _write(here, "Where is my parcel? It has not arrived.")
            await until(lambda: _sources(here, "llm:box"), "the model's version")
        finally:
            await model.stop()

        await _write(here, "How can I return the shirt?", buyer="Ann")
        await until(lambda: _sources(here, "llm:box", "template"), "a template draft, without it")
        assert await here.daemon.stop() == 0
        assert "has not arrived" not in here.daemon.said, "no log holds what a buyer wrote"


async def _write(here: World, text: str, buyer: str = "Jane") -> None:
    entry = {"buyer": buyer, "order_id": None, "text": text, "language": "en"}
    status, _ = await here.amazon.call("POST", "/_mock/messages", entry)
    assert status in {200, 201, 204}


async def _sources(here: World, *expected: str) -> bool:
    """Whether the drafts there are come from these sources."""
    items = await here.console.every("/api/v1/conversations?view=open")
    found = sorted(one["draft"]["source"] for one in items if one["draft"])
    return len(found) == len(expected) and all(map(str.startswith, found, expected))
