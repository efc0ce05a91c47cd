"""``sla.toml``: what it promises holds, for whom it is meant."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from responder.domain.calendar import ALWAYS, WorkingHours
from responder.domain.sla import Share
from responder.settings import masked
from tests.settings.sla_files import OFFICE, PLAIN, read, warnings

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

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


def test_a_calendar_may_be_written_inside_its_policy(tmp_path: Path) -> None:
    sla = PLAIN + '[gold.calendar]\nzone = "UTC"\nhours = { daily = ["00:00-24:00"] }\n'

    loaded = read(tmp_path, sla, taobao='sla = "gold"')

    assert isinstance(loaded.promises["tb"].usual.calendar, WorkingHours)


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


def test_amazons_clock_can_be_shortened(tmp_path: Path) -> None:
    loaded = read(tmp_path, '[amazon]\nrespond_within = "8h"\n')

    assert loaded.promises["amazon-us"].usual.respond_within == 8 * HOUR
