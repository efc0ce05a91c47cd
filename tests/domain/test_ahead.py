"""What is said by itself, and when."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from responder.domain.calendar import WorkingHours
from responder.domain.first_words import FirstWords, Hour
from responder.domain.week import Hours, week_of

HOUR = timedelta(hours=1)
OFFICE = WorkingHours(
    week_of({day: (Hours(9 * HOUR, 18 * HOUR),) for day in ("mon", "tue", "wed", "thu", "fri")}),
    ZoneInfo("UTC"),
    holidays=(date(2026, 3, 5),),
)


def march(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_what_is_said_follows_the_hour_and_the_language() -> None:
    words = FirstWords(
        texts={Hour.NIGHT: {"zh": "晚安", "en": "Good night"}, Hour.HOLIDAY: {"zh": "节日快乐"}},
        calendar=OFFICE,
    )

    assert words.said(march(3, 10), "zh", "zh") == "", "somebody is there"
    assert words.said(march(3, 20), "zh-Hant", "en") == "晚安"
    assert words.said(march(3, 20), "de", "en") == "Good night"
    assert words.said(march(5, 10), "zh", "zh") == "节日快乐"
    assert words.said(march(7, 10), "zh", "zh") == "节日快乐", "a Saturday"
    assert words.said(march(5, 10), "de", "en") == ""


def test_where_work_never_ends_it_is_always_open() -> None:
    words = FirstWords(texts={Hour.OPEN: {"zh": "您好"}})

    assert words.said(march(3, 20), "zh", "zh") == "您好"
