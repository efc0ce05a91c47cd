from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.domain.outreach import (
    OLDEST,
    Habits,
    Occasion,
    OrderFacts,
    arisen,
    next_look,
)

PLACED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ALL = Habits(occasions=frozenset(Occasion))
ORDER = OrderFacts(
    status="unshipped", ordered_at=PLACED, deliver_by=None, quantity=1, is_doubtful=False
)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "after", "found"),
    [
        ({"status": "unpaid"}, 11 * HOUR, []),
        ({"status": "unpaid"}, 12 * HOUR, [Occasion.UNPAID]),
        ({}, HOUR, []),
        ({"is_doubtful": True}, HOUR, [Occasion.ADDRESS]),
        ({"quantity": 9}, HOUR, []),
        ({"quantity": 10}, HOUR, [Occasion.QUANTITY]),
        ({}, 48 * HOUR, [Occasion.DELAYED]),
        ({"deliver_by": PLACED + 5 * DAY}, 4 * DAY, []),
        ({"deliver_by": PLACED + 5 * DAY}, 5 * DAY, [Occasion.DELAYED]),
        ({"status": "shipped", "deliver_by": PLACED + 5 * DAY}, 6 * DAY, [Occasion.DELAYED]),
        ({"status": "shipped", "is_doubtful": True, "quantity": 99}, HOUR, []),
        ({"status": "delivered", "deliver_by": PLACED + DAY}, 6 * DAY, [Occasion.DELIVERED]),
        ({"status": "cancelled", "is_doubtful": True}, 6 * DAY, []),
        ({"status": "unknown"}, 6 * DAY, []),
        ({"ordered_at": None, "is_doubtful": True}, HOUR, []),
        ({"status": "delivered"}, OLDEST + HOUR, []),
    ],
)
def test_an_order_gives_the_occasions_of_how_it_stands(
    changes: dict[str, object], after: timedelta, found: list[Occasion]
) -> None:
    order = replace(ORDER, **changes)  # type: ignore[arg-type]

    assert arisen(order, PLACED + after, ALL) == found


def test_only_what_is_looked_for_is_given() -> None:
    order = replace(ORDER, is_doubtful=True, quantity=99)
    habits = Habits(occasions=frozenset({Occasion.QUANTITY}))

    assert arisen(order, PLACED, habits) == [Occasion.QUANTITY]
    assert next_look(replace(ORDER, status="unpaid"), PLACED, habits) is None


orders = st.builds(
    OrderFacts,
    status=st.sampled_from(["unpaid", "unshipped", "shipped", "delivered", "cancelled", "unknown"]),
    ordered_at=st.just(PLACED),
    deliver_by=st.none() | st.integers(0, 60).map(lambda days: PLACED + days * DAY),
    quantity=st.integers(0, 30),
    is_doubtful=st.booleans(),
)


@given(order=orders, hours=st.integers(0, 29 * 24))
def test_the_next_look_is_the_first_moment_at_which_more_has_arisen(
    order: OrderFacts, hours: int
) -> None:
    now = PLACED + hours * HOUR

    look = next_look(order, now, ALL)

    if look is None:
        later = [arisen(order, now + n * HOUR, ALL) for n in range(29 * 24 - hours)]
        assert all(set(one) <= set(arisen(order, now, ALL)) for one in later)
    else:
        assert set(arisen(order, look, ALL)) > set(arisen(order, look - HOUR / 3600, ALL))
