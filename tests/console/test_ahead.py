"""Looking ahead: what falls due while nobody is there, and how many late replies are left."""

from datetime import timedelta

import pytest

from responder.store.users import Role
from responder.testing import FakeClock
from tests.console.house import House
from tests.console.person import Person, problem
from tests.console.shops import AMAZON

HOUR = timedelta(hours=1)


# The clock says 2026-11-02 09:00 UTC; the team of Amazon's account works until 18:00.


async def test_the_forecast_names_what_falls_due_between_closing_and_opening(
    house: House, sue: Person, clock: FakeClock
) -> None:
    assert clock.now().hour == 9
    await house.buyer_writes(thread="before closing", due_at=clock.now() + 8 * HOUR)
    late = await house.buyer_writes(thread="at night", due_at=clock.now() + 20 * HOUR)
    first = await house.buyer_writes(thread="at closing", due_at=clock.now() + 9 * HOUR)
    await house.buyer_writes(thread="at opening", due_at=clock.now() + 24 * HOUR)

    [gap] = (await sue.json("/forecast"))["items"]

    assert (gap["account"], gap["count"]) == (AMAZON, 2)
    assert gap["conversations"] == [first, late]
    assert gap["first_due"] == gap["nobody_from"] == "2026-11-02T18:00:00.000Z"
    assert gap["nobody_until"] == "2026-11-03T09:00:00.000Z"


async def test_the_budget_counts_what_is_overdue_as_late(
    house: House, sue: Person, clock: FakeClock
) -> None:
    await house.buyer_writes(thread="a", at=clock.now() - 25 * HOUR)
    await house.buyer_writes(thread="a", at=clock.now() - 24.5 * HOUR)
    await house.buyer_writes(thread="b")

    amazon, taobao = (await sue.json("/accounts"))["items"]

    week, month, quarter = amazon["budget"]
    assert [one["days"] for one in (week, month, quarter)] == [7, 30, 90]
    assert (week["in_time"], week["late"], week["late_share"]) == (0, 2, 1.0)
    assert (week["target_share"], week["bears"], week["owes"]) == (0.9, 0, 18)
    assert (taobao["budget"][0]["bears"], taobao["budget"][0]["late_share"]) == (None, None)
    shown = await (await house.client.get("/metrics")).text()
    labels = 'account="amazon-us",outcome="late",window="7d"'
    assert f"responder_answered_messages{{{labels}}} 2.0" in shown
    assert 'responder_late_budget{account="amazon-us",window="90d"} -18.0' in shown
    assert 'responder_shift_gap_conversations{account="amazon-us"} 0.0' in shown


async def test_the_team_s_clock_is_measured(house: House, sue: Person, clock: FakeClock) -> None:
    await house.buyer_writes(team_due_at=clock.now() - HOUR)

    shown = await (await house.client.get("/metrics")).text()

    assert "responder_seconds_to_next_team_due -3600.0" in shown
    assert 'responder_team_late_conversations{account="amazon-us"} 1.0' in shown
    assert (await sue.json("/accounts"))["items"][0]["team_late"] == 1


async def test_supervisors_see_the_page_and_agents_do_not(
    house: House, ann: Person, clock: FakeClock
) -> None:
    sue = await house.person("sue", Role.SUPERVISOR)
    one = await house.buyer_writes("Is it sent?", buyer="Tom & Co", due_at=clock.now() + 20 * HOUR)

    page = await sue.html("/ahead")

    assert f'<a href="/c/{one}"><bdi>Tom &amp; Co</bdi></a>' in page
    assert "<bdi>Is it sent?</bdi>" in page
    assert f">{one}<" not in page
    assert "Falls due" in page
    assert 'href="/ahead"' in await sue.html("/")
    assert 'href="/ahead"' not in await ann.html("/")
    assert (await ann.get("/ahead")).status == 403


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.AGENT])
async def test_how_late_the_team_is_is_for_supervisors(house: House, role: Role) -> None:
    tom = await house.person("tom", role)

    items = (await tom.json("/accounts"))["items"]

    assert [one["id"] for one in items] == ["amazon-us", "taobao-main"]
    assert not {"team_late", "budget"} & set().union(*items)
    assert await problem(await tom.get("/api/v1/forecast")) == (403, "forbidden")
    assert (await tom.get("/")).status == 200


async def test_metrics_may_be_kept_for_tokens_and_supervisors(
    house: House, ann: Person, sue: Person, clock: FakeClock
) -> None:
    object.__setattr__(house.services, "open_metrics", False)
    await house.services.users.put_token("secret", "prometheus", Role.TRAINEE, None)

    nobody = await house.client.get("/metrics")
    scraped = await house.client.get("/metrics", headers={"Authorization": "Bearer secret"})
    agent, supervisor = await ann.get("/metrics"), await sue.get("/metrics")

    statuses = [one.status for one in (nobody, scraped, agent, supervisor)]
    assert statuses == [401, 200, 403, 200]
