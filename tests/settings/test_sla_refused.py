"""``sla.toml``: what makes no sense is named once, with what is allowed."""

from pathlib import Path

import pytest

from tests.settings.sla_files import OFFICE, PLAIN, calendar, problems

# What is refused

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


# Looking ahead

WORDS = '[{}.first_words]\nnight = {{ zh = "您好" }}\n'


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
