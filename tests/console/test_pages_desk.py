"""The one screen in each state, whatever buyers write."""

import re
from datetime import timedelta
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from responder.console.pages.words import VIEWS
from responder.domain.model import Fact, Kind
from responder.store.users import Role
from responder.testing import FakeClock
from tests.console.house import ORDER, TAOBAO, House, Person

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "\u202eevil\u202c \u200f\u2066 \u0000 \x1b[31m",
    "''; DROP TABLE buyers; --",
    "&lt;b&gt; &amp;amp;",
    "词" * 20_000,
    "w" * 20_000,
    "👩‍👩‍👧‍👦" * 50 + "\n" * 50,
]


def parse(html: str) -> LexborHTMLParser:
    return LexborHTMLParser(html)


def find(html: str, selector: str) -> LexborNode:
    node = parse(html).css_first(selector)
    assert node is not None, f"no {selector}"
    return node


def has(html: str, selector: str) -> bool:
    return parse(html).css_first(selector) is not None


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


async def test_without_a_draft_a_person_writes(house: House, ann: Person) -> None:
    one = await house.buyer_writes()

    html = await ann.html(f"/c/{one}")

    assert find(html, "#text").text(strip=True) == ""
    assert find(html, "#draft").attributes["data-ready"] == "no"


async def test_our_replies_notes_and_notices_look_different(
    house: House, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes(
        language="en", attachments=({"name": "photo.jpg"},), warnings=("unknown charset",)
    )
    await house.draft()
    await ann.approve(one, text="It is on its way.")
    clock.advance(timedelta(seconds=6))
    await house.send()
    await ann.act(one, "note", {"text": "called her"})
    await house.buyer_writes("Refund issued", kind=Kind.NOTICE)

    html = await ann.html(f"/c/{one}")

    ours = find(html, ".message-seller").text()
    assert "approved by ann" in ours
    assert "2026-11-02 01:00 Los Angeles" in ours
    assert "colleagues only" in find(html, ".message-note").text()
    assert "Refund issued" in find(html, ".message-notice .text").text()
    assert find(html, ".attachments").text(strip=True) == "photo.jpg"
    assert "unknown charset" in find(html, ".warning").text()
    assert "Answered" in find(html, "#reply").text()


async def test_an_approved_reply_can_be_taken_back_while_it_waits(
    house: House, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.approve(one, text="It is on its way.")

    html = await ann.html(f"/c/{one}")

    assert "It is on its way." in find(html, ".settled blockquote").text()
    assert has(html, "[data-do=undo-this]")
    bob, sue = await house.person("bob"), await house.person("sue", Role.SUPERVISOR)
    assert not has(await bob.html(f"/c/{one}"), "[data-do=undo-this]"), "it is ann's"
    assert has(await sue.html(f"/c/{one}"), "[data-do=undo-this]")
    clock.advance(timedelta(seconds=6))
    await house.queues.outbox.claim(1)


async def test_a_reply_that_came_back_is_kept_with_its_reason(house: House, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.approve(one, text="It is on its way.")
    await house.buyer_writes("Wait, wrong address!")

    html = await ann.html(f"/c/{one}")

    assert "It is on its way." in find(html, ".came-back blockquote").text()
    assert has(html, "[data-do=take-held]")
    assert "something newer came before it left" in find(html, ".came-back p").text()
    assert "Came back" in find(await ann.html("/rows"), ".row .chip").text()


async def test_an_uncertain_reply_asks_what_became_of_it(
    house: House, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await house.draft()
    await ann.approve(one, text="It is on its way.")
    clock.advance(timedelta(seconds=6))
    await house.lose_answer()

    html = await ann.html(f"/c/{one}")

    assert has(html, "[data-do=was-sent]")
    assert has(html, "[data-do=was-not-sent]")
    assert not has(html, "[data-do=approve]")
    await ann.act(one, "resolve-uncertain", {"outcome": "not_sent"})
    assert "It was not sent" in find(await ann.html(f"/c/{one}"), ".came-back").text()


async def test_no_reply_needed_is_said_as_such(house: House, ann: Person) -> None:
    one = await house.buyer_writes()
    await ann.act(one, "no-reply-needed", {})

    assert "needing no reply" in find(await ann.html(f"/c/{one}"), "#reply").text()


async def test_others_see_who_is_in_it(house: House, ann: Person) -> None:
    one = await house.buyer_writes()
    await house.claim(one, "bob")

    html = await ann.html(f"/c/{one}")

    assert "bob is in it" in find(html, ".row .holder").text()
    assert "hidden" not in find(html, "#holder").attributes
    bob = await house.person("bob")
    assert "hidden" in find(await bob.html(f"/c/{one}"), "#holder").attributes


async def test_a_trainee_is_shown_no_button_that_would_be_refused(house: House) -> None:
    tim = await house.person("tim", Role.TRAINEE)
    one = await house.buyer_writes()
    await house.draft()

    html = await tim.html(f"/c/{one}")

    assert "second yes" in find(html, "[data-do=approve]").text()
    assert not has(html, "[data-do=no-reply-needed]")


async def test_only_who_may_override_is_offered_it(house: House, ann: Person) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)
    one = await house.buyer_writes()

    assert has(await sue.html(f"/c/{one}"), "#draft[data-may-override]")
    assert not has(await ann.html(f"/c/{one}"), "#draft[data-may-override]")


async def test_an_account_that_cannot_be_reached_is_told_in_words(
    house: House, ann: Person
) -> None:
    key = house.database.partitions.of_account(TAOBAO).account(TAOBAO)
    await house.database.redis.hset(key, mapping={"failures": "3", "problem": "no route"})

    html = await ann.html("/views")

    assert find(html, ".down").text(strip=True) == "unreachable"
    assert find(html, ".down").attributes["title"] == "no route"
    assert len(parse(html).css(".down")) == 1


# Parts that htmx and the scripts ask for


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


# Whatever buyers write


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
async def test_what_a_buyer_writes_stays_text(house: House, ann: Person, text: str) -> None:
    one = await house.buyer_writes(
        text, buyer=text[:200], subject=text[:200], order_ids=(text[:40].replace(",", ""),),
        attachments=({"name": text[:100]},), warnings=(text[:100],),
    )  # fmt: skip
    await house.draft()
    await ann.act(one, "note", {"text": text or "-"})
    await ann.act(one, "escalate", {"reason": text[:400]})
    token = await ann.claim(one)
    approved = await ann.approve(one, token=token, text=text)
    if approved.status == 202:
        await ann.act(one, "undo")

    html = await ann.html(f"/c/{one}")

    shown = text.replace("\x00", "")  # which HTML has no way to show
    assert find(html, ".message-buyer .text").text() == shown
    assert find(html, ".message-note .text").text() == shown
    assert not has(html, "img")
    scripts = parse(html).css("script")
    assert all(
        one.attributes.get("src") or one.attributes.get("type") == "application/json"
        for one in scripts
    )
    assert len(scripts) == 3
    names = {name for node in parse(html).css("*") for name in node.attributes}
    assert not [name for name in names if name.startswith("on")]


async def test_our_own_markup_stays_text_too(house: House) -> None:
    ann = await house.person("ann", Role.SUPERVISOR)
    one = await house.buyer_writes()
    await house.draft()
    text = "</textarea><script>alert(1)</script>"
    await ann.approve(one, text=text, override="a test")
    await ann.act(one, "undo")

    html = await ann.html(f"/c/{one}")

    assert find(html, ".came-back blockquote").text() == text
    assert "<script>alert" not in html


@pytest.mark.parametrize(
    "query", ["q=<script>alert(1)</script>", 'account="><b>', "view=open&q=%00"]
)
async def test_what_is_in_an_address_stays_text(ann: Person, query: str) -> None:
    html = await ann.html(f"/?{query}")

    assert "<script>alert" not in html
    assert not has(html, "b")


# Every page


async def pages(house: House, ann: Person) -> dict[str, Any]:
    one = await house.buyer_writes()
    await house.draft()
    paths = ["/", f"/c/{one}", "/rows", "/views", "/login", "/api/docs", "/c/00-nobody", "/?view=x"]
    return {path: await ann.get(path) for path in paths}


async def test_every_page_has_a_strict_policy_and_is_not_kept(house: House, ann: Person) -> None:
    for path, response in (await pages(house, ann)).items():
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Content-Type"].startswith("text/html")


async def test_no_page_has_inline_script_or_style(house: House, ann: Person) -> None:
    for path, response in (await pages(house, ann)).items():
        html = await response.text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html), path


async def test_every_page_has_a_language_a_title_and_unique_ids(house: House, ann: Person) -> None:
    for path, response in (await pages(house, ann)).items():
        html = await response.text()
        if "<html" in html:
            assert find(html, "html").attributes["lang"] == "en"
            assert find(html, "title").text().strip()
        ids = [node.attributes["id"] for node in parse(html).css("[id]")]
        assert len(ids) == len(set(ids)), path


async def test_every_field_has_a_label(house: House, ann: Person) -> None:
    for path, response in (await pages(house, ann)).items():
        html = await response.text()
        for field in parse(html).css("input:not([type=hidden]), textarea, select"):
            name = field.attributes.get("id")
            within = field.parent is not None and field.parent.tag == "label"
            labeled = within or has(html, f"label[for='{name}']")
            assert labeled or field.attributes.get("aria-label"), f"{path}: {field.html}"
