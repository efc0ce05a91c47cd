"""The cursor, and the plan it holds: nothing that is owed falls out of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Cursor
from connectors.taobao.position import (
    GAP,
    RARE,
    Position,
    Sweep,
    Unread,
    merged,
    split,
    understood,
    woken,
    written,
)

NOW = datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC)
UNIT = Unread(refund_id="1", phase="onsale", heard=NOW, receipts=("a",))

MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC)
)
UNITS = st.builds(
    Unread,
    refund_id=st.sampled_from(["1", "2"]),
    phase=st.sampled_from(["", "onsale"]),
    heard=MOMENTS,
    page=st.integers(1, 3),
    receipts=st.lists(st.sampled_from("abcdef"), max_size=3, unique=True).map(tuple),
    announced=st.lists(MOMENTS, max_size=3, unique=True).map(sorted).map(tuple),
    again_at=st.none() | MOMENTS,
    reported=st.booleans(),
)
SWEEPS = st.builds(Sweep, start=MOMENTS, end=MOMENTS, page=st.integers(0, 9))
POSITIONS = st.builds(
    Position,
    chat=st.text(st.sampled_from("0123456789"), max_size=19),
    alive=st.none() | MOMENTS,
    turn=st.integers(0, 10**6),
    unread=st.lists(UNITS, max_size=4).map(tuple),
    sweep=st.none() | SWEEPS,
)


@given(position=POSITIONS)
def test_a_position_survives_being_written(position: Position) -> None:
    assert understood(written(position)) == position


@pytest.mark.parametrize(
    "cursor",
    [
        None,
        "",
        "{}",
        "[]",
        "null",
        '{"unread":[{"refund_id":"1","heard":"soon"}]}',
        '{"sweep":{"start":"2026-11-22T09:00:00+00:00"}}',
        "[" * 100_000,
    ],
)
def test_a_cursor_that_cannot_be_read_is_the_beginning(cursor: str | None) -> None:
    assert understood(None if cursor is None else Cursor(cursor)) == Position()


@given(units=st.lists(UNITS, max_size=6))
def test_merging_keeps_every_place_receipt_and_the_newest_announcement(
    units: list[Unread],
) -> None:
    kept = merged(units)

    assert {unit.place for unit in kept} == {unit.place for unit in units}
    assert len({unit.place for unit in kept}) == len(kept)
    for unit in kept:
        same = [one for one in units if one.place == unit.place]
        assert set(unit.receipts) == {receipt for one in same for receipt in one.receipts}
        assert set(unit.announced) == {at for one in same for at in one.announced}


def test_a_redelivery_is_no_news_and_a_new_event_is() -> None:
    waiting = replace(UNIT, again_at=NOW + timedelta(minutes=1))
    later = NOW + timedelta(minutes=5)

    [rung_again] = merged([waiting, replace(UNIT, heard=later)])
    [new] = merged([waiting, replace(UNIT, heard=later, receipts=("b",))])

    assert (rung_again.heard, rung_again.again_at) == (NOW, waiting.again_at)
    assert (new.heard, new.again_at) == (later, None)


def test_what_is_not_due_waits() -> None:
    due = replace(UNIT, again_at=NOW)
    later = replace(UNIT, refund_id="2", again_at=NOW + timedelta(seconds=1))

    assert split([UNIT, due, later], NOW) == ([UNIT, due], [later])


def test_what_a_clock_that_was_ahead_put_off_does_not_wait() -> None:
    long = replace(UNIT, again_at=NOW + RARE)
    ahead = replace(UNIT, refund_id="2", again_at=NOW + timedelta(hours=1))

    assert split([long, ahead], NOW) == ([ahead], [long])


def test_a_new_shop_is_swept_and_a_known_one_only_after_a_silence() -> None:
    assert woken(Position(), NOW).sweep == Sweep(start=NOW - timedelta(days=7), end=NOW)
    assert woken(Position(alive=NOW - GAP), NOW).sweep is None

    after_silence = woken(Position(alive=NOW - timedelta(days=3)), NOW)

    assert after_silence.sweep == Sweep(start=NOW - timedelta(days=3, hours=1), end=NOW)
    assert after_silence.alive == NOW.replace(minute=0, second=0)


def test_a_sweep_under_way_goes_on() -> None:
    under_way = Sweep(start=NOW, end=NOW, page=3)

    assert woken(Position(alive=None, sweep=under_way), NOW).sweep == under_way


@given(total=st.integers(0, 500), leave_at_every_page=st.integers(0, 20))
def test_a_sweep_loses_no_row_that_stays_while_others_leave(
    total: int, leave_at_every_page: int
) -> None:
    rows, size = list(range(total)), 50  # newest first
    leaving = iter(range(0, total, 7))
    seen: set[int] = set()
    step: Sweep | None = Sweep(start=NOW, end=NOW)

    while step is not None:
        page, then = max(1, step.page), step.after(len(rows), size)
        if step.page > 0 or then is None:
            seen.update(rows[(page - 1) * size : page * size])
        step = then
        for _ in range(leave_at_every_page):
            gone = next(leaving, None)
            if gone is not None:
                rows.remove(gone)

    assert set(rows) <= seen


def test_a_unit_without_a_list_of_receipts_has_none() -> None:
    told = Cursor('{"unread":[{"refund_id":"1","heard":"2026-11-22T09:00:00+00:00"}]}')

    [unit] = understood(told).unread

    assert unit.receipts == ()
