"""Who is told what when, over any times: nothing is forgotten, and nobody is told too often."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from responder.alerts.rules import Channel, Quiet
from responder.alerts.timing import (
    GATHER_AT_MOST,
    as_it_stands,
    is_void,
    meant_to_wait,
    speech,
)
from responder.domain.alerts import KINDS
from responder.domain.calendar import WorkingHours
from responder.domain.model import AccountId, ConversationId, Risk, State
from responder.domain.week import WEEKDAYS, Hours, week_of
from responder.store.channels import Standing
from responder.store.notices import Notice
from responder.store.told import Item

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NIGHT = Quiet(
    WorkingHours(
        week_of(dict.fromkeys(WEEKDAYS, (Hours(22 * HOUR, 8 * HOUR),))), ZoneInfo("Asia/Shanghai")
    ),
    frozenset({"breached"}),
)
LOUD = Channel(id="a", name="a", kinds=frozenset(KINDS))
SLEEPER = Channel(id="a", name="a", kinds=frozenset(KINDS), quiet=NIGHT)

seconds = st.integers(0, 3 * 24 * 3600)
waits = st.integers(0, 600)


@st.composite
def items(draw: st.DrawFn) -> Item:
    at = START + timedelta(seconds=draw(seconds))
    number = draw(st.integers(0, 10**6))
    notice = Notice(
        id=f"n{number}",
        kind=draw(st.sampled_from(("at_risk", "critical", "breached", "account_down"))),
        at=at,
        account=AccountId("shop"),
        conversation=ConversationId(f"00-{number:x}"),
        due_at=at + timedelta(seconds=draw(seconds)),
    )
    return Item(id=notice.id, notice=notice, arrived=at + timedelta(seconds=draw(waits)))


def some(least: int = 0) -> st.SearchStrategy[list[Item]]:
    return st.lists(items(), min_size=least, max_size=6, unique_by=lambda item: item.id)


def item(kind: str = "at_risk", at: datetime = START, late: timedelta = timedelta(0)) -> Item:
    notice = Notice(
        id=f"{kind}-{at:%d%H%M%S}",
        kind=kind,
        at=at,
        account=AccountId("shop"),
        conversation=ConversationId("00-1"),
        due_at=START + 24 * HOUR,
    )
    return Item(id=notice.id, notice=notice, arrived=at + late)


@given(waiting=some(), told=st.none() | seconds, now=seconds)
def test_a_channel_never_speaks_within_a_minute_of_its_last_message(
    waiting: list[Item], told: int | None, now: int
) -> None:
    last = None if told is None else START + timedelta(seconds=told)
    at = START + timedelta(seconds=now)

    said = speech(SLEEPER, waiting, last, at)

    if said.items:
        assert last is None or at - last >= MINUTE


@given(waiting=some(1), told=st.none() | seconds, now=seconds)
def test_what_waits_is_told_now_or_at_a_time_to_come(
    waiting: list[Item], told: int | None, now: int
) -> None:
    at = max(item.arrived for item in waiting) + timedelta(seconds=now)
    last = None if told is None else START + timedelta(seconds=told)

    said = speech(SLEEPER, waiting, last, at)

    left = {item.id for item in waiting} - {item.id for item in said.items}
    assert bool(said.items) != bool(said.next_at)
    if said.next_at:
        assert said.next_at > at
        later = speech(SLEEPER, waiting, last, said.next_at)
        assert later.items or (later.next_at and later.next_at > said.next_at)
    if left and said.items:
        assert all(NIGHT.holds(one.notice.kind, at) for one in waiting if one.id in left)


@given(waiting=some(1), now=waits)
def test_in_quiet_hours_only_what_is_loud_is_told(waiting: list[Item], now: int) -> None:
    midnight = datetime(2026, 11, 2, 16, tzinfo=UTC) + timedelta(seconds=now)

    said = speech(SLEEPER, waiting, None, midnight)

    assert {one.notice.kind for one in said.items} <= {"breached"}


@given(now=seconds)
def test_quiet_ends_at_eight_on_the_wall(now: int) -> None:
    at = START + timedelta(seconds=now)
    local = at.astimezone(ZoneInfo("Asia/Shanghai"))

    end = NIGHT.end(at)

    assert (end is not None) == (local.hour >= 22 or local.hour < 8)
    if end is not None:
        assert (end.astimezone(local.tzinfo).hour, end.minute, end.second) == (8, 0, 0)
        assert timedelta(0) < end - at <= 10 * HOUR


def test_quiet_hours_follow_the_clock_on_the_wall_over_a_change_to_summer_time() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    week = week_of(dict.fromkeys(WEEKDAYS, (Hours(22 * HOUR, 8 * HOUR),)))
    quiet = Quiet(WorkingHours(week, berlin))
    evening = datetime(2026, 3, 28, 23, tzinfo=berlin)

    end = quiet.end(evening.astimezone(UTC))

    assert end == datetime(2026, 3, 29, 8, tzinfo=berlin).astimezone(UTC)
    assert end - evening.astimezone(UTC) == 8 * HOUR, "the night was an hour shorter"


def test_a_lone_alert_goes_at_once() -> None:
    assert speech(LOUD, [item()], None, START).items == (item(),)


def test_belated_alerts_are_gathered_for_seconds_and_a_fresh_one_takes_them_along() -> None:
    late = item(late=HOUR)
    now = late.arrived

    assert speech(LOUD, [late], None, now).items == ()
    assert speech(LOUD, [late], None, now + GATHER_AT_MOST).items == (late,)
    fresh = item("critical", now)
    assert set(speech(LOUD, [late, fresh], None, now).items) == {late, fresh}


def test_a_silent_channel_is_told_of_in_quiet_hours_too() -> None:
    midnight = datetime(2026, 11, 2, 16, tzinfo=UTC)

    assert speech(SLEEPER, [item("channel_failed", midnight)], None, midnight).items


def test_what_the_rules_have_an_alert_wait_is_told_apart_from_lag() -> None:
    merged, night = item(), item("at_risk", datetime(2026, 11, 2, 16, tzinfo=UTC))
    eight = datetime(2026, 11, 3, 0, tzinfo=UTC)

    assert meant_to_wait(LOUD, merged, None, START + MINUTE) == timedelta(0)
    assert meant_to_wait(LOUD, merged, START + MINUTE, START + 2 * MINUTE) == MINUTE
    assert meant_to_wait(SLEEPER, night, None, eight + MINUTE) == 8 * HOUR


def test_what_was_not_told_before_another_promise_is_told_as_that_has_it() -> None:
    due = START + 48 * HOUR
    late = item("breached")
    at_risk = Standing(owed=True, due_at=due, assignee="", state="waiting", risk=Risk.AT_RISK)

    assert not is_void(late, at_risk, None)
    told = as_it_stands(late, at_risk)
    assert (told.id, told.notice.kind, told.notice.due_at) == (late.id, "at_risk", due)
    assert as_it_stands(late, replace(at_risk, due_at=late.notice.due_at)) == late
    assert as_it_stands(late, None) == late


def test_an_alert_told_as_another_promise_had_it_is_told_when_its_own_is_back() -> None:
    late = item("breached")
    lasting = Standing(
        owed=True, due_at=START + 48 * HOUR, assignee="", state="waiting", risk=Risk.CRITICAL
    )
    back = replace(lasting, due_at=late.notice.due_at, risk=Risk.BREACHED)
    told = as_it_stands(late, lasting).notice

    assert not is_void(late, back, told)
    assert is_void(late, back, late.notice), "what was told of this promise is told once"


def test_what_stands_again_is_not_told_again_for_an_alert_of_a_promise_that_was_taken_back() -> (
    None
):
    late = item("breached")
    due = START + 48 * HOUR
    stands = Standing(owed=True, due_at=due, assignee="", state="waiting", risk=Risk.AT_RISK)
    before = replace(late.notice, kind="at_risk", due_at=due)

    assert is_void(late, stands, before)
    assert not is_void(late, replace(stands, risk=Risk.CRITICAL), before), "worse than was told"
    assert not is_void(late, stands, replace(before, due_at=due + HOUR)), "of another promise"


def test_an_alert_is_void_when_its_conversation_is_over_or_due_later() -> None:
    due = START + 24 * HOUR

    def stands(owed: bool, due_at: datetime = due) -> Standing:
        return Standing(owed=owed, due_at=due_at, assignee="", state="waiting")

    assert not is_void(item(), stands(True), None)
    assert is_void(item(), stands(False), None)
    assert is_void(item(), None, None)
    assert is_void(item(), stands(True, due + HOUR), None)
    assert is_void(item(), stands(True), item("critical", START + HOUR).notice)
    assert not is_void(item("critical", START + HOUR), stands(True), item().notice)


def test_a_reply_in_doubt_is_told_of_only_while_nobody_knows_what_became_of_it() -> None:
    doubt = item("send_uncertain")

    def stands(state: State) -> Standing:
        return Standing(owed=True, due_at=doubt.notice.due_at, assignee="", state=state)

    assert not is_void(doubt, stands(State.UNCERTAIN), None)
    assert is_void(doubt, stands(State.WAITING), None)
    assert is_void(replace(doubt, unheard="a"), stands(State.ANSWERED), None)
    assert is_void(doubt, None, None)
