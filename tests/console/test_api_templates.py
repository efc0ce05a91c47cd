"""What drafts are made of, and how a change would read."""

from typing import Any

import pytest

from tests.console.house import House
from tests.console.person import Person, problem

FILE = """+++
purpose = "Where is it"
intent = "order_status"
requires = ["order.tracking_number"]
+++
It is on its way{% if order.carrier %} with {{ order.carrier }}{% endif %}:
{{ order.tracking_number }}.
"""


async def preview(who: Person, text: str = FILE, **body: object) -> Any:
    response = await who.post("/templates/preview", {"text": text} | body)
    assert response.status == 200, await response.text()
    return await response.json()


async def test_the_templates_are_listed_with_their_versions(house: House, ann: Person) -> None:
    listed = await ann.json("/templates?language=en&intent=damaged_defective")

    by_name = {one["name"]: one for one in listed["items"]}
    one = by_name["damaged_defective.small_refund"]
    assert one["when"] == {"ladder.step": ["small_refund"]}
    assert one["also"] == ["wrong_missing"]
    assert len(one["version"]) == 8
    assert one["file"].startswith("+++")
    assert await problem(await ann.get("/api/v1/templates?intent=nonsense")) == (400, "invalid")


async def test_a_draft_says_which_template_in_which_version_made_it(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()

    draft = (await ann.json(f"/conversations/{one}"))["draft"]

    listed = (await ann.json("/templates?language=en"))["items"]
    versions = {f"template:{each['key']}": each["version"] for each in listed}
    assert versions[draft["source"]] == draft["template_version"]


async def test_a_change_is_read_before_it_is_saved(house: House, ann: Person) -> None:
    shown = await preview(ann)

    assert shown["ok"] is True
    assert "on its way with DHL:\nJD014600006821234567." in str(shown["text"])
    assert str(shown["text"]).startswith("Hello,")
    assert set(shown["facts"]) == {"order.carrier", "order.tracking_number", "shop.name"}


async def test_a_fact_may_be_taken_away_or_be_another(house: House, ann: Person) -> None:
    facts = {"order.carrier": None, "order.tracking_number": "YT99"}

    shown = await preview(ann, facts=facts)

    assert "on its way:\nYT99." in str(shown["text"])


async def test_a_mistake_is_named_with_its_line_and_what_is_known(
    house: House, ann: Person
) -> None:
    shown = await preview(ann, FILE.replace("order.carrier }}", "order.carier }}"), name="a.b")

    [found] = shown["problems"]
    assert (shown["ok"], found["file"], found["line"]) == (False, "en/a.b.liquid", 6)
    assert "unknown variable 'order.carier'; known are buyer.name" in found["what"]


async def test_a_missing_fact_is_no_text_but_a_reason(house: House, ann: Person) -> None:
    shown = await preview(ann, facts={"order.tracking_number": None})

    assert (shown["ok"], shown["text"]) == (False, None)


async def test_gaps_and_broken_rules_are_shown(house: House, ann: Person) -> None:
    text = FILE.replace("It is", 'Write to a@b.com. {{ shop.hours | gap: "hours" }} It is')

    shown = await preview(ann, text, facts={"shop.hours": None}, byte_limit=20)

    assert shown["gaps"] == ["⟦hours⟧"]
    assert {one["rule"] for one in shown["findings"]} >= {"email", "gap", "length"}


async def test_the_variables_are_listed_with_what_they_may_be(house: House, ann: Person) -> None:
    listed = {one["name"]: one for one in (await ann.json("/templates/variables"))["items"]}

    assert listed["order.status"]["values"] == [
        "cancelled",
        "delivered",
        "shipped",
        "unpaid",
        "unshipped",
    ]
    assert listed["shop.return_days"] == {
        "name": "shop.return_days",
        "sample": "30",
        "values": None,
    }


@pytest.mark.parametrize("address", ["/templates", "/templates?language=zh", "/templates?name=x"])
async def test_the_page_of_templates_is_shown(house: House, ann: Person, address: str) -> None:
    html = await ann.html(address)

    assert 'id="file"' in html or "There are no templates" in html or "?name=x" in address
