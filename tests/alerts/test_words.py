"""What people read: time left, accounts, links; no buyer."""

from dataclasses import replace
from datetime import UTC, timedelta
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from responder.alerts.links import Links, channel_of
from responder.alerts.message import Message
from responder.alerts.phrases import LANGUAGES, PHRASES
from responder.alerts.words import Speaker, time_left
from responder.domain.model import AccountId, ConversationId
from responder.store.notices import Notice
from responder.store.told import Item
from responder.testing import FakeClock

LINKS = Links("https://desk.example", b"key")
ENGLISH = Speaker("en", UTC, LINKS)
CHINESE = Speaker("zh", ZoneInfo("Asia/Shanghai"), LINKS)


def item(clock: FakeClock, number: int = 1, kind: str = "at_risk", **more: Any) -> Item:
    notice = Notice(
        id=f"n{number}",
        kind=kind,
        at=clock.now(),
        account=AccountId(more.pop("account", "amazon-us")),
        conversation=ConversationId(f"03-{number:04x}"),
        due_at=clock.now() + timedelta(minutes=11 + number),
    )
    changes = {
        name: more.pop(name) for name in ("conversation", "due_at", "reason") if name in more
    }
    return Item(id=notice.id, notice=replace(notice, **changes), arrived=clock.now(), **more)


def spoken(clock: FakeClock, *items: Item, speaker: Speaker = ENGLISH, **more: Any) -> list[str]:
    message = Message(id="night-1", at=clock.now(), items=items, **more)
    now = clock.now()
    return [speaker.title(message, now), *speaker.body(message, now).splitlines()]


def test_many_are_one_headline_with_the_earliest_and_links_by_account(clock: FakeClock) -> None:
    items = [item(clock, n, account="amazon-us" if n < 10 else "taobao-main") for n in range(1, 15)]

    title, *lines = spoken(clock, *items)

    assert title == "14 conversations are at risk, earliest due in 12 min"
    assert lines[0] == "amazon-us: 9 at risk, earliest due in 12 min"
    assert lines[1] == "taobao-main: 5 at risk, earliest due in 21 min"
    assert lines[2] == "12 min left: amazon-us https://desk.example/c/03-0001"
    assert lines[7] == "… and 9 more https://desk.example/?view=at_risk"
    assert lines[8] == f"I see to it: https://desk.example/a/{LINKS.token('night-1')}"


def test_different_risks_are_counted_apart(clock: FakeClock) -> None:
    late = item(clock, 2, "breached", due_at=clock.now() - timedelta(hours=2))

    title, *_ = spoken(clock, late, item(clock, 1, "critical"), item(clock, 3))

    assert title == (
        "3 conversations are at risk (1 late, 1 nearly late, 1 at risk), earliest 2 h 0 min overdue"
    )


def test_who_crossed_several_thresholds_meanwhile_is_one_conversation(clock: FakeClock) -> None:
    due = clock.now() + timedelta(seconds=30)
    first, same = item(clock, 1, due_at=due), item(clock, 1, "critical", due_at=due)
    again = replace(same, id="n1-critical")

    title, *lines = spoken(clock, first, again, item(clock, 2, due_at=due))

    assert title == (
        "2 conversations are at risk (1 nearly late, 1 at risk), earliest due in less than 1 min"
    )
    assert [line for line in lines if "/c/" in line] == [
        "less than 1 min left: amazon-us https://desk.example/c/03-0001",
        "less than 1 min left: amazon-us https://desk.example/c/03-0002",
    ]
    assert spoken(clock, first, again)[0] == "A reply is nearly late (amazon-us)"


def test_the_same_in_chinese_with_the_time_in_china(clock: FakeClock) -> None:
    title, *lines = spoken(clock, item(clock, 1, "critical"), speaker=CHINESE)

    assert title == "有一条回复马上超时 (amazon-us)"
    assert lines[0] == "截止 2026-11-02 17:12（Asia/Shanghai），还剩 12 分钟。"
    many = spoken(clock, *(item(clock, n) for n in range(1, 15)), speaker=CHINESE)
    assert many[0] == "14 个会话即将告急，最早的还剩 12 分钟"


