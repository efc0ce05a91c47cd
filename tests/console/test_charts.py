"""Pictures: where bars, shares and shades lie."""

from datetime import timedelta

from responder.console.charts import (
    HEIGHT,
    WIDTH,
    Shade,
    bars,
    by_hour,
    hour_of,
    lines,
    shade,
)
from responder.testing import FakeClock


def test_the_highest_bar_fills_the_room_and_nothing_is_a_bar_of_nothing() -> None:
    low, high, none = bars([("a", 1), ("b", 4), ("c", 0)])

    assert high.y + high.height == low.y + low.height == none.y < HEIGHT
    assert high.height == 4 * low.height
    assert none.height == 0
    assert bars([]) == []
    assert bars([("a", 0)])[0].height == 0


def test_hours_are_those_of_the_wall_and_the_running_one_is_the_first(clock: FakeClock) -> None:
    now = clock.now() + timedelta(minutes=20)
    start = hour_of(now, "Asia/Kolkata")  # half an hour beside UTC's
    moments = [start + timedelta(minutes=at) for at in (0, 59, 60, 25 * 60 - 1, 25 * 60, -1)]

    hours = by_hour(moments, start, "Asia/Kolkata")

    assert start == clock.now() - timedelta(minutes=30)
    assert hour_of(now, "UTC") == clock.now()
    assert [count for _, count in hours] == [2, 1, *[0] * 22, 1]
    assert hours[0][0] == f"{start + timedelta(hours=5, minutes=30):%H:%M}"


def test_the_bar_of_the_highest_count_fills_its_cell() -> None:
    low, high, none = lines([("a", 1), ("b", 3), ("c", 0)])

    assert (low.length, high.length, none.length) == (33.3, 100, 0)
    assert (low.share, high.share) == (0.25, 0.75)
    assert lines([]) == []
    assert lines([("a", 0)])[0].length == 0


def test_shades_are_cut_to_what_is_drawn(clock: FakeClock) -> None:
    start, hour = clock.now(), timedelta(hours=1)

    def drawn(begins: int, ends: int) -> Shade:
        span = (start + begins * hour, start + ends * hour)
        return shade(span, start, "UTC", whose="a", count=1)

    running, over_the_end = drawn(-1, 5), drawn(20, 40)

    assert (running.x, running.width) == (0, WIDTH / 5)
    assert (over_the_end.x, over_the_end.width) == (WIDTH * 4 / 5, WIDTH / 5)
    assert over_the_end.ends == f"{start + 40 * hour:%Y-%m-%d %H:%M}", "another day is named"
