"""The reply clock: risk only rises, and the next moment to speak up is never missed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from responder.domain.calendar import ALWAYS, Calendar
from responder.domain.model import Risk
from responder.domain.sla import Plan, Share, SlaPolicy, Step, counts_as_told, still_told
from tests.domain.calendar_cases import calendars

SINCE = datetime(2026, 11, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
AMAZON = SlaPolicy("amazon", 24 * HOUR, (Share(50), 4 * HOUR, HOUR))

in_its_own_time = settings(deadline=None)  # a year is worked out when it is first asked about
durations = st.integers(1, 60 * 24 * 30).map(lambda minutes: timedelta(minutes=minutes))
moments = st.integers(-10_000, 100_000).map(lambda minutes: SINCE + timedelta(minutes=minutes))


def any_calendar(seed: int) -> Calendar:
    return ALWAYS if seed % 3 == 0 else calendars(Random(seed))[0]


@st.composite
def policies(draw: st.DrawFn) -> SlaPolicy:
    within = draw(st.integers(100, 60 * 24 * 30)) * MINUTE
    shares = draw(st.lists(st.integers(1, 99), unique=True, max_size=4))
    warnings = tuple(
        Share(share) if draw(st.booleans()) else within - within * share / 100
        for share in sorted(shares)
    )
    return SlaPolicy("any", within, warnings)


@st.composite
def policies_of_any_calendar(draw: st.DrawFn) -> SlaPolicy:
    plain = draw(policies())
    named = tuple(sorted(draw(st.sets(durations, max_size=3)), reverse=True))
    calendar = any_calendar(draw(st.integers(0, 10_000)))
    return replace(plain, calendar=calendar, named_warnings=named)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    due_at = draw(st.none() | moments)
    return draw(policies() | policies_of_any_calendar()).plan(SINCE, due_at)


@in_its_own_time
@given(plan=plans(), now=moments)
def test_the_next_moment_is_the_first_at_which_another_step_is_reached(
    plan: Plan, now: datetime
) -> None:
    following = plan.next_at(now)

    if following is None:
        assert plan.reached(now) == len(plan.steps)
        assert plan.risk(now) is Risk.BREACHED
    else:
        just_before = following - timedelta(microseconds=1)
        assert following > now
        assert plan.reached(just_before) == plan.reached(now)
        assert plan.reached(following) > plan.reached(now)


@in_its_own_time
@given(policy=policies(), now=moments)
def test_with_two_warnings_the_next_moment_is_the_first_at_which_the_risk_is_higher(
    policy: SlaPolicy, now: datetime
) -> None:
    assume(len(policy.warnings) <= 2)
    plan = policy.plan(SINCE)
    following = plan.next_at(now)

    if following is None:
        assert plan.risk(now) is Risk.BREACHED
    else:
        just_before = following - timedelta(microseconds=1)
        assert plan.risk(just_before) == plan.risk(now)
        assert plan.risk(following) > plan.risk(now)


@in_its_own_time
@given(plan=plans(), now=moments, later=durations)
def test_the_risk_never_falls_by_waiting(plan: Plan, now: datetime, later: timedelta) -> None:
    assert plan.risk(now) <= plan.risk(now + later)
    assert plan.reached(now) <= plan.reached(now + later)


@in_its_own_time
@given(plan=plans())
def test_a_plan_is_in_order_and_ends_with_its_deadline(plan: Plan) -> None:
    assert list(plan.steps) == sorted(plan.steps)
    assert plan.steps[-1] == Step(plan.due_at, Risk.BREACHED)
    assert all(step.risk < Risk.BREACHED for step in plan.steps[:-1])


@in_its_own_time
@given(plan=plans())
def test_a_promise_is_broken_from_its_deadline_on(plan: Plan) -> None:
    assert plan.risk(plan.due_at) is Risk.BREACHED
    assert plan.risk(plan.due_at - timedelta(microseconds=1)) < Risk.BREACHED


@in_its_own_time
@given(policy=policies(), now=moments)
def test_nothing_is_at_risk_before_the_message_was_written(
    policy: SlaPolicy, now: datetime
) -> None:
    assume(now < SINCE)

    assert policy.plan(SINCE).risk(now) is Risk.NONE


@in_its_own_time
@given(policy=policies(), due_at=moments)
def test_a_deadline_that_is_named_is_kept_and_never_lies_before_the_message(
    policy: SlaPolicy, due_at: datetime
) -> None:
    plan = policy.plan(SINCE, due_at)

    assert plan.due_at == max(due_at, SINCE)
    assert all(SINCE <= step.at <= plan.due_at for step in plan.steps)
    assert len(plan.steps) == len(policy.warnings) + 1


@in_its_own_time
@given(policy=policies(), longer=durations)
def test_warnings_keep_their_distance_to_a_deadline_that_is_later(
    policy: SlaPolicy, longer: timedelta
) -> None:
    usual = policy.plan(SINCE)
    shifted = policy.plan(SINCE, usual.due_at + longer)

    assert [step.at for step in shifted.steps] == [step.at + longer for step in usual.steps]
    assert [step.risk for step in shifted.steps] == [step.risk for step in usual.steps]


@in_its_own_time
@given(policy=policies())
def test_the_deadline_that_the_policy_gives_may_be_named_too(policy: SlaPolicy) -> None:
    assert policy.plan(SINCE, SINCE + policy.respond_within) == policy.plan(SINCE)


@in_its_own_time
@given(policy=policies_of_any_calendar())
def test_a_deadline_is_counted_by_its_calendar_and_so_are_its_warnings(policy: SlaPolicy) -> None:
    plan, calendar = policy.plan(SINCE), policy.calendar

    assert calendar.between(SINCE, plan.due_at) == policy.respond_within
    assert policy.plan(SINCE, plan.due_at) == plan
    for step, warning in zip(plan.steps, policy.warnings, strict=False):
        ahead = warning if isinstance(warning, timedelta) else None
        if ahead is not None:
            assert calendar.between(step.at, plan.due_at) == ahead
        else:
            assert calendar.between(SINCE, step.at) < policy.respond_within


@in_its_own_time
@given(policy=policies_of_any_calendar(), due_at=moments)
def test_a_named_deadline_is_warned_of_in_plain_time(policy: SlaPolicy, due_at: datetime) -> None:
    assume(policy.named_warnings and due_at > SINCE and due_at != policy.plan(SINCE).due_at)

    plan = policy.plan(SINCE, due_at)

    moments_before = [max(due_at - ahead, SINCE) for ahead in policy.named_warnings]
    assert [step.at for step in plan.steps] == [*moments_before, due_at]


@in_its_own_time
@given(old=plans(), new=plans(), now=moments)
def test_what_was_told_is_told_again_only_when_a_new_plan_makes_it_due_again(
    old: Plan, new: Plan, now: datetime
) -> None:
    told, heard = old.reached(now), old.risk(now)

    kept = still_told(new, now, told=told, risk=heard)

    assert 0 <= kept <= new.reached(now)
    assert all(step.risk <= heard for step in new.steps[:kept])
    left = new.steps[kept : new.reached(now)]
    assert all(step.risk >= heard for step in left), "nothing is told that is less than was heard"
    assert not any(step.risk is heard is Risk.BREACHED for step in left)


@in_its_own_time
@given(plan=plans(), now=moments)
def test_the_same_plan_again_changes_nothing_of_what_was_told(plan: Plan, now: datetime) -> None:
    for told in range(plan.reached(now) + 1):
        heard = plan.steps[told - 1].risk if told else Risk.NONE

        assert still_told(plan, now, told=told, risk=heard) == told


def test_as_many_steps_of_other_warnings_are_not_those_that_were_told() -> None:
    plan = AMAZON.plan(SINCE)

    assert counts_as_told(plan, 0, Risk.NONE)
    assert counts_as_told(plan, 2, Risk.AT_RISK)
    assert not counts_as_told(replace(AMAZON, warnings=()).plan(SINCE), 1, Risk.AT_RISK)
    assert not counts_as_told(replace(AMAZON, warnings=(HOUR,)).plan(SINCE), 3, Risk.CRITICAL)


def test_a_later_deadline_takes_back_what_was_told() -> None:
    now = SINCE + 23 * HOUR
    longer = replace(AMAZON, respond_within=72 * HOUR)

    assert still_told(longer.plan(SINCE), now, told=3, risk=Risk.CRITICAL) == 0


def test_an_earlier_deadline_tells_only_what_is_worse() -> None:
    now = SINCE + 13 * HOUR
    shorter = replace(AMAZON, respond_within=12 * HOUR)

    assert still_told(shorter.plan(SINCE), now, told=1, risk=Risk.AT_RISK) == 1
    assert shorter.plan(SINCE).reached(now) == 4


@pytest.mark.parametrize("named", [(HOUR, 4 * HOUR), (HOUR, HOUR), (HOUR, timedelta(0)), (-HOUR,)])
def test_named_warnings_lie_before_the_deadline_earliest_first(
    named: tuple[timedelta, ...],
) -> None:
    with pytest.raises(ValueError, match="before the deadline, earliest first"):
        SlaPolicy("x", 24 * HOUR, named_warnings=named)


def test_a_team_counts_by_its_own_clock() -> None:
    team = SlaPolicy("team", 4 * HOUR, calendar=any_calendar(1))

    assert AMAZON.team_due_at(SINCE) is None
    assert replace(AMAZON, team=team).team_due_at(SINCE) == team.plan(SINCE).due_at


def test_amazon_warns_after_half_of_the_day_four_hours_and_one_hour_before() -> None:
    plan = AMAZON.plan(SINCE)

    assert [(step.at - SINCE, step.risk) for step in plan.steps] == [
        (12 * HOUR, Risk.AT_RISK),
        (20 * HOUR, Risk.AT_RISK),
        (23 * HOUR, Risk.CRITICAL),
        (24 * HOUR, Risk.BREACHED),
    ]


def test_a_policy_without_warnings_knows_only_its_deadline() -> None:
    plan = SlaPolicy("plain", HOUR).plan(SINCE)

    assert plan.steps == (Step(SINCE + HOUR, Risk.BREACHED),)
    assert plan.next_at(SINCE) == SINCE + HOUR
    assert plan.next_at(SINCE + HOUR) is None


def test_a_single_warning_is_critical() -> None:
    plan = SlaPolicy("plain", HOUR, (10 * MINUTE,)).plan(SINCE)

    assert plan.risk(SINCE + 50 * MINUTE) is Risk.CRITICAL


@pytest.mark.parametrize("within", [timedelta(0), -HOUR])
def test_a_policy_that_leaves_no_time_is_refused(within: timedelta) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        SlaPolicy("x", within)


@pytest.mark.parametrize(
    "warnings",
    [
        (Share(0),),
        (Share(100),),
        (Share(-10),),
        (Share(150),),
        (timedelta(0),),
        (24 * HOUR,),
        (25 * HOUR,),
        (-HOUR,),
        (HOUR, 4 * HOUR),
        (Share(50), Share(50)),
        (Share(50), 12 * HOUR),
        (Share(90), Share(50)),
    ],
)
def test_warnings_lie_between_the_message_and_its_deadline_earliest_first(
    warnings: tuple[Share | timedelta, ...],
) -> None:
    with pytest.raises(ValueError, match="between the message and its deadline"):
        SlaPolicy("x", 24 * HOUR, warnings)


def test_risks_are_ordered_and_have_a_word() -> None:
    assert list(Risk) == sorted(Risk)
    assert [risk.label for risk in Risk] == ["none", "at_risk", "critical", "breached"]
