"""Closing times from an iCalendar file, also those that come again."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from responder.settings.ical import Closed, read_ical

BERLIN = ZoneInfo("Europe/Berlin")


def parsed(directory: Path, *events: str) -> Closed:
    file = directory / "closed.ics"
    body = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    file.write_text(f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n{body}END:VCALENDAR\n")
    return read_ical(file, BERLIN)


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def test_a_day_and_several_days_are_closed(tmp_path: Path) -> None:
    closed = parsed(
        tmp_path,
        "DTSTART;VALUE=DATE:20260501",
        "DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227",
        "DTSTART;VALUE=DATE:20260803\nDURATION:P2D",
    )

    assert closed.spans == ()
    assert closed.days == (
        date(2026, 5, 1),
        date(2026, 8, 3),
        date(2026, 8, 4),
        date(2026, 12, 24),
        date(2026, 12, 25),
        date(2026, 12, 26),
    )


def test_a_time_is_read_in_its_own_zone_in_utc_or_in_the_calendars(tmp_path: Path) -> None:
    closed = parsed(
        tmp_path,
        "DTSTART;TZID=America/New_York:20260302T090000\nDTEND;TZID=America/New_York:20260302T100000",
        "DTSTART:20260303T090000Z\nDURATION:PT30M",
        "DTSTART:20260304T090000\nDTEND:20260304T100000",
    )

    assert closed.days == ()
    assert closed.spans == (
        (utc(3, 2, 14), utc(3, 2, 15)),
        (utc(3, 3, 9), utc(3, 3, 9, 30)),
        (utc(3, 4, 8), utc(3, 4, 9)),
    )


def test_a_holiday_that_comes_every_year_is_closed_every_year(tmp_path: Path) -> None:
    closed = parsed(tmp_path, "DTSTART;VALUE=DATE:20240501\nRRULE:FREQ=YEARLY")

    assert closed.days == tuple(date(year, 5, 1) for year in range(2024, 2051))


def test_a_repetition_ends_and_leaves_days_out(tmp_path: Path) -> None:
    closed = parsed(
        tmp_path,
        "UID:1\nDTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;UNTIL=20260202T000000Z\n"
        "EXDATE;VALUE=DATE:20260119\nRDATE;VALUE=DATE:20260301",
        "UID:1\nRECURRENCE-ID;VALUE=DATE:20260126\nDTSTART;VALUE=DATE:20260127",
    )

    assert closed.days == (
        date(2026, 1, 5),
        date(2026, 1, 12),
        date(2026, 1, 27),
        date(2026, 2, 2),
        date(2026, 3, 1),
    )


def test_a_weekly_meeting_stays_at_its_hour_when_the_clock_changes(tmp_path: Path) -> None:
    closed = parsed(
        tmp_path,
        "DTSTART;TZID=Europe/Berlin:20260323T150000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2",
    )

    assert closed.spans == ((utc(3, 23, 14), utc(3, 23, 15)), (utc(3, 30, 13), utc(3, 30, 14)))


def test_what_was_cancelled_is_open(tmp_path: Path) -> None:
    closed = parsed(
        tmp_path,
        "UID:1\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20260501",
        "UID:2\nDTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;COUNT=2",
        "UID:2\nSTATUS:CANCELLED\nRECURRENCE-ID;VALUE=DATE:20260112\nDTSTART;VALUE=DATE:20260112",
    )

    assert closed.days == (date(2026, 1, 5),)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("SUMMARY:Fair\nDTSTART:soon", "closed.ics: Fair: DTSTART cannot be understood"),
        ("SUMMARY:Fair", "closed.ics: Fair: DTSTART cannot be understood"),
        ("DTSTART:20260304T090000Z\nDTEND:20260304T080000Z", "ends before it begins"),
        ("DTSTART:20260304T090000Z", "ends before it begins"),
        ("DTSTART:20260304T090000Z\nDTEND;VALUE=DATE:20260305", "one end is a day"),
        (
            "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=SOMETIMES",
            "cannot be understood",
        ),
        (
            "DTSTART:20260101T000000Z\nDURATION:PT1M\nRRULE:FREQ=MINUTELY",
            "comes again more than 5000 times",
        ),
    ],
)
def test_an_event_that_makes_no_sense_is_named(tmp_path: Path, event: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parsed(tmp_path, event)


@pytest.mark.parametrize("text", [b"", b"hello", b"BEGIN:VCALENDAR\n", b"\0\xff", b"<html/>"])
def test_a_file_that_is_no_calendar_is_named(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "closed.ics"
    file.write_bytes(text)

    with pytest.raises(ValueError, match=r"closed\.ics is no iCalendar file"):
        read_ical(file, BERLIN)
