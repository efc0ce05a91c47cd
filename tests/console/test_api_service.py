"""Health, figures, and reading the configuration anew."""

from dataclasses import replace
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from responder.console.server import build
from responder.store.users import Role, Users
from tests.console.house import House
from tests.console.person import Person, problem
from tests.console.shops import CARDS

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
