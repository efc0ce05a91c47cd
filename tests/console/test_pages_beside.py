"""The team's page, people, one's own login, the first steps."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from selectolax.lexbor import LexborHTMLParser

from responder.domain.ahead import Outlook
from responder.domain.calendar import WorkingHours
from responder.domain.week import Hours, week_of
from responder.store import remarks
from responder.store.users import Role
from responder.testing import FakeClock
from tests.console.house import PASSWORD, House
from tests.console.person import Person

HOUR = timedelta(hours=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def text(html: str, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in LexborHTMLParser(html).css(selector)]


async def test_the_team_page_says_what_is_at_risk_and_who_has_what(
    house: House, clock: FakeClock
) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)
    ann = await house.person("ann")
    risky = await house.buyer_writes(
        "<b>late</b>", thread="a", due_at=clock.now() + timedelta(minutes=90)
    )
    await remarks.annotate(house.database, risky, "x", "risk", {"risk": "critical"})
    await ann.act(risky, "assign", {"assignee": "ann"})
    await ann.post("/presence", {"looking": risky})

    html = await sue.html("/team")

    assert text(html, ".figures strong")[:2] == ["1", "1"]
    [row] = text(html, "section[aria-labelledby=risk-title] tbody tr")
    assert "1:30:00" in row
    assert "<b>late</b>" in row
    assert "ann" in row
    assert f"/conversations/{risky}/take-over" in html
    hours = text(html, "details tbody tr")
    assert [hour for hour in hours if not hour.endswith(":000")] == [hours[1]]
    desks = text(html, "section[aria-labelledby=desks-title] tbody tr")
    assert desks == ["ann agent yes 1 50 Jane", "sue supervisor no 0 50 –"]
    assert len(text(html, "section[aria-labelledby=health-title] tbody tr")) == 2


async def test_the_team_page_shows_the_ten_most_urgent_and_where_the_rest_is(
    house: House, clock: FakeClock
) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)
    for number in range(13):
        one = await house.buyer_writes(thread=f"t{number}", buyer=f"B{number}")
        await remarks.annotate(house.database, one, "x", "risk", {"risk": "critical"})

    html = await sue.html("/team")

    assert len(text(html, "section[aria-labelledby=risk-title] tbody tr")) == 10
    assert '<a href="/?view=at_risk">and 3 more</a>' in html


async def test_only_what_changes_is_sent_again(house: House) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)

    part = await sue.html("/team", **{"HX-Request": "true", "HX-Target": "team-live"})

    assert "<html" not in part
    assert 'class="figures"' in part


async def test_an_account_that_cannot_be_reached_is_told(house: House) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)
    partition = house.database.partitions.of_account(house.services.accounts[0].id)
    key = partition.account(house.services.accounts[0].id)
    await house.database.redis.hset(key, mapping={"failures": "3", "problem": "wrong password"})

    html = await sue.html("/team")

    assert "unreachable wrong password" in text(html, "section[aria-labelledby=health-title] tr")[1]


@pytest.mark.parametrize(
    ("path", "role"), [("/team", Role.AGENT), ("/people", Role.SUPERVISOR), ("/team", Role.TRAINEE)]
)
async def test_pages_are_for_whoever_may_see_them(house: House, path: str, role: Role) -> None:
    person = await house.person("eve", role)

    response = await person.get(path)

    assert response.status == 403
    assert f'href="{path}"' not in await person.html("/")


async def test_the_people_page_shows_everybody_with_their_skills(house: House) -> None:
    boss = await house.person("boss", Role.ADMIN)
    await house.person("ann")
    body = {"name": "ann", "role": "agent", "accounts": ["amazon-us"], "limit": 9}
    await boss.post("/people", body)

    html = await boss.html("/people")

    assert 'value="amazon-us"' in html
    assert 'value="9"' in html
    own = LexborHTMLParser(html).css_first("form[aria-label=boss]")
    assert own is not None
    assert "Take out" not in own.text(), "nobody takes themselves out"


async def test_one_sets_up_a_second_factor_on_ones_own_page(ann: Person) -> None:
    html = await ann.html("/me")

    assert "Set it up" in html
    assert "Another password" in html


async def test_an_installation_without_shops_shows_the_first_steps(house: House) -> None:
    object.__setattr__(house.services, "accounts", ())
    boss = await house.person("boss", Role.ADMIN)
    agent = await house.person("ann")

    first = await boss.get("/")
    steps = await boss.html("/start")

    assert (first.status, first.headers["Location"]) == (303, "/start")
    assert text(steps, ".steps h2") == [
        "Try the mock shops", "Add an account", "Invite agents done"
    ]  # fmt: skip
    assert (await agent.get("/")).status == 200
    assert "No account is configured" in await agent.html("/")


async def test_a_house_where_nobody_can_log_in_says_how(house: House) -> None:
    html = await (await house.client.get("/login")).text()
    await house.hire("ann")
    later = await (await house.client.get("/login")).text()

    assert "responder user add" in html
    assert "responder user add" not in later


async def test_the_login_page_asks_for_the_code_and_never_shows_the_password(house: House) -> None:
    await house.hire("ann")
    user = await house.services.users.get("ann")
    assert user is not None
    object.__setattr__(user, "totp", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    await house.services.users.put(user)

    form = {"name": "ann", "password": PASSWORD, "to": "/"}
    asked = await house.client.post("/login", data=form)
    html = await asked.text()
    pending = LexborHTMLParser(html).css_first("[name=pending]")
    assert pending is not None
    code = {"name": "ann", "pending": str(pending.attributes["value"]), "code": "123"}
    wrong = await house.client.post("/login", data=code)
    foreign = await house.client.post("/login", data=code | {"name": "bob"})

    assert asked.status == 200
    assert PASSWORD not in html
    assert wrong.status == 401
    assert "That code is wrong" in await wrong.text()
    assert foreign.status == 401


async def test_the_team_page_shows_what_replies_were_as_picture_and_table(
    house: House, clock: FakeClock
) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)
    assert "Nothing yet" in await sue.html("/team")
    one = await house.buyer_writes("The cup arrived broken.", at=clock.now() - timedelta(hours=2))
    await house.draft()
    assert (await sue.approve(one)).status == 202
    clock.advance(timedelta(seconds=6))
    await house.send()

    shown = await sue.html("/team")

    assert "below 4 h 1100%" in text(shown, "section[aria-labelledby=waited-title] tbody tr")
    assert text(shown, "section[aria-labelledby=intents-title] tbody tr") == [
        "Damaged or defective 1100%"
    ]
    assert text(shown, "#given-title") == ["Refunds and replacements by reason 30 days"]
    assert text(shown, "section[aria-labelledby=agents-title] tbody tr") == ["sue 1100%"]
    [kept] = text(shown, "section[aria-labelledby=budgets-title] tbody tr")
    assert "100.0 % 90%" in kept, "of the answers that were due, all came in time"


@pytest.mark.parametrize(
    ("asked", "shown"), [("", "30"), ("7", "7"), ("90", "90"), ("12", "30"), ("x", "30")]
)
async def test_the_team_page_looks_back_as_far_as_promises_are_held(
    house: House, asked: str, shown: str
) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)

    html = await sue.html(f"/team?days={asked}")

    assert text(html, ".periods [aria-current]") == [f"{shown} days"]
    assert text(html, "#waited-title span") == [f"{shown} days"]
    assert f'data-renew="/team?days={shown}"' in html


async def test_the_picture_of_tonight_shows_every_time_without_a_shift(
    house: House, clock: FakeClock
) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)
    hours = (Hours(timedelta(hours=9), timedelta(hours=12)), Hours(HOUR * 13, HOUR * 18))
    shifts = WorkingHours(week_of(dict.fromkeys(WEEKDAYS, hours)), ZoneInfo("UTC"))
    outlooks = {card.id: Outlook(shifts=shifts) for card in house.services.accounts}
    object.__setattr__(house.services, "outlooks", outlooks)
    for place, hour in enumerate((3.5, 10, 20, 20)):  # at 9 it is Monday's first hour
        await house.buyer_writes(thread=f"t{place}", due_at=clock.now() + hour * HOUR)

    html = await sue.html("/team")

    shaded = [(one.attributes["x"], one.attributes["width"]) for one in
              LexborHTMLParser(html).css(".shade")]  # fmt: skip
    assert shaded == [("86.4", "28.8"), ("259.2", "432.0")]
    both = "(amazon-us, taobao-main)"
    assert [one.removesuffix(" Look ahead") for one in text(html, ".gap")] == [
        f"No shift from 12:00 to 13:00 {both}: 1 fall due meanwhile.",
        f"No shift from 18:00 to 09:00 {both}: 3 fall due meanwhile.",
    ]


async def test_a_backlog_shows_how_far_it_is_read(house: House, clock: FakeClock) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)
    missed = clock.now() - timedelta(hours=72)
    await house.falls_behind(missed, missed + timedelta(hours=18), seen=1240)

    html = await sue.html("/team")
    [told] = [one["behind"] for one in (await sue.json("/accounts"))["items"] if one["behind"]]

    bar = LexborHTMLParser(html).css_first(".catching-up progress")
    assert bar is not None
    assert bar.attributes["value"] == "0.250"
    [said] = text(html, ".catching-up")
    assert said.startswith("Catching up: 1240 read, 25%")
    assert (told["seen"], told["share"]) == (1240, 0.25)
