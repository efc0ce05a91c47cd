"""Dead letters over the API: who may look, who may decide, and what becomes of them."""

import pytest

from responder.domain.model import AccountId
from responder.store.dead_letters import bury, count_dead
from responder.store.events import EventFeed
from responder.store.queues import Queues
from responder.store.users import Role
from tests.console.house import House
from tests.console.person import Person, problem
from tests.store.shop import START

PATH = "/dead-letters"


@pytest.fixture
async def supervisor(house: House) -> Person:
    return await house.person("sue", Role.SUPERVISOR)


async def bury_all(house: House, *threads: str) -> list[str]:
    """Conversations whose drafting was given up."""
    queue = Queues(house.database).draft
    for thread in threads:
        await house.buyer_writes(thread=thread)
    for claim in await queue.claim(10):
        await bury(house.database, queue, claim, "KeyError", None, account=AccountId("amazon-us"))
    return [claim.item for claim in await queue.claim(10)]


async def test_everybody_may_see_them_a_supervisor_decides(
    house: House, ann: Person, supervisor: Person
) -> None:
    await bury_all(house, "a")
    [letter] = (await ann.json(PATH))["items"]
    assert (letter["kind"], letter["reason"]) == ("draft", "KeyError")

    refused = await ann.post(f"{PATH}/replay", {"id": letter["id"]})
    replayed = await supervisor.post(f"{PATH}/replay", {"id": letter["id"]})
    again = await supervisor.post(f"{PATH}/replay", {"id": letter["id"]})

    assert await problem(refused) == (403, "forbidden")
    assert (await replayed.json())["items"] == [{"id": letter["id"], "outcome": "replayed"}]
    assert await problem(again) == (404, "not_found")
    assert len(await Queues(house.database).draft.claim(10)) == 1
    events = await EventFeed(house.database).since(START)
    assert [one.data["by"] for one in events if one.type == "dead_letter_replayed"] == ["sue"]


async def test_all_of_a_kind_and_an_account_are_decided_on_at_once(
    house: House, supervisor: Person
) -> None:
    await bury_all(house, "a", "b", "c")
    body = {"kind": "draft", "account": "amazon-us"}

    others = await (await supervisor.post(f"{PATH}/drop", {"account": "another"})).json()
    dropped = await (await supervisor.post(f"{PATH}/drop", body)).json()

    assert others["items"] == []
    assert [one["outcome"] for one in dropped["items"]] == ["dropped"] * 3
    assert await count_dead(house.database) == 0
    unknown = await supervisor.post(f"{PATH}/drop", {"id": "00/draft:none"})
    assert await problem(unknown) == (404, "not_found")


@pytest.mark.parametrize("body", [{}, {"kind": "poem"}, {"colour": 1}])
async def test_a_decision_names_what_it_is_about(
    supervisor: Person, body: dict[str, object]
) -> None:
    assert await problem(await supervisor.post(f"{PATH}/replay", body)) == (400, "invalid")


async def test_a_kind_that_there_is_not_is_refused_with_those_that_there_are(
    ann: Person,
) -> None:
    response = await ann.get(f"/api/v1{PATH}?kind=poem")

    assert response.status == 400
    assert "message, poll, draft" in (await response.json())["error"]["details"]["allowed"]
    assert (await ann.json(f"{PATH}?kind=alert"))["items"] == []
