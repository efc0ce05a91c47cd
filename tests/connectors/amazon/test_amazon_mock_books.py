"""The feed, the books and the faults of Amazon in a box, by HTTP."""

from datetime import datetime

import pytest

from tests.connectors.amazon.callers import KNOWN_ORDER, Caller
from tests.connectors.amazon.conftest import World, answer, drain


async def test_the_feed_comes_in_by_http_all_or_nothing(caller: Caller) -> None:
    good = {"buyer": "Ann", "order_id": KNOWN_ORDER, "text": "Hi"}
    bad = {**good, "order_id": "12345"}

    refused = await caller.ask("POST", "/_mock/messages", json=[good, bad])
    empty = await caller.ask("GET", "/_mock/messages")
    taken, told = await caller.ask("POST", "/_mock/messages", json=good)
    _, [listed] = await caller.ask("GET", "/_mock/messages")

    assert refused == (400, {"error": "entry:2: order_id: must look like 111-2223334-5556667"})
    assert empty == (200, [])
    assert (taken, told["accepted"]) == (201, 1)
    assert listed["id"] == told["ids"][0]
    assert (listed["buyer"], listed["order_id"]) == ("Ann", KNOWN_ORDER)
    assert datetime.fromisoformat(listed["at"]).tzinfo is not None


async def test_a_duplicate_mail_is_one_message(world: World, caller: Caller) -> None:
    world.faults(duplicate_mail=1)
    world.write(2)

    _, listed = await caller.ask("GET", "/_mock/messages")

    assert len(listed) == 2


async def test_sent_replies_can_be_read_in_order(world: World, caller: Caller) -> None:
    world.write(2)
    connector = world.connector()
    [page] = await drain(connector)
    for number, message in enumerate(page.messages):
        await connector.send(answer(message, f"reply-{number}", text=f"Answer {number}\n.\nEnd"))

    _, [first, second] = await caller.ask("GET", "/_mock/sent")

    assert first == {
        "id": "<reply-0@shop.example>",
        "reply_id": "reply-0",
        "thread": page.messages[0].thread,
        "buyer": "Buyer 0",
        "to": page.messages[0].reply_to["to"],
        "order_id": KNOWN_ORDER,
        "in_reply_to": page.messages[0].id,
        "files": [],
        "text": "Answer 0\n.\nEnd",
        "at": "2026-11-20T09:00:00+00:00",
        "refused": False,
    }
    assert second["reply_id"] == "reply-1"


@pytest.mark.parametrize("fault", ["refused_later", "refused_without_name", "bounced_later"])
async def test_the_books_tell_which_replies_came_back(
    world: World, caller: Caller, fault: str
) -> None:
    world.write(2)
    connector = world.connector()
    [page] = await drain(connector)
    await connector.send(answer(page.messages[0], "arrives", text="One"))
    world.faults(**{fault: 1.0})
    await connector.send(answer(page.messages[1], "returns", text="Two"))

    _, told = await caller.ask("GET", "/_mock/sent")

    assert [(one["reply_id"], one["refused"]) for one in told] == [
        ("arrives", False),
        ("returns", True),
    ]


async def test_faults_can_be_seen_and_set_by_http(world: World, caller: Caller) -> None:
    changed = await caller.ask("PUT", "/_mock/faults", json={"html_only": 0.5})
    refused, told = await caller.ask("PUT", "/_mock/faults", json={"nonsense": 1})
    _, shown = await caller.ask("GET", "/_mock/faults")

    assert changed == (200, shown)
    assert (shown["html_only"], shown["confirmation_copy"]) == (0.5, 1.0)
    assert refused == 400
    assert "known are" in told["error"]
    assert world.mock.faults.rates["html_only"] == 0.5
