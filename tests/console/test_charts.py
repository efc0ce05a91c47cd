"""Pictures: where bars, shares and shades lie."""

from datetime import timedelta

from responder.console.charts import (
    HEIGHT,
    WIDTH,
    bars,
    by_hour,
    lines,
    shades,
)
from responder.testing import FakeClock


def test_the_highest_bar_fills_the_room_and_nothing_is_a_bar_of_nothing() -> None:
    low, high, none = bars([("a", 1), ("b", 4), ("c", 0)])

    assert high.y + high.height == low.y + low.height == none.y < HEIGHT
    assert high.height == 4 * low.height
    assert none.height == 0
    assert bars([]) == []
    assert bars([("a", 0)])[0].height == 0


def test_hours_are_named_by_the_wall_and_keep_to_a_day(clock: FakeClock) -> None:
    now = clock.now()
    moments = [now + timedelta(minutes=at) for at in (0, 59, 60, 1439, 1440, -1)]

    hours = by_hour(moments, now, "Asia/Shanghai")

    assert [count for _, count in hours][:3] == [2, 1, 0]
    assert sum(count for _, count in hours) == 4
    assert hours[0][0] == f"{(now + timedelta(hours=8)):%H:%M}"


def test_the_bar_of_the_highest_count_fills_its_cell() -> None:
    low, high, none = lines([("a", 1), ("b", 3), ("c", 0)])

    assert (low.length, high.length, none.length) == (33.3, 100, 0)
    assert (low.share, high.share) == (0.25, 0.75)
    assert lines([]) == []
    assert lines([("a", 0)])[0].length == 0


def test_shades_are_cut_to_what_is_drawn(clock: FakeClock) -> None:
    now, hour = clock.now(), timedelta(hours=1)

    running, over_the_end = shades(
        [(now - hour, now + 6 * hour, 1), (now + 18 * hour, now + 40 * hour, 2)], now, "UTC"
    )

    assert (running.x, running.width) == (0, WIDTH / 4)
    assert (over_the_end.x, over_the_end.width) == (WIDTH * 3 / 4, WIDTH / 4)
    assert over_the_end.ends == f"{now + 40 * hour:%Y-%m-%d %H:%M}", "another day is named"
