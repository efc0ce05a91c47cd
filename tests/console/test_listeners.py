"""Two hundred agents in front of their screens, on one process."""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from responder.console.auth import COOKIE
from responder.store import remarks
from tests.console.house import House
from tests.console.person import Person

AGENTS = 200
CHANGES = 50
PROGRAM = Path(__file__).with_name("listeners.py")


@pytest.mark.timeout(180)
async def test_two_hundred_pages_are_each_told_of_each_change(
    house: House, ann: Person, record_property: Callable[[str, object], None]
) -> None:
    ids = [await house.buyer_writes(thread=f"t{number}") for number in range(CHANGES)]
    url = house.client.make_url("/")
    arguments = (str(url.host), str(url.port), f"{COOKIE}={ann.cookie}", str(AGENTS), str(CHANGES))
    pages = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert pages.stdout is not None
    assert await pages.stdout.readline() == b"ready\n"
    before = process_time()

    for one in ids:
        await remarks.note(house.database, one, "bob", "Asked the warehouse.")
    told = json.loads(await pages.stdout.readline())

    spent = (process_time() - before) * 1000 / CHANGES
    assert await pages.wait() == 0
    figure = f"{spent:.1f} ms of processor time for a change that {AGENTS} pages are told of"
    record_property("found", figure)
    print(figure)
    assert told == [CHANGES] * AGENTS
    assert spent < 60