def test_a_repeat_and_what_nobody_acknowledged_say_so(clock: FakeClock) -> None:
    title, first, *_ = spoken(clock, item(clock), repeat=True)
    assert title.startswith("[repeat] ")
    assert first == "A repeat: this may have been told before."

    title, first, *_ = spoken(clock, item(clock, unheard="night"))
    assert title.startswith("[unacknowledged] ")
    assert first == "Nobody has acknowledged this at night."


def test_an_alert_of_an_earlier_version_about_many_keeps_its_words(clock: FakeClock) -> None:
    reason = "312 conversations of amazon-us are already overdue."
    old = item(clock, 1, "breached", conversation=None, reason=reason)

    title, *lines = spoken(clock, old)

    assert title == "Replies are late (amazon-us)"
    assert reason in lines


@pytest.mark.parametrize(
    ("kind", "reason", "count", "said"),
    [
        ("over", "one", 1, "Over: the conversation of 2026-11-02 09:00 UTC is answered"),
        ("over", "many", 14, "Over: all 14 conversations of 2026-11-02 09:00 UTC are answered"),
        ("over", "account", 1, "Over: amazon-us can be reached again"),
        ("channel_failed", "HTTP 500", 1, "An alert channel fails"),
        ("channel_recovered", "", 1, "An alert channel works again"),
    ],
)
def test_news_ask_for_nothing(
    clock: FakeClock, kind: str, reason: str, count: int, said: str
) -> None:
    news = item(clock, 1, kind, conversation=None, due_at=None, reason=reason, count=count,
                since=clock.now())  # fmt: skip

    title, *lines = spoken(clock, news)

    assert title.startswith(said)
    assert not any("/a/" in line for line in lines)
    assert not any("{" in line for line in lines)


def test_other_troubles_are_named_with_their_reason(clock: FakeClock) -> None:
    down = item(clock, 1, "account_down", conversation=None, due_at=None, reason="IMAP is away")
    letter = item(clock, 2, "dead_letter", due_at=None, reason="it failed 5 times")

    assert spoken(clock, down)[:3] == [
        "An account cannot be reached (amazon-us)",
        "An account cannot be reached (amazon-us)",
        "IMAP is away",
    ]
    assert spoken(clock, down, letter)[0] == "2 things need somebody"


def test_what_only_a_later_version_knows_is_told_by_its_name(clock: FakeClock) -> None:
    """Not to be able to say it would keep its channel from telling anything else."""
    newer = item(clock, 2, "ship_sunk", conversation=None, due_at=None, reason="an iceberg")

    title, *lines = spoken(clock, item(clock), newer)

    assert title == "A reply is at risk (amazon-us)"
    assert lines[2:4] == ["ship_sunk (amazon-us)", "an iceberg"]


def test_every_language_says_everything_with_the_same_fields() -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert set(PHRASES) == set(LANGUAGES)
    for name, text in PHRASES["en"].items():
        for language in LANGUAGES:
            assert fields(PHRASES[language][name]) == fields(text), (language, name)
    assert all(set(PHRASES[language]) == set(PHRASES["en"]) for language in LANGUAGES)


def test_time_left_is_spoken(clock: FakeClock) -> None:
    now = clock.now()

    assert time_left(now + timedelta(hours=3, minutes=20), now) == "3 h 20 min left"
    assert time_left(now - timedelta(minutes=12), now) == "12 min overdue"
    assert time_left(now - timedelta(minutes=12), now, "zh") == "已超时 12 分钟"


def test_a_link_is_good_for_its_own_alert_only() -> None:
    token = LINKS.token("night-1")

    assert LINKS.message(token) == "night-1"
    assert LINKS.message(token.replace("night-1", "night-2")) is None
    assert LINKS.message("night-1") is None
    assert LINKS.message("") is None
    assert Links("https://desk.example", b"other").message(token) is None
    assert channel_of("late-night.1-00ff") == "late-night.1"
