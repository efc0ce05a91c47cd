"""Templates are edited where they are read; what is saved is what is drafted by."""

from typing import Any

import pytest

from responder.workers.texts import Texts
from tests.console.house import House
from tests.console.person import Person, problem

PLACE = {"language": "en", "name": "order_status.tracked"}
SAVE, BACK = "/templates/save", "/templates/restore"


async def text_of(who: Person) -> str:
    listed = (await who.json("/templates?language=en"))["items"]
    return str(next(one["file"] for one in listed if one["name"] == PLACE["name"]))


async def versions(who: Person) -> Any:
    return await who.json("/templates/versions?language=en&name=order_status.tracked")


async def save(who: Person, text: str, number: int = 0) -> Any:
    return await who.post(SAVE, {**PLACE, "text": text, "number": number})


async def test_a_supervisor_saves_and_the_new_words_are_in_use(house: House, sue: Person) -> None:
    changed = (await text_of(sue)).rstrip() + "\nWe are watching it for you.\n"

    answer = await save(sue, changed)

    assert answer.status == 200, await answer.text()
    assert (await answer.json())["number"] == 1
    assert await text_of(sue) == changed
    [version] = (await versions(sue))["items"]
    assert (version["number"], version["by"], version["text"]) == (1, sue.name, changed)


async def test_another_process_takes_the_words_over_at_its_next_look(
    house: House, sue: Person
) -> None:
    elsewhere = house.services.drafting.with_experience(lambda _: None)
    texts = Texts(house.services.database, elsewhere)
    changed = (await text_of(sue)).rstrip() + "\nWe are watching it for you.\n"
    await save(sue, changed)

    await texts.refresh()

    [used] = [one for one in elsewhere.templates if one.key == "en/order_status.tracked"]
    assert used.file == changed
    [old] = [one for one in elsewhere.files.all if one.key == "en/order_status.tracked"]
    assert old.file != changed, "the file stays what it is"


async def test_what_the_loader_would_refuse_is_not_saved(house: House, sue: Person) -> None:
    before = await text_of(sue)

    unknown = await save(sue, before + "{{ order.trackng }}")
    forbidden = await save(sue, before + "Write to me@example.com.")
    shapeless = await save(sue, "no front matter")

    for refused in (unknown, forbidden, shapeless):
        assert refused.status == 422
        assert (await refused.json())["error"]["code"] == "bad_template"
    told = (await forbidden.json())["error"]["details"]["problems"]
    assert any("breaks the rule email" in one["what"] for one in told)
    assert await text_of(sue) == before
    assert (await versions(sue))["items"] == []


async def test_who_saves_over_a_colleague_is_told(house: House, sue: Person) -> None:
    text = await text_of(sue)
    await save(sue, text + "One.\n")

    refused = await save(sue, text + "Two.\n")

    assert await problem(refused) == (409, "stale_template")
    assert (await text_of(sue)).endswith("One.\n")


async def test_an_earlier_version_and_the_file_come_back(house: House, sue: Person) -> None:
    file = await text_of(sue)
    await save(sue, file + "One.\n")
    await save(sue, file + "Two.\n", number=1)

    assert (await sue.post(BACK, {**PLACE, "to": 1, "number": 2})).status == 200
    assert (await text_of(sue)).endswith("One.\n")
    assert (await sue.post(BACK, {**PLACE, "to": 0, "number": 3})).status == 200
    assert await text_of(sue) == file
    assert [one["back_to"] for one in (await versions(sue))["items"]] == [0, 1, None, None]
    assert await problem(await sue.post(BACK, {**PLACE, "to": 9, "number": 4})) == (
        404,
        "not_found",
    )


async def test_an_agent_may_look_and_not_save(house: House, ann: Person, sue: Person) -> None:
    assert await problem(await save(ann, await text_of(ann))) == (403, "forbidden")
    assert await problem(await ann.post(BACK, {**PLACE, "to": 0, "number": 0})) == (
        403,
        "forbidden",
    )

    assert 'id="save"' not in await ann.html("/templates")
    assert 'id="save"' in await sue.html("/templates")


async def test_a_template_keeps_its_intent(house: House, sue: Person) -> None:
    text = (await text_of(sue)).replace('intent = "order_status"', 'intent = "complaint"')

    assert await problem(await save(sue, text)) == (409, "other_intent")


@pytest.mark.parametrize("name", ["nothing", "../../etc/passwd"])
async def test_a_template_that_does_not_exist_is_not_made(
    house: House, sue: Person, name: str
) -> None:
    body = {"language": "en", "name": name, "text": await text_of(sue), "number": 0}

    assert await problem(await sue.post(SAVE, body)) == (404, "not_found")


async def test_the_page_names_each_version_and_who_made_it(house: House, sue: Person) -> None:
    await save(sue, (await text_of(sue)) + "One.\n")

    page = await sue.html("/templates?language=en&name=order_status.tracked")

    assert f"Version 1, by {sue.name}" in page
    assert 'data-back="0"' in page
    assert "One." in page
