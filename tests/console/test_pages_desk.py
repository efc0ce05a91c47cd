"""The one screen: the list beside its conversation, whole and in parts."""

from datetime import timedelta

import pytest

from responder.console.pages.words import VIEWS
from responder.domain.model import Fact
from responder.testing import FakeClock
from tests.console.house import House
from tests.console.markup import find, has, parse
from tests.console.person import Person
from tests.console.shops import ORDER, TAOBAO


async def test_an_empty_house_says_what_would_fill_it(ann: Person) -> None:
    for view in VIEWS:
        html = await ann.html(f"/?view={view}")

        assert len(find(html, "#empty").text(strip=True)) > 30
    assert "j and k" in find(html, ".thread-empty").text()


async def test_the_screen_shows_the_list_and_its_first_conversation(
    house: House, ann: Person, clock: FakeClock
) -> None:
    await house.buyer_writes("Later", thread="late", buyer="Tom")
    first = await house.buyer_writes(
        "快到期了", thread="soon", account=TAOBAO, buyer="李雷",
        due_at=clock.now() + timedelta(minutes=2), order_ids=(ORDER,),
    )  # fmt: skip
    await house.draft()

    html = await ann.html("/")

    rows = parse(html).css("li.row")
    row = rows[0]
    assert row.attributes["data-id"] == first
    for part, expected in {
        ".buyer": "李雷",
        ".preview": "快到期了",
        ".order": ORDER,
        ".row-account": "taobao-main",
        ".left": "2:00",
        ".lang": "zh",
        ".chip-ready": "Draft",
    }.items():
        found = row.css_first(part)
        assert found is not None, part
        assert expected in found.text()
    assert find(html, ".thread").attributes["data-id"] == first
    assert find(html, "body").attributes["data-pane"] == "list"
    assert find(html, "#views [aria-current]").text(strip=True).startswith("All open")


async def test_a_deep_link_shows_its_conversation_beside_the_list_of_its_view(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes(thread="one")
    await house.buyer_writes(thread="two")

    html = await ann.html(f"/c/{one}?view=unassigned")

    assert find(html, ".thread").attributes["data-id"] == one
    assert find(html, "body").attributes["data-pane"] == "thread"
    assert len(parse(html).css("li.row")) == 2
    assert "view=unassigned" in str(find(html, "li.row a").attributes["href"])


@pytest.mark.parametrize("path", ["/c/00-nobody", "/c/nonsense", "/?view=none", "/rows?cursor=x"])
async def test_what_is_not_there_is_said_in_words(ann: Person, path: str) -> None:
    response = await ann.get(path)

    html = await response.text()
    assert response.status in {400, 404, 409}
    assert has(html, "a[href='/']")
    assert len(find(html, ".card p").text()) > 20


async def test_time_left_is_told_by_words_and_sign_as_well_as_by_color(
    house: House, ann: Person, clock: FakeClock
) -> None:
    await house.buyer_writes(due_at=clock.now() + timedelta(hours=3, minutes=5, seconds=9))

    running = await ann.html("/")
    clock.advance(timedelta(hours=3, minutes=17, seconds=20))
    overdue = await ann.html("/")

    assert find(running, ".row .left").text() == "3:05:09"
    assert find(overdue, ".row .left").text() == "overdue 12 min"
    assert find(overdue, ".row .risk-word").text() == "Overdue:"
    assert has(overdue, ".row .risk-breached .risk-sign")
    assert (
        find(running, "body").attributes["data-now"] != find(overdue, "body").attributes["data-now"]
    )


async def test_a_waiting_conversation_has_its_draft_with_source_facts_and_keys(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes(order_ids=(ORDER,))
    facts = {
        name: Fact(value=value, source=f"order {ORDER}")
        for name, value in {
            "order.id": ORDER,
            "order.status": "shipped",
            "order.carrier": "UPS",
            "order.tracking_number": "1Z999AA10123456784",
        }.items()
    }
    await house.draft(facts=facts, order={"status": "shipped", "items": [
        {"title": "Cup", "quantity": 2, "sku": "C-1", "price": ""}
    ]})  # fmt: skip
    draft = (await ann.json(f"/conversations/{one}"))["draft"]

    html = await ann.html(f"/c/{one}")

    assert find(html, "#text").text() == draft["text"]
    template = house.services.drafting.template(draft["source"].removeprefix("template:"))
    assert template is not None
    assert template.purpose in find(html, ".draft-head").text()
    assert draft["source"] in str(find(html, ".draft-head [title]").attributes["title"])
    assert f"{draft['confidence']:.0%}" in find(html, ".draft-head").text()
    assert {fact.attributes["data-fact"] for fact in parse(html).css("[data-fact]")} == {
        fact["value"] for fact in draft["facts"].values()
    }
    assert find(html, "#draft").attributes["data-version"] == "1"
    assert find(html, "[data-do=approve]").attributes["aria-keyshortcuts"] == "a Control+Enter"
    assert "Cup" in find(html, ".items").text()


async def test_an_account_that_cannot_be_reached_is_told_in_words(
    house: House, ann: Person
) -> None:
    key = house.database.partitions.of_account(TAOBAO).account(TAOBAO)
    await house.database.redis.hset(key, mapping={"failures": "3", "problem": "no route"})

    html = await ann.html("/views")

    assert find(html, ".down").text(strip=True) == "unreachable"
    assert find(html, ".down").attributes["title"] == "no route"
    assert len(parse(html).css(".down")) == 1


def part(name: str) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Target": name}


async def test_htmx_gets_only_the_part_it_asks_for(house: House, ann: Person) -> None:
    one = await house.buyer_writes()

    desk = await ann.html(f"/c/{one}", **part("desk"))
    listed = await ann.html("/?view=unassigned", **part("list"))

    assert "<html" not in desk + listed
    assert has(desk, ".thread")
    assert not has(desk, "#rows")
    assert has(listed, "#rows")
    assert has(listed, "template")
    assert not has(listed, ".thread")


async def test_the_list_goes_on_page_by_page(house: House, ann: Person) -> None:
    for number in range(60):
        await house.buyer_writes(thread=f"t{number}")

    html = await ann.html("/")
    more = await ann.html(str(find(html, ".more").attributes["hx-get"]))

    assert len(parse(html).css("li.row")) == 50
    assert len(parse(more).css("li.row")) == 10
    assert not has(more, ".more")


async def test_rows_are_renewed_while_they_belong_in_the_list(house: House, ann: Person) -> None:
    here = await house.buyer_writes(thread="here")
    gone = await house.buyer_writes(thread="gone")
    other = await house.buyer_writes(thread="other", account=TAOBAO)
    await ann.act(gone, "no-reply-needed", {})

    html = await ann.html(f"/rows?view=open&account=amazon-us&ids={here},{gone},{other},nonsense")

    assert [row.attributes["data-id"] for row in parse(html).css("li.row")] == [here]
    for view, expected in {"answered": gone, "all": gone}.items():
        again = await ann.html(f"/rows?view={view}&ids={gone}")
        assert find(again, "li.row").attributes["data-id"] == expected
