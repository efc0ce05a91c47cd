"""``sla.toml``: what looks ahead, and first words where the team is away."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from responder.domain.calendar import ALWAYS, WorkingHours
from responder.domain.sla import Share
from responder.settings import masked
from tests.settings.sla_files import CHINA, OFFICE, PLAIN, read, warnings


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
