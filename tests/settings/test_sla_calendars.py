"""``sla.toml``: whose hours count, with holidays and the days that are worked for them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from responder.domain.calendar import WorkingHours
from responder.settings import Loaded, masked
from tests.settings.sla_files import CHINA, OFFICE, PLAIN, read, warnings

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# What holds


def test_a_calendar_of_ones_own_is_used_by_its_name(tmp_path: Path) -> None:
    loaded = read(tmp_path, OFFICE + PLAIN + 'calendar = "office"\n', taobao='sla = "gold"')

    calendar = loaded.promises["tb"].usual.calendar
    saturday = datetime(2026, 3, 7, 12, tzinfo=UTC)
    assert calendar.between(saturday, saturday + DAY) == 4 * HOUR
    assert calendar.between(saturday + DAY, saturday + 2 * DAY) == 3 * HOUR
    assert warnings(loaded) == []


def test_holidays_by_country_and_part_close_their_days(tmp_path: Path) -> None:
    sla = OFFICE + 'holidays = ["DE-BY"]\n' + PLAIN + 'calendar = "office"\n'

    calendar = read(tmp_path, sla, taobao='sla = "gold"').promises["tb"].usual.calendar

    assert isinstance(calendar, WorkingHours)
    assert date(2026, 12, 25) in calendar.holidays
    assert date(2026, 1, 6) in calendar.holidays, "Epiphany, in Bavaria"
    christmas = datetime(2026, 12, 25, tzinfo=UTC)
    assert calendar.between(christmas, christmas + 12 * HOUR) == 0 * HOUR


def test_an_ical_file_beside_the_configuration_closes_its_days(tmp_path: Path) -> None:
    (tmp_path / "closed.ics").write_text(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:1\n"
        "DTSTART;VALUE=DATE:20260302\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    sla = OFFICE + 'ical = "closed.ics"\n' + PLAIN + 'calendar = "office"\n'

    calendar = read(tmp_path, sla, taobao='sla = "gold"').promises["tb"].usual.calendar

    assert isinstance(calendar, WorkingHours)
    assert calendar.holidays == (date(2026, 3, 2),)


# Looking ahead


def hours_of(loaded: Loaded, day: date) -> timedelta:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - 8 * HOUR  # midnight in Shanghai
    return loaded.policies["gold"].calendar.between(start, start + DAY)


def test_days_worked_in_exchange_have_the_hours_of_a_working_day(tmp_path: Path) -> None:
    sla = CHINA + 'extra_work_days = [2026-02-14, "2026-02-28"]\n' + PLAIN + 'calendar = "office"\n'

    loaded = read(tmp_path, sla, taobao='sla = "gold"')

    assert hours_of(loaded, date(2026, 2, 14)) == 9 * HOUR, "a Saturday, worked as a Monday"
    assert hours_of(loaded, date(2026, 2, 7)) == 2 * HOUR
    assert hours_of(loaded, date(2026, 2, 17)) == timedelta(0), "the new year"
    assert masked(loaded)["sla"]["gold"]["calendar"]["extra_work_days"] == 2


def test_days_worked_in_exchange_may_come_from_a_file_and_name_their_weekday(
    tmp_path: Path,
) -> None:
    (tmp_path / "work.ics").write_text(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:t\nBEGIN:VEVENT\nSUMMARY:春节 补班\n"
        "DTSTART;VALUE=DATE:20260215\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    worked = 'ical_work = "work.ics"\nextra_work_as = "sat"\n'

    loaded = read(tmp_path, CHINA + worked + PLAIN + 'calendar = "office"\n')

    assert hours_of(loaded, date(2026, 2, 15)) == 2 * HOUR
