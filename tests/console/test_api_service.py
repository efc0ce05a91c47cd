"""Health, figures, the description, live events."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from responder.console.endpoints import ENDPOINTS
from responder.console.server import build
from responder.console.service import LOOK_AGAIN
from responder.store.users import Role, User, Users
from responder.testing import FakeClock
from tests.console.house import CARDS, House, Person, problem

# Served beside the API; not part of its description.
PAGES = {
    *(
        "/",
        "/c/{id}",
        "/c/{id}/approve",
        "/c/{id}/attachments/{seq}/{place}",
        "/rows",
        "/views",
        "/login",
        "/logout",
        "/language",
        "/api/docs",
    ),
    *("/team", "/people", "/me", "/start", "/invite/{secret}"),
    *("/ahead", "/templates", "/alerts", "/outreach", "/a/{token}"),
}
SELF = {"/api/v1/openapi.json", "/static/{version}/{path}"}

METRICS = {
    "responder_open_conversations",
    "responder_oldest_waiting_seconds",
    "responder_seconds_to_next_due",
    "responder_ingest_lag_seconds",
    "responder_alert_lag_seconds",
    "responder_messages_ingested_total",
    "responder_replies_total",
    "responder_poll_total",
    "responder_draft_seconds",
    "responder_drafts_total",
    "responder_claim_conflicts_total",
    "responder_dead_letters",
}


async def test_it_is_alive_without_a_login(house: House) -> None:
    response = await house.client.get("/healthz")

    assert (response.status, await response.json()) == (200, {"status": "ok"})


async def test_it_is_ready_when_nothing_is_missing(house: House, missing: list[str]) -> None:
    ready = await house.client.get("/readyz")
    missing.append("the poll worker does not tick")
    not_ready = await house.client.get("/readyz")

    assert ready.status == 200
    assert not_ready.status == 503
    assert (await not_ready.json())["missing"] == ["the poll worker does not tick"]


async def test_the_ingest_ledger_is_measured(house: House) -> None:
    await house.buyer_writes()

    text = await (await house.client.get("/metrics")).text()

    lines = {line for line in text.splitlines() if line.startswith("responder_ingest_ledger")}
    account = CARDS[0].id
    assert f'responder_ingest_ledger{{account="{account}",entry="stored"}} 1.0' in lines
    assert f'responder_ingest_ledger{{account="{account}",entry="unaccounted"}} 0.0' in lines
    assert f'responder_compared_until_timestamp_seconds{{account="{account}"}} 0.0' in text


async def test_the_figures_have_the_names_of_the_contract(house: House) -> None:
    await house.buyer_writes()

    text = await (await house.client.get("/metrics")).text()

    described = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert described >= METRICS
    assert 'responder_open_conversations{account="amazon-us",risk="none"} 1.0' in text
    assert "responder_seconds_to_next_due 86400.0" in text


async def test_refused_approvals_are_counted(house: House, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.claim(one, "bob")

    await ann.act(one, "claim")

    text = await (await house.client.get("/metrics")).text()
    assert "responder_claim_conflicts_total 1.0" in text


async def test_a_store_that_is_away_is_told_as_such(house: House, tmp_path: Path) -> None:
    nowhere = Redis(unix_socket_path=str(tmp_path / "nothing"), retry=Retry(NoBackoff(), 0))
    given = replace(house.services, users=Users(replace(house.database, redis=nowhere)))

    async with TestClient(TestServer(build(given))) as client:
        headers = {"Cookie": "responder_session=any"}
        refused = await problem(await client.get("/api/v1/counts", headers=headers))

    assert refused == (503, "store_unavailable")


# The description


@pytest.fixture
async def description(house: House) -> dict[str, Any]:
    response = await house.client.get("/api/v1/openapi.json")
    found: dict[str, Any] = await response.json()
    return found


async def test_every_route_is_described_and_every_description_has_a_route(
    house: House, description: dict[str, Any]
) -> None:
    described = {
        (method.upper(), path)
        for path, methods in description["paths"].items()
        for method in methods
    }
    routes = {
        (route.method, route.resource.canonical)
        for route in house.client.app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }

    assert described == {one for one in routes if one[1] not in PAGES | SELF}
    assert {path for _, path in routes} >= PAGES | SELF


async def test_every_reference_of_the_description_leads_somewhere(
    description: dict[str, Any],
) -> None:
    schemas = description["components"]["schemas"]
    text = json.dumps(description)
    named = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}

    assert named <= schemas.keys()
    operations = [one for path in description["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names)) == len(ENDPOINTS)
    for one in operations:
        assert one["summary"]
        assert any(status.startswith("2") for status in one["responses"])


async def test_answers_have_what_the_description_requires(
    house: House, ann: Person, description: dict[str, Any]
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    schemas = description["components"]["schemas"]

    whole = await ann.json(f"/conversations/{one}")
    page = await ann.json("/conversations")

    assert set(schemas["Conversation"]["required"]) <= whole.keys()
    assert set(schemas["Message"]["required"]) <= whole["messages"][0].keys()
    assert set(schemas["ConversationPage"]["required"]) == page.keys()
    assert set(schemas["ConversationItem"]["required"]) <= page["items"][0].keys()


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


async def test_an_admin_has_the_configuration_read_anew(
    house: House, ann: Person, missing: list[str]
) -> None:
    chief = await house.person("chief", Role.ADMIN)

    assert (await ann.post("/reload")).status == 403
    response = await chief.post("/reload")
    assert response.status == 200
    assert await response.json() == {"accounts": ["amazon-us"], "needs_restart": False}

    missing.append("sla.toml: gold: warn_at must lie between")
    refused = await chief.post("/reload")
    assert await problem(refused) == (422, "invalid_configuration")
    assert (await refused.json())["error"]["details"]["problems"] == missing


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
