"""Why something went wrong, in the language of whoever reads it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import connectors
import responder
from connectors.access import Access, CallsOfADay
from connectors.http import Response, failure
from connectors.mail.wire.outgoing import smtp_failure
from connectors.top import errors
from responder.alerts.reasons import LONGEST, SENTENCES, said
from responder.console.gates import words
from responder.workers.access import warnings

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
ZH = SENTENCES["zh"]
HAN = re.compile(r"[\u4e00-\u9fff]")


def source() -> str:
    """All that the code may say, with texts over several lines put together."""
    folders = (Path(connectors.__file__).parent, Path(responder.__file__).parent)
    files = [
        file for folder in folders for end in ("py", "lua") for file in folder.rglob(f"*.{end}")
    ]
    texts = [file.read_text(encoding="utf-8") for file in files if not file.stem.endswith("_zh")]
    return re.sub(r'"\s*\n\s*f?"', "", "\n".join(texts)).replace("\\", "")


def pieces(sentence: str) -> list[str]:
    """What stands between the places, where a longer piece may be put together there too."""
    whole = [before for before, _, _, _ in Formatter().parse(sentence)]
    return [
        piece.strip("() ,;:")
        for one in whole
        for piece in re.split(r" \(|; |ends on|its session ", one)
    ]


def places(sentence: str) -> set[str]:
    return {place for _, place, _, _ in Formatter().parse(sentence) if place}


def test_every_sentence_is_one_that_is_still_said() -> None:
    text = source()
    made = ("polls", "sends", "1 ", "{count} replies", "{missing} things")  # with a word before

    gone = {
        sentence
        for sentence in ZH
        for piece in pieces(sentence)
        if piece not in text and not sentence.startswith(made)
    }

    assert gone == set()


def test_a_translation_fills_in_the_same() -> None:
    assert [one for one, other in ZH.items() if places(one) != places(other)] == []
    assert [other for other in ZH.values() if not HAN.search(other)] == []


@pytest.mark.parametrize(
    ("reason", "chinese"),
    [
        (str(smtp_failure(550, step="DATA")), "SMTP 在 DATA 一步返回 550"),
        (
            str(errors.failure(errors.TopError("27", "invalid-sessionkey"), writes=False)),
            "TOP 错误码 27（invalid-sessionkey）：授权已失效，店铺须重新授权",
        ),
        (
            (
                "TOP code 27: the session is dead, the shop must authorize again; "
                "it could not be renewed: the renewal was refused (another error)"
            ),
            "TOP 错误码 27：授权已失效，店铺须重新授权；未能续期：续期被拒绝（其他错误）",
        ),
        (
            "it could not be sent: SMTP 535 at AUTH",
            "无法发送：SMTP 在 AUTH 一步返回 535",
        ),
        (
            (
                "reading still works, so the level for writing has lapsed (w1 ended 2026-11-20 "
                "09:00 UTC, w2 ended 2026-11-20 09:05 UTC); that is tried again"
            ),
            (
                "仍可读取，说明写入权限已到期（w1 已于 2026-11-20 09:00 UTC 到期，"
                "w2 已于 2026-11-20 09:05 UTC 到期）；会再次尝试"
            ),
        ),
    ],
)
def test_what_connectors_say_is_said_in_chinese(reason: str, chinese: str) -> None:
    assert said(reason, "zh") == chinese
    assert said(reason, "en") == reason


def test_a_session_that_ends_is_told_of_in_chinese() -> None:
    ends = NOW + timedelta(hours=3)
    short = CallsOfADay(day="2026-11-20", used=950, of=1000, short=True)
    access = Access(ends_at=ends, renews=True, trouble="no answer to a renewal in time")

    told = [said(reason, "zh") for _, reason in warnings(access, NOW)]
    told += [said(reason, "zh") for _, reason in warnings(Access(calls=short), NOW)]

    assert told == [
        "授权将于 2026-11-20 12:00 UTC 到期，而且续期请求未及时得到答复；请重新授权应用",
        (
            "应用每天的 1000 次调用已用 950 次（2026-11-20，GMT+8）："
            "收件箱的读取频率降低，剩余次数留给回复"
        ),
    ]


def test_the_doors_of_an_account_are_told_of_in_chinese() -> None:
    doors = {
        "polls": {"gate": "open", "again_at": "2026-11-20T12:00:05Z"},
        "sends": {"gate": "half_open", "again_at": None},
    }

    assert said(words(doors), "zh") == "收取已暂停，12:00:05 后再试，发送正在试探"


@pytest.mark.parametrize(
    "reason",
    [
        "",
        str(failure(Response(503, {}, b""))),
        "somebody else's words; no answer in time, they said",
        "no answer in time; {0} {why} %(x)s",
        "no answer: " + "x" * LONGEST,
    ],
)
def test_what_nobody_has_translated_stays_as_it_was_written(reason: str) -> None:
    assert said(reason, "zh") == reason


def test_what_is_filled_in_is_never_a_pattern() -> None:
    assert said("cannot connect: {why} %(x)s .*", "zh") == "无法连接（{why} %(x)s .*）"


@given(st.text(max_size=2 * LONGEST), st.sampled_from(["en", "zh", "tlh"]))
def test_any_text_has_an_answer(reason: str, language: str) -> None:
    assert said(reason, language) == reason or HAN.search(said(reason, language))
