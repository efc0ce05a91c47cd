"""How many late replies an account still bears, against counting them one by one."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from responder.domain.budget import Budget, Tally, budgets
from responder.domain.sla import Share

NINETY = Share(90)
counts = st.integers(0, 400)
targets = st.integers(1, 99).map(Share)


def budget(in_time: int, late: int, target: Share | None = NINETY) -> Budget:
    return Budget(days=7, tally=Tally(in_time=in_time, late=late), target=target)


def is_met(in_time: int, late: int, target: Share) -> bool:
    return in_time * 100 >= target.percent * (in_time + late)


@given(in_time=counts, late=counts, target=targets)
def test_it_bears_as_many_late_replies_as_keep_the_target(
    in_time: int, late: int, target: Share
) -> None:
    more = 0
    while is_met(in_time, late + more + 1, target) and in_time:
        more += 1
    assert budget(in_time, late, target).bears == more


@given(in_time=counts, late=st.integers(0, 60), target=targets)
def test_it_owes_as_many_answers_in_time_as_reach_the_target_again(
    in_time: int, late: int, target: Share
) -> None:
    more = 0
    while not is_met(in_time + more, late, target):
        more += 1
    assert budget(in_time, late, target).owes == more


def test_ninety_in_time_bear_ten_late_ones() -> None:
    assert (budget(90, 4).bears, budget(90, 10).bears, budget(90, 11).owes) == (6, 0, 9)
    assert budget(9, 1).late_share == 0.1
    assert budget(0, 0).late_share is None
    assert (budget(5, 5, None).bears, budget(5, 5, None).owes) == (None, None)


def test_a_window_holds_its_days_and_today() -> None:
    now = datetime(2026, 3, 31, 23, tzinfo=UTC)
    tallies = {
        date(2026, 3, 31) - timedelta(days=ago): Tally(in_time=1, late=2, left_out=3)
        for ago in (0, 6, 7, 29, 30, 89, 90)
    }

    week, month, quarter = budgets(tallies, now, NINETY)

    assert [one.days for one in (week, month, quarter)] == [7, 30, 90]
    assert [one.tally.in_time for one in (week, month, quarter)] == [2, 4, 6]
    assert week.tally == Tally(in_time=2, late=4, left_out=6)
