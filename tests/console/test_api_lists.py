"""Lists of the API: views, filters, pages."""

from datetime import timedelta
from typing import Any

import pytest

from responder.store.remarks import annotate
from responder.store.times import ms
from responder.testing import FakeClock
from tests.console.house import House
from tests.console.person import Person, problem
from tests.console.shops import ORDER, TAOBAO

HOUR = timedelta(hours=1)


async def ids(person: Person, query: str = "") -> list[str]:
    return [one["id"] for one in (await person.json(f"/conversations{query}"))["items"]]


async def test_the_earliest_deadline_comes_first(
    house: House, ann: Person, clock: FakeClock
) -> None:
    late = await house.buyer_writes(thread="late", due_at=clock.now() + 9 * HOUR)
    soon = await house.buyer_writes(
        thread="soon", account=TAOBAO, due_at=clock.now() + timedelta(minutes=3)
    )
    middle = await house.buyer_writes(thread="middle", due_at=clock.now() + 2 * HOUR)

    assert await ids(ann) == [soon, middle, late]


async def test_pages_show_everything_once(house: House, ann: Person, clock: FakeClock) -> None:
    same = clock.now() + HOUR
    expected = [
        await house.buyer_writes(thread=f"t{number}", due_at=same + (number // 4) * HOUR)
        for number in range(11)
    ]
    seen: list[str] = []
    cursor: str | None = ""

    while cursor is not None:
        page = await ann.json(f"/conversations?limit=3&cursor={cursor}")
        assert len(page["items"]) <= 3
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]

    assert sorted(seen) == sorted(expected)
    assert len(seen) == 11


async def test_everything_is_first_what_is_owed_then_what_is_closed_page_by_page(
    house: House, ann: Person, clock: FakeClock
) -> None:
    closed, owed = [], []
    for number in range(5):
        one = await house.buyer_writes(thread=f"c{number}")
        await ann.act(one, "no-reply-needed", {})
        clock.advance(timedelta(seconds=1))
        closed.append(one)
    for number in range(4):
        owed.append(await house.buyer_writes(thread=f"o{number}"))
        clock.advance(timedelta(seconds=1))
    for limit in (1, 2, 3, 4, 5, 9, 50):
        seen: list[str] = []
        cursor: str | None = ""

        while cursor is not None:
            page = await ann.json(f"/conversations?view=all&limit={limit}&cursor={cursor}")
            seen += [one["id"] for one in page["items"]]
            cursor = page["next"]

        assert seen == [*owed, *reversed(closed)], f"{limit} at a time"


@pytest.mark.parametrize("query", ["view=none", "limit=0", "limit=201", "limit=x", "cursor=here"])
async def test_a_bad_query_is_refused(ann: Person, query: str) -> None:
    response = await ann.get(f"/api/v1/conversations?{query}")

    assert await problem(response) == (400, "invalid")


async def test_each_view_shows_its_own(house: House, ann: Person, clock: FakeClock) -> None:
    waiting = await house.buyer_writes(thread="waiting")
    mine = await house.buyer_writes(thread="mine")
    await ann.act(mine, "assign", {"assignee": "ann"})
    approved = await house.buyer_writes(thread="approved")
    await house.draft()
    uncertain = await house.buyer_writes(thread="uncertain")
    await house.draft()
    await ann.approve(uncertain)
    clock.advance(timedelta(seconds=10))
    await house.lose_answer()
    await ann.approve(approved)
    answered = await house.buyer_writes(thread="answered")
    await ann.act(answered, "no-reply-needed", {})

    shown = {
        view: set(await ids(ann, f"?view={view}"))
        for view in (
            "open",
            "mine",
            "unassigned",
            "approved",
            "uncertain",
            "answered",
            "second_yes",
            "all",
        )
    }

    assert shown == {
        "open": {waiting, mine, approved, uncertain},
        "mine": {mine, approved, uncertain},  # who answers first keeps the buyer
        "unassigned": {waiting},
        "approved": {approved},
        "uncertain": {uncertain},
        "answered": {answered},
        "second_yes": set(),
        "all": {waiting, mine, approved, uncertain, answered},
    }
    clock.advance(timedelta(minutes=5))
    counts = await ann.json("/counts")
    none = {"at_risk": 0, "escalated": 0, "snoozed": 0}
    assert counts == {view: len(shown[view]) for view in shown if view != "all"} | none


async def test_what_is_snoozed_or_escalated_has_a_view_of_its_own(
    house: House, ann: Person, clock: FakeClock
) -> None:
    asleep = await house.buyer_writes(thread="asleep")
    hard = await house.buyer_writes(thread="hard")
    until = (clock.now() + timedelta(hours=2)).isoformat()
    await ann.act(asleep, "assign", {"assignee": "ann"})
    await ann.act(asleep, "snooze", {"until": until})
    await ann.act(hard, "escalate", {"reason": "a lawyer writes"})

    assert await ids(ann, "?view=snoozed") == [asleep]
    assert await ids(ann, "?view=escalated") == [hard]
    counts = await ann.json("/counts")
    assert (counts["snoozed"], counts["escalated"]) == (1, 1)
    assert (counts["open"], counts["mine"], counts["unassigned"]) == (1, 0, 1)
    clock.advance(timedelta(hours=3))
    assert await ids(ann, "?view=snoozed") == []
    assert (await ann.json("/counts"))["mine"] == 1


async def test_a_snooze_hides_no_message_that_came_after_it(
    house: House, ann: Person, clock: FakeClock
) -> None:
    one = await house.buyer_writes()
    await ann.act(one, "snooze", {"until": (clock.now() + timedelta(hours=20)).isoformat()})
    assert await ids(ann) == []

    await house.buyer_writes("Hurry!")

    assert await ids(ann) == [one]


@pytest.mark.parametrize(("hours", "hidden"), [(20, True), (25, False)])
async def test_a_snooze_hides_nothing_that_is_due_before_it_ends(
    house: House, ann: Person, clock: FakeClock, hours: int, *, hidden: bool
) -> None:
    one = await house.buyer_writes()
    until = str(ms(clock.now() + hours * HOUR))  # as the deadline stood when it was snoozed

    await annotate(house.database, one, "sue", "snoozed", {"snoozed_until": until})

    assert await ids(ann) == ([] if hidden else [one])
    counts = await ann.json("/counts")
    assert (counts["open"], counts["snoozed"]) == ((0, 1) if hidden else (1, 0))
    offered = await (await ann.post("/next")).json()
    assert offered["id"] == (None if hidden else one)


async def test_what_is_answered_comes_latest_first(
    house: House, ann: Person, clock: FakeClock
) -> None:
    answered = []
    for number in range(3):
        one = await house.buyer_writes(thread=f"t{number}")
        await ann.act(one, "no-reply-needed", {})
        clock.advance(timedelta(minutes=1))
        answered.append(one)

    assert await ids(ann, "?view=answered") == answered[::-1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("account=taobao-main", ["li"]),
        ("marketplace=amazon", ["jane", "tom"]),
        ("assignee=ann", ["tom"]),
        ("intent=order_status", ["jane"]),
        ("language=zh", ["li"]),
        ("tag=vip", ["jane"]),
        ("q=TOM", ["tom"]),
        (f"q={ORDER}", ["jane"]),
        ("q=nothing+of+this", []),
    ],
)
async def test_filters_narrow_a_view(
    house: House, ann: Person, query: str, expected: list[str]
) -> None:
    names: dict[str, Any] = {
        "jane": await house.buyer_writes(thread="jane", order_ids=(ORDER,)),
        "tom": await house.buyer_writes("Nice one, thanks!", thread="tom", buyer="Tom"),
        "li": await house.buyer_writes("能开发票吗？", thread="li", account=TAOBAO, buyer="李"),
    }
    await house.draft()
    await ann.act(names["tom"], "assign", {"assignee": "ann"})
    await ann.act(names["jane"], "tags", {"add": ["vip"]})

    assert sorted(await ids(ann, f"?{query}")) == sorted(names[name] for name in expected)


async def test_a_misspelt_filter_is_named_instead_of_showing_everything(ann: Person) -> None:
    answer = await ann.get("/api/v1/conversations?acount=amazon-us")

    told = (await answer.json())["error"]
    assert (answer.status, told["code"]) == (400, "invalid")
    assert "'acount'" in told["message"]
    assert "account" in told["details"]["allowed"].split(", ")
