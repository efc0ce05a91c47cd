"""The API of Amazon in a box: who is let in, and how it refuses."""

import pytest

from tests.connectors.amazon.callers import KNOWN_ORDER, LOGIN, Caller
from tests.connectors.amazon.conftest import World


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "x"}, 401, "invalid_client"),
        ({"refresh_token": "x"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_a_bad_login_is_refused_as_amazon_does(
    caller: Caller, change: dict[str, str], status: int, error: str
) -> None:
    got, told = await caller.ask("POST", "/auth/o2/token", data={**LOGIN, **change})

    assert (got, told["error"]) == (status, error)


async def test_a_login_may_be_json_or_a_form(caller: Caller) -> None:
    for form in ({"data": LOGIN}, {"json": LOGIN}):
        status, told = await caller.ask("POST", "/auth/o2/token", **form)

        assert (status, told["token_type"], told["expires_in"]) == (200, "bearer", 3600)
    assert (await caller.ask("POST", "/auth/o2/token", data=b"\xff"))[0] == 401


async def test_a_request_without_a_good_token_is_denied_as_amazon_does(
    world: World, caller: Caller
) -> None:
    path = f"/orders/2026-01-01/orders/{KNOWN_ORDER}"
    good = await caller.login()
    world.write(1)

    missing = await caller.ask("GET", path)
    wrong = await caller.ask("GET", path, headers={"x-amz-access-token": "Atza|x"})
    world.advance(3601)
    expired = await caller.ask("GET", path, headers=good)

    told = [body["errors"][0]["details"] for _, body in (missing, wrong, expired)]
    assert {status for status, _ in (missing, wrong, expired)} == {403}
    assert caller.headers["x-amzn-ErrorType"] == "AccessDeniedException"
    assert "x-amzn-RateLimit-Limit" not in caller.headers
    assert told == [
        "Access token is missing in the request header.",
        "The access token you provided is revoked, malformed or invalid.",
        "The access token you provided has expired.",
    ]


async def test_a_quota_is_refused_without_a_time(world: World, caller: Caller) -> None:
    token = await caller.login()
    world.faults(http_429=1)

    status, told = await caller.ask("GET", f"/messaging/v1/orders/{KNOWN_ORDER}", headers=token)

    assert (status, told["errors"][0]["code"]) == (429, "QuotaExceeded")
    assert caller.headers["x-amzn-ErrorType"] == "TooManyRequestsException"
    assert "Retry-After" not in caller.headers


async def test_a_proactive_message_is_taken_by_the_messaging_api(
    world: World, caller: Caller
) -> None:
    world.write(1)
    token = await caller.login()
    root = f"/messaging/v1/orders/{KNOWN_ORDER}"
    query = {"marketplaceIds": world.mock.marketplace_id}

    _, actions = await caller.ask("GET", root, headers=token)
    path = f"{root}/messages/confirmOrderDetails"
    good = {"json": {"text": "Which size?"}, "headers": token}
    taken = await caller.ask("POST", path, params=query, **good)
    refused = [
        await caller.ask("POST", path, **good),
        await caller.ask("POST", path, params=query, json={"text": ""}, headers=token),
        await caller.ask("POST", f"{root}/messages/nonsense", params=query, **good),
        await caller.ask("GET", "/messaging/v1/orders/999-9999999-9999999", headers=token),
    ]

    assert "unexpectedProblem" in {action["name"] for action in actions["_links"]["actions"]}
    assert taken == (201, {})
    assert [status for status, _ in refused] == [400, 400, 404, 404]
    assert [told["text"] for told in world.mock._http.proactive] == ["Which size?"]
