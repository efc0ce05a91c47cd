"""What approvals teach through the API, the most-edited list, and templates made of answers."""

import pytest

from responder.domain.model import Intent
from responder.store.lessons import lessons
from responder.store.users import Role
from tests.console.house import House
from tests.console.person import Person, problem
from tests.console.shops import AMAZON


async def test_a_draft_sent_as_it_was_confirms_what_it_took_the_message_for(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()

    await ann.approve(one)

    [lesson] = await lessons(house.database, AMAZON)
    assert lesson.text == "Where is my parcel? It has not arrived."
    assert lesson.predicted is lesson.confirmed is Intent.ORDER_STATUS


async def test_a_draft_that_was_rewritten_confirms_nothing(house: House, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()

    await ann.approve(one, text="We have cancelled it for you, as you asked us to.")

    assert await lessons(house.database, AMAZON) == []


async def test_an_agent_may_say_what_it_was_about(house: House, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()

    await ann.approve(one, text="It is cancelled.", intent="cancel_order")

    [lesson] = await lessons(house.database, AMAZON)
    assert (lesson.predicted, lesson.confirmed) == (Intent.ORDER_STATUS, Intent.CANCEL_ORDER)


async def test_an_intent_that_does_not_exist_is_refused(house: House, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()

    response = await ann.approve(one, intent="buy_me")

    assert response.status == 400


async def test_what_was_not_understood_is_not_confirmed_by_silence(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes("hm hm hm")
    await house.draft()

    await ann.approve(one)

    assert await lessons(house.database, AMAZON) == []


async def test_the_most_edited_drafts_come_first(house: House, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.approve(one, text="It arrives tomorrow.")

    [row] = (await ann.json("/learning/edits"))["items"]

    assert row["account"] == AMAZON
    assert row["source"].startswith("template:en/")
    assert (row["intent"], row["approved"], row["edited"]) == ("order_status", 1, 1)
    assert row["changed"] > 0.3
    assert row["last"] == one


async def test_a_draft_tells_what_else_was_seen_in_the_message(house: House, ann: Person) -> None:
    one = await house.buyer_writes("This is the third time I ask: where is my parcel? I paid $20!")
    await house.draft()

    observed = (await ann.json(f"/conversations/{one}"))["draft"]["observed"]

    assert (observed["urgency"], observed["mood"]) == ("high", "unhappy")
    assert observed["signals"] == ["third_time"]
    assert observed["wants"][0]["intent"] == "order_status"
    assert observed["entities"][0] == {
        "sort": "amount",
        "start": 57,
        "end": 60,
        "value": "20 USD",
    }


WISH = {"name": "order_status.ours", "purpose": "Late parcels"}


async def test_an_answer_becomes_a_template(house: House, ann: Person) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)
    one = await house.buyer_writes()
    await house.draft()
    await ann.approve(one, text="Your parcel is late, and we are sorry.")

    response = await sue.act(one, "make-template", WISH)

    assert response.status == 201
    made = await response.json()
    assert made["file"] == "templates/en/order_status.ours.liquid"
    assert made["in_use"] == "from the next start"


async def test_a_text_may_be_given_where_nothing_was_sent(house: House, ann: Person) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)
    one = await house.buyer_writes()
    await house.draft()

    assert await problem(await sue.act(one, "make-template", WISH)) == (409, "nothing_sent")
    given = WISH | {"text": "It is late.", "intent": "complaint"}
    assert (await sue.act(one, "make-template", given)).status == 201


@pytest.mark.parametrize(
    "wrong",
    [{"name": "Bad Name!"}, {"text": "Write to jane@example.org"}, {"text": "{{ order.secret }}"}],
)
async def test_what_the_loader_would_refuse_is_told_and_not_kept(
    house: House, ann: Person, wrong: dict[str, str]
) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)
    one = await house.buyer_writes()
    await house.draft()

    response = await sue.act(one, "make-template", WISH | {"text": "It is late."} | wrong)

    said = (await response.json())["error"]
    assert (response.status, said["code"]) == (422, "bad_template")
    assert said["details"]["problems"][0]["what"]


async def test_an_agent_makes_no_templates(house: House, ann: Person) -> None:
    one = await house.buyer_writes()

    assert await problem(await ann.act(one, "make-template", WISH)) == (403, "forbidden")
