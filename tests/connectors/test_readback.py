"""Whether a reply whose answer was lost stands in its thread, where the same was said before."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import Author, InboundMessage, Receipt, Reply
from connectors.readback import Attributions, arrived, same_words

SINCE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WORDS = "It is on its way."
HOUR = timedelta(hours=1)


def said(name: str, at: datetime) -> InboundMessage:
    return InboundMessage(
        id=name, thread="t", author=Author.SELLER, sent_at=at, text=WORDS, buyer="Jane"
    )


def reply(*earlier: datetime) -> Reply:
    receipts = tuple(Receipt(id=f"reply-{at}", accepted_at=at) for at in earlier)
    return Reply(id="reply-now", thread="t", text=WORDS, reply_to={}, earlier=receipts)


@pytest.mark.parametrize(
    ("earlier", "shown", "found"),
    [
        ((), [], False),
        ((), [SINCE], True),
        ((SINCE - HOUR,), [SINCE - HOUR], False),
        ((SINCE - HOUR,), [SINCE - HOUR, SINCE], True),
        ((SINCE - HOUR / 60,), [SINCE], False),  # it may be the earlier one, told a little late
        ((SINCE - 40 * 24 * HOUR,), [SINCE], True),  # the earlier one is not shown any more
        ((SINCE - 40 * 24 * HOUR,), [SINCE - 40 * 24 * HOUR], False),
        ((SINCE - 40 * 24 * HOUR,), [SINCE - 40 * 24 * HOUR, SINCE], True),
    ],
)
def test_a_reply_is_there_where_more_is_shown_than_was_said_before(
    earlier: tuple[datetime, ...], shown: list[datetime], found: bool
) -> None:
    thread = [said(f"m{number}", at) for number, at in enumerate(shown)]

    assert arrived(reply(*earlier), SINCE, thread, Attributions()) is found


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("亲，已发货❤️", "亲，已发货??"),  # a heart and what colors it: neither is beyond the BMP
        ("亲，已发货✨ 谢谢👍", "亲，已发货? 谢谢?"),
        ("배송 중입니다", "?? ????"),
        ("亲，已发货❤️", "亲，已发货❤️"),
    ],
)
def test_words_are_known_whatever_letters_an_old_back_end_lacks(sent: str, kept: str) -> None:
    assert same_words(kept, sent)


@pytest.mark.parametrize(
    ("sent", "kept"), [("亲，已发货", "亲，?发货"), ("네", "예"), ("Now!", "Now?")]
)
def test_other_words_are_not_taken_for_ones_that_lost_letters(sent: str, kept: str) -> None:
    assert not same_words(kept, sent)
