"""The reply clock: risk only rises, and the next moment to speak up is never missed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from responder.domain.model import Risk
from responder.domain.sla import Plan, Share, SlaPolicy, Step

SINCE = datetime(2026, 11, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
AMAZON = SlaPolicy("amazon", 24 * HOUR, (Share(50), 4 * HOUR, HOUR))

durations = st.integers(1, 60 * 24 * 30).map(lambda minutes: timedelta(minutes=minutes))
moments = st.integers(-10_000, 100_000).map(lambda minutes: SINCE + timedelta(minutes=minutes))


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
def plans(draw: st.DrawFn) -> Plan:
    due_at = draw(st.none() | moments)
    return draw(policies()).plan(SINCE, due_at)


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


@given(plan=plans(), now=moments, later=durations)
def test_the_risk_never_falls_by_waiting(plan: Plan, now: datetime, later: timedelta) -> None:
    assert plan.risk(now) <= plan.risk(now + later)
    assert plan.reached(now) <= plan.reached(now + later)


@given(plan=plans())
def test_a_plan_is_in_order_and_ends_with_its_deadline(plan: Plan) -> None:
    assert list(plan.steps) == sorted(plan.steps)
    assert plan.steps[-1] == Step(plan.due_at, Risk.BREACHED)
    assert all(step.risk < Risk.BREACHED for step in plan.steps[:-1])


@given(plan=plans())
def test_a_promise_is_broken_from_its_deadline_on(plan: Plan) -> None:
    assert plan.risk(plan.due_at) is Risk.BREACHED
    assert plan.risk(plan.due_at - timedelta(microseconds=1)) < Risk.BREACHED


@given(policy=policies(), now=moments)
def test_nothing_is_at_risk_before_the_message_was_written(
    policy: SlaPolicy, now: datetime
) -> None:
    assume(now < SINCE)

    assert policy.plan(SINCE).risk(now) is Risk.NONE


@given(policy=policies(), due_at=moments)
def test_a_deadline_that_is_named_is_kept_and_never_lies_before_the_message(
    policy: SlaPolicy, due_at: datetime
) -> None:
    plan = policy.plan(SINCE, due_at)

    assert plan.due_at == max(due_at, SINCE)
    assert all(SINCE <= step.at <= plan.due_at for step in plan.steps)
    assert len(plan.steps) == len(policy.warnings) + 1


@given(policy=policies(), longer=durations)
def test_warnings_keep_their_distance_to_a_deadline_that_is_later(
    policy: SlaPolicy, longer: timedelta
) -> None:
    usual = policy.plan(SINCE)
    shifted = policy.plan(SINCE, usual.due_at + longer)

    assert [step.at for step in shifted.steps] == [step.at + longer for step in usual.steps]
    assert [step.risk for step in shifted.steps] == [step.risk for step in usual.steps]


@given(policy=policies())
def test_the_deadline_that_the_policy_gives_may_be_named_too(policy: SlaPolicy) -> None:
    assert policy.plan(SINCE, SINCE + policy.respond_within) == policy.plan(SINCE)


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
