"""A marketplace that falls silent or goes away: found out, waited for, and caught up with."""

import asyncio
import json
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.books import compare
from tests.chaos.line import FAIR, SILENT
from tests.chaos.people import ORDER
from tests.chaos.town import Town, town
from tests.integration.processes import until

pytestmark = [pytest.mark.process, pytest.mark.timeout(280)]

EVERYTHING = "poll,draft,watch,send,console"
# A fetch that hears nothing is given up after 15 s, the line itself after 20 s; then a new one.
RECOVERED_WITHIN = 60.0


async def _write(here: Town, account: str, first: int, count: int) -> None:
    entries = [
        {
            "buyer": f"{account} {number}",
            "order_id": ORDER[account].format(number % 10, number),
            "text": "Where is my parcel?",
        }
        for number in range(first, first + count)
    ]
    status, answer = await here.markets[account].call("POST", "/_mock/messages", entries)
    assert status == 201, answer


async def _account(here: Town, account: str) -> dict[str, Any]:
    items = (await here.console.get("/api/v1/accounts"))["items"]
    found: dict[str, Any] = next(item for item in items if item["id"] == account)
    return found


async def _has(here: Town, account: str, count: int) -> bool:
    return int((await _account(here, account))["stored"]) >= count


@pytest.mark.parametrize("line", ["imap", "taobao"])
async def test_an_inbox_that_falls_silent_is_left_and_asked_again_on_a_new_connection(
    tmp_path: Path, line: str
) -> None:
    account, other = "amazon-us", "taobao-main"
    if line == "taobao":
        account, other = other, account
    async with town(tmp_path, roles=[EVERYTHING]) as here:
        await _write(here, account, 0, 3)
        await here.open()
        await until(partial(_has, here, account, 3), "the first messages", 60)

        here.lines[line].becomes(SILENT)
        started = time.monotonic()
        await _write(here, account, 3, 2)
        await _write(here, other, 0, 2)
        await until(partial(_has, here, other, 2), "the other account's messages", 30)
        meanwhile = time.monotonic() - started
        await asyncio.sleep(1)  # whoever is connected now stays so, to nobody
        here.lines[line].becomes(FAIR)
        await until(partial(_has, here, account, 5), "the messages of the silence", 120)
        seconds = time.monotonic() - started
        print(f"{line}: others went on after {meanwhile:.1f} s, it came back after {seconds:.1f} s")

        assert seconds < RECOVERED_WITHIN + meanwhile
        assert (await compare(here))[account].stored == (await compare(here))[account].delivered


async def test_a_marketplace_that_is_away_and_comes_back_with_its_mailbox_renumbered_loses_nothing(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, roles=[EVERYTHING]) as here:
        await _write(here, "amazon-us", 0, 30)
        await here.open()
        await until(partial(_has, here, "amazon-us", 30), "the first messages", 60)

        await here.mocks["amazon"].kill()
        await until(partial(_is_told_of, here), "the outage to be told", 120)
        assert not (await _account(here, "amazon-us"))["reachable"]
        await _write(here, "taobao-main", 0, 2)
        await until(partial(_has, here, "taobao-main", 2), "the other account's messages", 30)
        _renumber(tmp_path / "amazon.jsonl")
        await here.mocks["amazon"].start()
        await until(partial(_marketplace_answers, here), "the marketplace", 60)
        await _write(here, "amazon-us", 30, 10)
        await until(partial(_has, here, "amazon-us", 40), "the messages since", 120)

        books = (await compare(here))["amazon-us"]
        told = Counter(line["kind"] for line in _alerts(here))
        assert books.stored == books.delivered, "all came again, and none was stored again"
        assert told["account_down"] == 1
        assert (await _account(here, "amazon-us"))["reachable"]
        assert (await _account(here, "amazon-us"))["seen"] >= 70


def _renumber(books: Path) -> None:
    """What a mailbox provider does that restores a folder from its copy: new UIDs, UIDVALIDITY."""
    lines = [json.loads(line) for line in books.read_text().splitlines()]
    last = max(line["uidvalidity"] for line in lines if line["is"] == "mailbox")
    with books.open("a") as more:
        more.write(json.dumps({"is": "mailbox", "uidvalidity": last + 1}) + "\n")


async def _is_told_of(here: Town) -> bool:
    return any(line["kind"] == "account_down" for line in _alerts(here))


async def _marketplace_answers(here: Town) -> bool:
    return (await here.amazon.call("GET", "/_mock/faults"))[0] == 200


def _alerts(here: Town) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in here.daemons[0].said.splitlines() if line[0] == "{"]
    return [line for line in lines if line["event"] == "alert.told"]
