"""No verb of the API does anything to what is not there, for a trainee, or with a bad body."""

import pytest

from responder.store.users import Role
from tests.console.house import House
from tests.console.person import Person, problem

VERBS = {
    "claim": None,
    "heartbeat": {"token": "t"},
    "release": {"token": "t"},
    "approve": {"draft_version": 1, "text": "Hello", "token": "t"},
    "undo": None,
    "confirm": {"id": "a", "token": "t"},
    "decline": {"id": "a", "reason": "not like this"},
    "check": {"text": "Hello"},
    "reject": {},
    "redraft": {},
    "no-reply-needed": {},
    "snooze": {"until": None},
    "assign": {"assignee": "ann"},
    "note": {"text": "Hello"},
    "tags": {"add": ["vip"]},
    "escalate": {},
    "resolve-uncertain": {"outcome": "sent"},
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", ["00-0aa4565c0fb55a26d90f", "nonsense"])
async def test_nothing_can_be_done_to_what_is_not_there(ann: Person, verb: str, name: str) -> None:
    response = await ann.post(f"/conversations/{name}/{verb}", VERBS[verb])

    assert await problem(response) == (404, "not_found")


@pytest.mark.parametrize(
    "verb", ["undo", "confirm", "decline", "no-reply-needed", "resolve-uncertain"]
)
async def test_a_trainee_sends_nothing_and_stops_no_clock(house: House, verb: str) -> None:
    tim = await house.person("tim", Role.TRAINEE)
    one = await house.buyer_writes()
    await house.draft()

    assert await problem(await tim.act(one, verb, VERBS[verb])) == (403, "forbidden")
    assert (await tim.act(one, "note", {"text": "I would say …"})).status == 201


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("approve", {"draft_version": -1, "token": "t"}, "draft_version"),
        ("approve", {"draft_version": 1}, "token"),
        ("approve", {"draft_version": 1, "token": "t", "text": "x" * 20_001}, "text"),
        ("approve", {"draft_version": 1, "token": "t", "texts": "x"}, "texts"),
        ("heartbeat", {}, "token"),
        ("check", {"text": ""}, "text"),
        ("snooze", {"until": "2026-11-02T10:00:00"}, "until"),
        ("tags", {"flag": "pink"}, "flag"),
        ("tags", {"add": ["a,b"]}, "add.0"),
        ("note", None, "text"),
        ("resolve-uncertain", {"outcome": "perhaps"}, "outcome"),
    ],
)
async def test_a_body_that_does_not_fit_names_the_field(
    house: House, ann: Person, verb: str, body: object, field: str
) -> None:
    one = await house.buyer_writes()

    response = await ann.act(one, verb, body)

    error = (await response.json())["error"]
    assert (response.status, error["code"]) == (400, "invalid")
    assert field in error["details"]


@pytest.mark.parametrize("field", ["status", "code", "message"])
async def test_a_field_may_have_a_name_that_the_answer_has_too(
    house: House, ann: Person, field: str
) -> None:
    one = await house.buyer_writes()

    response = await ann.act(one, "note", {"text": "Hello", field: 5})

    error = (await response.json())["error"]
    assert (response.status, error["code"]) == (400, "invalid")
    assert list(error["details"]) == [field]


async def test_a_login_that_does_not_fit_leaves_no_password_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    response = await house.client.post("/api/v1/login", json={"password": "swordfish", "code": 5})

    assert await problem(response) == (400, "invalid")
    assert "swordfish" not in caplog.text


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[]"])
async def test_a_body_that_is_no_json_is_refused(house: House, ann: Person, body: bytes) -> None:
    one = await house.buyer_writes()

    response = await house.client.post(
        f"/api/v1/conversations/{one}/note",
        data=body,
        headers={"Cookie": f"responder_session={ann.cookie}", "X-CSRF-Token": ann.csrf},
    )

    error = (await response.json())["error"]
    assert (response.status, error["code"]) == (400, "invalid")
    assert "body" in error["details"]
