"""Every reason that the code can give has a Chinese sentence; a new one without is found here."""

import re

import pytest

from responder.alerts.reasons import said
from tests.alerts.said_by_code import STAND_IN, reasons

HAN = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[a-z]{2,}")


def in_any_language(reason: str) -> bool:
    """A number, a name or a status, as in "HTTP 503"; nothing that wants translating."""
    return not ENGLISH.search(reason.replace(STAND_IN, ""))


def is_translated(reason: str) -> bool:
    """As a whole or, where it lists several things, each of them; an ending may be left out."""
    forms = (reason, reason.removesuffix(STAND_IN))
    if in_any_language(reason) or any(HAN.search(said(form, "zh")) for form in forms):
        return True
    parts = [part for part in re.split(", |; ", reason) if part]
    return parts != [reason] and all(map(is_translated, parts))


def test_every_reason_has_a_chinese_sentence() -> None:
    english = {reason: where for reason, where in reasons().items() if not is_translated(reason)}

    assert english == {}, "write it into responder/alerts/reasons_zh*.py"


@pytest.mark.parametrize(
    "reason",
    [
        "cannot connect: x1",  # by a name that it was given before
        "SMTP x1 at x1",
        "the text is empty",
        "a refund message by an unknown role",
        "it failed x1 times: x1",
        "TOP ok: x1 refunds changed in a day, x1 TMC messages waiting",
        "the inbox did not answer in time",
        "at most x1 files go with one reply here, not x1",
    ],
)
def test_reasons_of_every_kind_are_found(reason: str) -> None:
    assert reason in " | ".join(reasons())


@pytest.mark.parametrize(
    ("reason", "chinese"),
    [
        (
            "draft: it failed 5 times: ValueError",
            "起草：失败 5 次（ValueError）",
        ),
        (
            "the refund cannot be read: TOP code 15 (isv.x); it is no longer at its source",
            "无法读取该退款：TOP 错误码 15（isv.x）；平台上已没有这条内容",
        ),
        (
            "spf and dkim failed: somebody may pretend to be the sender",
            "spf and dkim 验证未通过：可能有人冒充发件人",
        ),
        (
            "IMAP ok (next UID 7), SMTP ok, no Selling Partner API",
            "IMAP 正常（下一个 UID 为 7），SMTP 正常，未使用 Selling Partner API",
        ),
        (
            "TOP ok: 2 refunds changed in a day, chat off, session until noon; a person renews it",
            "TOP 正常：一天内有 2 个退款变动，聊天未启用，授权有效至 noon；须由人续期",
        ),
    ],
)
def test_what_is_put_together_is_said_in_chinese(reason: str, chinese: str) -> None:
    assert said(reason, "zh") == chinese
