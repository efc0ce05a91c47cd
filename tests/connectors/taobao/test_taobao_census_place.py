"""The place that a census has come to, written down and understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Cursor
from connectors.taobao.census_place import Again, Place, Stage, understood, written
from responder.testing import FakeClock

places = st.builds(
    Place,
    stage=st.sampled_from(Stage),
    since_id=st.text("0123456789", max_size=20),
    end=st.none() | st.just(FakeClock().now()),
    page=st.integers(0, 1000),
    again=st.lists(
        st.builds(
            Again,
            refund_id=st.text("0123456789", min_size=1, max_size=20),
            phase=st.sampled_from(["onsale", "aftersale", ""]),
            since=st.none() | st.just(FakeClock().now()),
        )
    ).map(tuple),
)


@given(place=places)
def test_a_place_is_understood_as_it_was_written(place: Place) -> None:
    assert understood(written(place)) == place


@pytest.mark.parametrize("cursor", [None, "", "[]", "[" * 9999, "{}", '{"stage": "?"}'])
def test_a_place_that_nobody_wrote_is_none(cursor: str | None) -> None:
    assert understood(Cursor(cursor) if cursor is not None else None) is None
