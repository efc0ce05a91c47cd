"""The description of the API says what there is, and answers have what it says."""

import json
from typing import Any

import pytest

from responder.console.endpoints import ENDPOINTS
from tests.console.house import House
from tests.console.person import Person

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
