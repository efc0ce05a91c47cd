"""``sla.toml``: what it says holds; what makes no sense is named, with what is allowed."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from responder.domain.calendar import ALWAYS, WorkingHours
from responder.domain.sla import Share
from responder.errors import ConfigError
from responder.settings import Loaded, load, masked

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ACCOUNTS = """
[[accounts]]
id = "amazon-us"
marketplace = "amazon"
marketplace_id = "ATVPDKIKX0DER"
{amazon}
[accounts.imap]
host = "imap.example"
port = 993
username = "seller"
password = "x"
[accounts.smtp]
host = "smtp.example"
port = 465
username = "seller"
password = "x"
from = "shop@shop.example"

[[accounts]]
id = "tb"
marketplace = "taobao"
{taobao}
[accounts.top]
app_key = "12345678"
app_secret = "x"
session = "x"
"""
OFFICE = """
[calendars.office]
zone = "Europe/Berlin"
hours = { mon-fri = ["09:00-12:00", "13:00-18:00"], sat = ["22:00-02:00"] }
"""
PLAIN = '[gold]\nrespond_within = "1h"\n'


def read(directory: Path, sla: str, *, amazon: str = "", taobao: str = "") -> Loaded:
    text = ACCOUNTS.format(amazon=amazon, taobao=taobao)
    (directory / "responder.toml").write_text(text)
    (directory / "sla.toml").write_text(sla)
    return load(directory)


def problems(directory: Path, sla: str, **accounts: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        read(directory, sla, **accounts)
    start = f"{directory / 'sla.toml'}: "
    assert all(problem.startswith(start) for problem in raised.value.problems)
    return [problem.removeprefix(start) for problem in raised.value.problems]


def warnings(loaded: Loaded) -> list[str]:
    return [warning for warning in loaded.warnings if warning.startswith("sla.toml")]


# What holds


def test_marketplaces_keep_their_clocks_when_a_file_of_ones_own_does_not_name_them(
    tmp_path: Path,
) -> None:
    loaded = read(tmp_path, "")

    marketplaces = {"amazon", "taobao", "tmall", "ebay", "aliexpress", "mailbox"}
    assert set(loaded.policies) == marketplaces
    assert loaded.promises["amazon-us"].usual.respond_within == 24 * HOUR
    assert loaded.promises["amazon-us"].usual.calendar == ALWAYS
    assert loaded.promises["tb"].usual.respond_within == timedelta(minutes=3)
    assert warnings(loaded) == []


def test_a_chat_on_taobao_is_counted_from_eight_to_eleven_in_china(tmp_path: Path) -> None:
    policy = read(tmp_path, "").promises["tb"].usual
    asked = datetime(2026, 11, 21, 14, 59, tzinfo=UTC)  # 22:59 in China

    assert policy.plan(asked).due_at == datetime(2026, 11, 22, 0, 2, tzinfo=UTC)


def test_a_refund_warns_by_the_deadline_that_taobao_names(tmp_path: Path) -> None:
    policy = read(tmp_path, "").promises["tb"].usual
    asked = datetime(2026, 11, 21, 3, tzinfo=UTC)
    timeout = asked + 3 * DAY

    plan = policy.plan(asked, timeout)

    assert [timeout - step.at for step in plan.steps] == [DAY, 4 * HOUR, HOUR, 0 * HOUR]


def test_a_calendar_of_ones_own_is_used_by_its_name(tmp_path: Path) -> None:
    loaded = read(tmp_path, OFFICE + PLAIN + 'calendar = "office"\n', taobao='sla = "gold"')

    calendar = loaded.promises["tb"].usual.calendar
    saturday = datetime(2026, 3, 7, 12, tzinfo=UTC)
    assert calendar.between(saturday, saturday + DAY) == 4 * HOUR
    assert calendar.between(saturday + DAY, saturday + 2 * DAY) == 3 * HOUR
    assert warnings(loaded) == []


def test_a_calendar_may_be_written_inside_its_policy(tmp_path: Path) -> None:
    sla = PLAIN + '[gold.calendar]\nzone = "UTC"\nhours = { daily = ["00:00-24:00"] }\n'

    loaded = read(tmp_path, sla, taobao='sla = "gold"')

    assert isinstance(loaded.promises["tb"].usual.calendar, WorkingHours)


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


def test_a_team_has_a_target_and_a_calendar_of_its_own(tmp_path: Path) -> None:
    sla = OFFICE + (
        '[amazon]\nrespond_within = "24h"\n'
        '[amazon.team]\nrespond_within = "4h"\ncalendar = "office"\n'
    )
    policy = read(tmp_path, sla).promises["amazon-us"].usual
    friday = datetime(2026, 3, 6, 16, tzinfo=UTC)  # 17:00 in Berlin

    assert policy.plan(friday).due_at == friday + 24 * HOUR
    assert policy.team_due_at(friday) == datetime(2026, 3, 8, 0, 0, tzinfo=UTC)


def test_later_answers_may_have_another_promise(tmp_path: Path) -> None:
    sla = (
        '[gold]\nrespond_within = "1h"\nnamed_warn_at = ["30m"]\n'
        '[gold.next_response]\nrespond_within = "2h"\nwarn_at = ["50%"]\n'
    )

    promises = read(tmp_path, sla, taobao='sla = "gold"').promises["tb"]

    assert promises.policy(answers=False).respond_within == HOUR
    assert promises.policy(answers=True).respond_within == 2 * HOUR
    assert promises.policy(answers=True).warnings == (Share(50),)
    assert promises.policy(answers=True).named_warnings == (HOUR / 2,)


def test_the_first_refinement_that_fits_holds(tmp_path: Path) -> None:
    sla = """
    [vip]
    respond_within = "30m"
    [angry]
    respond_within = "1h"
    [[apply]]
    policy = "vip"
    tags = ["vip", "vip-gold"]
    [[apply]]
    policy = "angry"
    marketplaces = ["amazon"]
    intents = ["complaint", "damaged_defective"]
    """

    loaded = read(tmp_path, sla)

    amazon, taobao = loaded.promises["amazon-us"], loaded.promises["tb"]
    assert amazon.policy(intent="complaint", answers=False).name == "angry"
    assert amazon.policy(intent="complaint", tags=["x", "vip"], answers=True).name == "vip"
    assert amazon.policy(intent="invoice", answers=False).name == "amazon"
    assert taobao.policy(intent="complaint", answers=False).name == "taobao"
    assert warnings(loaded) == []


def test_check_shows_what_was_understood(tmp_path: Path) -> None:
    sla = OFFICE + PLAIN + 'calendar = "office"\n'
    sla += '[[apply]]\npolicy = "gold"\nmarketplaces = ["taobao"]\n'

    shown = masked(read(tmp_path, sla, taobao='sla = "gold"'))

    assert shown["sla"]["gold"]["calendar"]["zone"] == "Europe/Berlin"
    assert shown["sla"]["gold"]["calendar"]["hours"]["mon"] == ["09:00-12:00", "13:00-18:00"]
    assert shown["promises"]["tb"]["policy"] == "gold"
    assert json.dumps(shown)


# What nobody uses


def test_a_policy_and_a_calendar_that_nobody_uses_are_warned_of(tmp_path: Path) -> None:
    found = warnings(read(tmp_path, OFFICE + PLAIN))

    assert found == [
        "sla.toml: gold: no account and no [[apply]] uses this policy",
        "sla.toml: calendars.office: no policy uses this calendar",
    ]


# What is refused


def calendar(text: str) -> str:
    return PLAIN + 'calendar = "office"\n[calendars.office]\n' + text


WEEK = 'hours = { mon-fri = ["09:00-18:00"] }\n'
BERLIN = 'zone = "Europe/Berlin"\n'


@pytest.mark.parametrize(
    ("sla", "said"),
    [
        (calendar('zone = "Mars/Olympus"\n' + WEEK), "calendars.office.zone: 'Mars/Olympus' is no"),
        (calendar('zone = "../etc"\n' + WEEK), "calendars.office.zone: '../etc' is no time zone"),
        (calendar("zone = 8\n" + WEEK), "calendars.office.zone: 8 is no time zone"),
        (calendar(WEEK), "calendars.office.zone: this key is missing"),
        (calendar(BERLIN), "calendars.office.hours: this key is missing"),
        (calendar(BERLIN + "hours = {}"), "calendars.office.hours: the calendar has no working"),
        (calendar(BERLIN + "hours = { mon = [] }"), "hours: the calendar has no working time"),
        (calendar(BERLIN + 'hours = { monday = ["09:00-18:00"] }'), "'monday' names no days"),
        (calendar(BERLIN + 'hours = { mon-x = ["09:00-18:00"] }'), "'mon-x' names no days"),
        (
            calendar(BERLIN + 'hours = { mon = ["9-18"] }'),
            "office.hours.mon.0: '9-18' are no hours",
        ),
        (calendar(BERLIN + "hours = { mon = [9] }"), "office.hours.mon.0: 9 are no hours"),
        (calendar(BERLIN + 'hours = { mon = ["25:00-26:00"] }'), "opens from 00:00 to 23:59"),
        (calendar(BERLIN + 'hours = { mon = ["09:00-09:00"] }'), "a whole day is 00:00-24:00"),
        (
            calendar(BERLIN + 'hours = { mon = ["09:00-12:00", "11:00-15:00"] }'),
            "calendars.office.hours: mon 09:00-12:00 and mon 11:00-15:00 overlap",
        ),
        (
            calendar(BERLIN + 'hours = { sun = ["22:00-06:00"], daily = ["05:00-07:00"] }'),
            "sun 22:00-06:00 and mon 05:00-07:00 overlap",
        ),
        (calendar(BERLIN + WEEK + 'holidays = "ZZ"'), "calendars.office: there are no holidays"),
        (calendar(BERLIN + WEEK + 'holidays = "DE-XX"'), "DE has no part 'XX'; there are BB"),
        (calendar(BERLIN + WEEK + 'ical = "none.ics"'), "none.ics cannot be read: No such file"),
        (calendar(BERLIN + WEEK + 'ical = "sla.toml"'), "sla.toml is no iCalendar file"),
        (calendar(BERLIN + WEEK + "nights = true"), "calendars.office.nights: this key is not"),
        (PLAIN + 'calendar = "night"', "gold.calendar: there is no calendar 'night'; write one of"),
        (PLAIN + '[gold.team]\nrespond_within = "1h"\ncalendar = "x"', "gold.team.calendar: there"),
        (PLAIN + '[gold.calendar]\nzone = "UTC"', "gold.calendar.hours: this key is missing"),
        (PLAIN + 'warn_at = ["10m", "30m"]', "gold: warn_at must lie between"),
        (PLAIN + 'named_warn_at = ["1h", "4h"]', "gold: named_warn_at must lie before"),
        (
            PLAIN + '[gold.next_response]\nrespond_within = "5m"\nwarn_at = ["10m"]',
            "gold.next_response: warn_at must lie between",
        ),
        (
            PLAIN.replace("1h", "999999h") + "[gold.calendar]\n" + BERLIN + WEEK,
            "gold: the calendar has too little working time",
        ),
        ("gold = 1", "gold: Input should be"),
        ("calendars = 1", "calendars: write it as [calendars.NAME]"),
        ("apply = 1", "apply: write it as [[apply]]"),
        (f"[calendars.always]\n{BERLIN}{WEEK}", "calendars.always: that is the name of the one"),
        (PLAIN + '[[apply]]\npolicy = "gold"', "apply.0: name accounts, marketplaces, intents"),
        ('[[apply]]\npolicy = "g"\ntags = ["x"]', "apply.0.policy: there is no policy 'g'"),
        (
            PLAIN + '[[apply]]\npolicy = "gold"\naccounts = ["x"]',
            "apply.0.accounts: there is no account 'x'; there are amazon-us, tb",
        ),
        (
            PLAIN + '[[apply]]\npolicy = "gold"\nmarketplaces = ["wish"]',
            "apply.0.marketplaces: there is no marketplace 'wish'; write one of aliexpress",
        ),
        (
            PLAIN + '[[apply]]\npolicy = "gold"\nintents = ["anger"]',
            "apply.0.intents.0: write one of 'order_status'",
        ),
    ],
)
def test_what_makes_no_sense_is_named_once(tmp_path: Path, sla: str, said: str) -> None:
    [found] = problems(tmp_path, sla)

    assert said in found


def test_a_policy_with_a_mistake_is_not_said_to_be_missing(tmp_path: Path) -> None:
    sla = PLAIN + 'calendar = "night"\n[[apply]]\npolicy = "gold"\ntags = ["x"]\n'

    [found] = problems(tmp_path, sla, taobao='sla = "gold"')

    assert "there is no calendar 'night'" in found


@pytest.mark.parametrize(
    ("sla", "said"),
    [
        ('[amazon]\nrespond_within = "25h"', "amazon.respond_within: account 'amazon-us' is on"),
        (
            OFFICE + '[amazon]\nrespond_within = "8h"\ncalendar = "office"',
            "amazon.calendar: account 'amazon-us' is on amazon, whose clock runs on weekends",
        ),
        (
            '[amazon]\nrespond_within = "8h"\n[amazon.next_response]\nrespond_within = "2d"',
            "amazon.next_response.respond_within: account 'amazon-us'",
        ),
        (
            '[slow]\nrespond_within = "2d"\n[[apply]]\npolicy = "slow"\ntags = ["x"]',
            "slow.respond_within: account 'amazon-us' is on amazon, whose clock gives 1d; 2d would",
        ),
    ],
)
def test_amazons_clock_cannot_be_lengthened(tmp_path: Path, sla: str, said: str) -> None:
    [found] = problems(tmp_path, sla)

    assert said in found


def test_amazons_clock_can_be_shortened(tmp_path: Path) -> None:
    loaded = read(tmp_path, '[amazon]\nrespond_within = "8h"\n')

    assert loaded.promises["amazon-us"].usual.respond_within == 8 * HOUR


# Looking ahead


CHINA = """
[calendars.office]
zone = "Asia/Shanghai"
hours = { mon-fri = ["09:00-18:00"], sat = ["10:00-12:00"] }
holidays = "CN"
"""


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


def test_the_teams_hours_are_the_shifts_else_those_of_the_file(tmp_path: Path) -> None:
    sla = OFFICE + CHINA.replace("office", "china") + '[shifts]\ncalendar = "office"\n'
    sla += 'warn_before = "45m"\n[gold]\nrespond_within = "1h"\n'
    sla += '[gold.team]\nrespond_within = "10m"\ncalendar = "china"\n'

    loaded = read(tmp_path, sla, taobao='sla = "gold"')

    ours, theirs = loaded.outlooks["amazon-us"], loaded.outlooks["tb"]
    assert isinstance(ours.shifts, WorkingHours)
    assert isinstance(theirs.shifts, WorkingHours)
    assert (ours.shifts.zone.key, theirs.shifts.zone.key) == ("Europe/Berlin", "Asia/Shanghai")
    assert ours.warn_before == timedelta(minutes=45)
    assert masked(loaded)["ahead"]["tb"]["warn_before"] == "45m"
    assert warnings(loaded) == []


def test_nobody_is_ever_away_where_no_shifts_are_named(tmp_path: Path) -> None:
    assert read(tmp_path, "").outlooks["tb"].shifts is ALWAYS


def test_amazon_wants_nine_of_ten_in_time_and_others_what_is_written(tmp_path: Path) -> None:
    loaded = read(tmp_path, PLAIN + 'target_share = "95%"\n', taobao='sla = "gold"')

    assert loaded.outlooks["amazon-us"].target == Share(90)
    assert loaded.outlooks["tb"].target == Share(95)
    assert masked(loaded)["sla"]["gold"]["target_share"] == "95%"


WORDS = '[{}.first_words]\nnight = {{ zh = "您好" }}\n'


def test_first_words_are_said_by_the_teams_hours(tmp_path: Path) -> None:
    sla = OFFICE + '[shifts]\ncalendar = "office"\n' + PLAIN + WORDS.format("gold")

    loaded = read(tmp_path, sla, taobao='sla = "gold"')

    words = loaded.promises["tb"].usual.first_words
    assert words is not None
    night, noon = datetime(2026, 3, 3, 3, tzinfo=UTC), datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert (words.said(night, "zh", "zh"), words.said(noon, "zh", "zh")) == ("您好", "")
    assert masked(loaded)["sla"]["gold"]["first_words"]["night"] == {"zh": "您好"}


def test_first_words_are_no_reason_to_plan_anew(tmp_path: Path) -> None:
    without = read(tmp_path, PLAIN, taobao='sla = "gold"').promises["tb"].fingerprint
    within = read(tmp_path, PLAIN + WORDS.format("gold"), taobao='sla = "gold"').promises["tb"]

    assert within.fingerprint == without


@pytest.mark.parametrize(
    ("sla", "said"),
    [
        (
            '[amazon]\nrespond_within = "8h"\n' + WORDS.format("amazon"),
            "amazon.first_words: account 'amazon-us' is on amazon: Amazon takes no automatic",
        ),
        (
            PLAIN + WORDS.format("gold") + '[[apply]]\npolicy = "gold"\nintents = ["invoice"]',
            "gold.first_words: account 'amazon-us' is on amazon",
        ),
        (PLAIN + "[gold.first_words]", "gold.first_words: write texts by language under open"),
        (PLAIN + WORDS.format("gold").replace("您好", " "), "night.zh: write what is said, in"),
        (PLAIN + WORDS.format("gold") + 'calendar = "x"', "gold.first_words.calendar: there is no"),
        (PLAIN + 'target_share = "0%"', "gold.target_share: '0%': write a share of the answers"),
        (PLAIN + "target_share = 0.9", "gold.target_share: 0.9: write a share of the answers"),
        ('[shifts]\ncalendar = "x"', "shifts.calendar: there is no calendar 'x'"),
        ('[shifts]\nwarn_before = "0s"', "shifts.warn_before: Input should be greater than 0"),
        ("shifts = 1", "shifts: Input should be"),
        (OFFICE + 'extra_work_as = "sun"', "calendars.office: extra_work_as: 'sun' has no hours"),
        (OFFICE + 'extra_work_days = ["soon"]', "calendars.office.extra_work_days.0: Input should"),
        (OFFICE + 'ical_work = "none.ics"', "calendars.office: the file none.ics cannot be read"),
    ],
)
def test_what_makes_no_sense_ahead_is_named_once(tmp_path: Path, sla: str, said: str) -> None:
    [found] = problems(tmp_path, sla)

    assert said in found
