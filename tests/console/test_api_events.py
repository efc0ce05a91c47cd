"""Live events: without gap or repeat, for as long as the right to them lasts."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse

from responder.console.service import LOOK_AGAIN
from responder.store.users import Role, User
from responder.testing import FakeClock
from tests.console.house import House
from tests.console.person import Person, problem

# Live events


async def next_event(stream: ClientResponse) -> tuple[str, str, dict[str, Any]]:
    """The id, the type and the data of the next event of a stream."""
    fields: dict[str, str] = {}
    while True:
        line = (await stream.content.readline()).decode().strip()
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            return fields["id"], fields["event"], json.loads(fields["data"])


async def test_events_are_told_as_they_happen(house: House, ann: Person) -> None:
    async with await ann.get("/api/v1/events") as stream:
        one = await house.buyer_writes()
        _, kind, data = await next_event(stream)

    assert stream.headers["Content-Type"].startswith("text/event-stream")
    assert kind == "message"
    assert data["conversation"] == one
    assert data["account"] == "amazon-us"
    assert data["author"] == "buyer"
    assert "text" not in data, "what buyers write is not in the event stream"


async def test_a_broken_stream_goes_on_without_gap_or_repeat(house: House, ann: Person) -> None:
    """Over several partitions, with events before, during and after the break."""
    seen = []
    async with await ann.get("/api/v1/events") as stream:
        for name in ("a", "b"):
            await house.buyer_writes(thread=name)
            position, _, data = await next_event(stream)
            seen.append(data["conversation"])
    expected = [house.conversation(name) for name in ("a", "b")]
    for name in ("c", "d"):
        expected.append(await house.buyer_writes(thread=name))

    async with await ann.get("/api/v1/events", **{"Last-Event-ID": position}) as stream:
        for _ in range(2):
            seen.append((await next_event(stream))[2]["conversation"])
        expected.append(await house.buyer_writes(thread="e"))
        seen.append((await next_event(stream))[2]["conversation"])

    assert seen == expected


async def test_a_stream_may_start_where_a_page_stood(house: House, ann: Person) -> None:
    page = await ann.html("/")
    since = page.partition('data-since="')[2].partition('"')[0]
    one = await house.buyer_writes()

    async with await ann.get(f"/api/v1/events?last_event_id={since}") as stream:
        _, _, data = await next_event(stream)

    assert data["conversation"] == one


async def test_a_position_of_another_store_is_refused(ann: Person) -> None:
    response = await ann.get("/api/v1/events", **{"Last-Event-ID": "1-0_2-0"})

    assert await problem(response) == (400, "invalid")


# Reading the configuration anew


async def lose_token(house: House) -> None:
    await house.services.users.remove("robot")


async def log_out(house: House) -> None:
    await house.services.users.close_session("cookie-of-ann")


async def change_password(house: House) -> None:
    await house.services.users.put(User(name="ann", role=Role.AGENT, password="new"))


async def take_out(house: House) -> None:
    await house.services.users.remove("ann")


async def only_wait(_: House) -> None:
    """Until the token has expired."""


@pytest.mark.parametrize(
    ("token", "lose"),
    [
        ("lasting", lose_token),
        ("short", only_wait),
        ("", log_out),
        ("", change_password),
        ("", take_out),
    ],
)
async def test_events_end_with_the_right_to_them(
    house: House,
    ann: Person,
    clock: FakeClock,
    token: str,
    lose: Callable[[House], Awaitable[None]],
) -> None:
    until = clock.now() + timedelta(seconds=5)
    await house.services.users.put_token("lasting", "robot", Role.AGENT, None)
    await house.services.users.put_token("short", "robot", Role.AGENT, until)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with await ann.get("/api/v1/events", **headers) as stream:
        await house.buyer_writes()
        assert (await next_event(stream))[1] == "message"

        await lose(house)

        assert await ends(stream, clock)


async def test_events_go_on_as_long_as_the_right_to_them_lasts(
    house: House, ann: Person, clock: FakeClock
) -> None:
    async with await ann.get("/api/v1/events") as stream:
        await house.buyer_writes()
        await next_event(stream)

        assert not await ends(stream, clock)


async def ends(stream: ClientResponse, clock: FakeClock) -> bool:
    """Whether a stream comes to its end while time passes."""
    reading = asyncio.ensure_future(stream.content.read())
    for _ in range(20):
        clock.advance(timedelta(seconds=LOOK_AGAIN))
        await asyncio.wait({reading}, timeout=0.02)
    ended = reading.done()
    reading.cancel()
    return ended
