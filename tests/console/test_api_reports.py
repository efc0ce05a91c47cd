"""The team's figures as JSON and CSV."""

import csv
import io
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from responder.console.reports import REPORTS
from responder.console.tables import Table
from responder.store.users import Role
from responder.testing import FakeClock
from tests.console.house import House
from tests.console.person import Person


@pytest.fixture
async def sue(house: House, clock: FakeClock) -> Person:
    """A supervisor of a shop that has given one answer, two hours after it was asked for."""
    sue = await house.person("sue", Role.SUPERVISOR)
    one = await house.buyer_writes("The cup arrived broken.", at=clock.now() - timedelta(hours=2))
    await house.draft()
    assert (await sue.approve(one)).status == 202
    clock.advance(timedelta(seconds=6))
    await house.send()
    return sue


def address(name: str, query: dict[str, str]) -> str:
    return f"/api/v1/reports/{name}?{urlencode(query)}"


async def rows(person: Person, name: str, **query: str) -> list[list[str]]:
    """A report as a spreadsheet reads it, the names of its columns first."""
    response = await person.get(address(name, {"format": "csv"} | query))
    assert response.status == 200, await response.text()
    assert response.content_type == "text/csv"
    return list(csv.reader(io.StringIO((await response.read()).decode("utf-8-sig"))))


async def items(person: Person, name: str, **query: str) -> list[dict[str, object]]:
    response = await person.get(address(name, query))
    assert response.status == 200, await response.text()
    answer: dict[str, list[dict[str, object]]] = await response.json()
    return answer["items"]


async def test_each_report_says_the_same_as_json_and_as_csv(sue: Person) -> None:
    for name in REPORTS:
        header, *lines = await rows(sue, name)
        told = await items(sue, name)

        assert [list(one) for one in told] == [header] * len(lines)
        assert [["" if v is None else str(v) for v in one.values()] for one in told] == lines


async def test_what_was_answered_is_in_the_reports(sue: Person, clock: FakeClock) -> None:
    today = f"{clock.now():%Y-%m-%d}"

    assert [one for one in await items(sue, "waited") if one["messages"]] == [
        {"below_minutes": 240, "messages": 1}
    ]
    assert await items(sue, "agents") == [{"agent": "sue", "replies": 1}]
    assert await items(sue, "intents") == [{"intent": "damaged_defective", "replies": 1}]
    [kept] = [one for one in await items(sue, "sla") if one["day"] == today]
    assert (kept["in_time"], kept["late"]) == (1, 0)
    windows = [one for one in await items(sue, "budgets") if one["account"] == kept["account"]]
    assert [(one["days"], one["in_time"], one["late_share"]) for one in windows] == [
        (7, 1, 0.0), (30, 1, 0.0), (90, 1, 0.0)
    ]  # fmt: skip


async def test_what_falls_due_is_counted_by_the_hour(
    house: House, sue: Person, clock: FakeClock
) -> None:
    await house.buyer_writes(thread="b", due_at=clock.now() + timedelta(minutes=90))

    due = await items(sue, "due")

    assert len(due) == 25
    assert [place for place, one in enumerate(due) if one["fall_due"]] == [1]


async def test_only_the_days_asked_for_are_in_it(sue: Person, clock: FakeClock) -> None:
    before = f"{clock.now() - timedelta(days=1):%Y-%m-%d}"

    assert await items(sue, "agents", to=before) == []
    assert await items(sue, "agents", **{"from": before}) == [{"agent": "sue", "replies": 1}]
    response = await sue.get(address("agents", {"to": before, "format": "csv"}))
    assert f"-{before}.csv" in response.headers["Content-Disposition"]
    response = await sue.get(address("due", {"to": before, "format": "csv"}))
    assert f'"due-{clock.now():%Y-%m-%d}.csv"' in response.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("name", "query", "status", "said"),
    [
        ("sales", {}, 404, "there are waited, intents"),
        ("waited", {"format": "xlsx"}, 400, "json, csv"),
        ("waited", {"from": "yesterday"}, 400, "from 'yesterday' is no day"),
        ("waited", {"to": "2026-02-30"}, 400, "to '2026-02-30' is no day"),
        ("waited", {"from": "2026-02-02", "to": "2026-02-01"}, 400, "lies after"),
        ("waited", {"to": "0001-01-01"}, 400, "too long ago"),
    ],
)
async def test_what_cannot_be_told_says_why(
    sue: Person, name: str, query: dict[str, str], status: int, said: str
) -> None:
    response = await sue.get(address(name, query))

    assert response.status == status
    assert said in await response.text()


async def test_figures_of_people_are_for_supervisors(ann: Person) -> None:
    assert (await ann.get("/api/v1/reports/agents")).status == 403


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_name_that_looks_like_a_formula_stays_a_name(sign: str) -> None:
    table = Table(columns=("a", "b"), rows=[(f'{sign}HYPERLINK("x")', -1), ("ann, bo", None)])

    lines = list(csv.reader(io.StringIO(table.csv(), newline="")))

    assert lines == [["a", "b"], [f'\'{sign}HYPERLINK("x")', "-1"], ["ann, bo", ""]]


async def test_only_a_download_begins_with_a_byte_order_mark(sue: Person) -> None:
    response = await sue.get(address("agents", {"format": "csv"}))

    assert (await response.read()).startswith("\ufeff".encode())
    assert Table(columns=("a",), rows=()).csv() == "a\r\n"
