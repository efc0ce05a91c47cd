"""What is sent, and how a reply whose answer was lost is recognised. Pure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import Receipt, Rejected, Reply
from connectors.readback import REMEMBERED, Attributions
from connectors.taobao import outbox
from connectors.taobao.chat import ChatMessage
from connectors.taobao.outbox import ChatTarget, RefundTarget, target
from connectors.taobao.refund import SELLER, RefundMessage

SINCE = datetime(2026, 11, 22, 9, 0, 0, 500000, tzinfo=UTC)
WORDS = "亲，您好😀 <100%> ok"


def reply(text: str = WORDS, thread: str = "refund:11:aftersale", name: str = "r1") -> Reply:
    return Reply(id=name, thread=thread, text=text, reply_to={})


def by_shop(text: str = WORDS, *, role: str = SELLER, after: float = 0) -> RefundMessage:
    written = SINCE.replace(microsecond=0) + timedelta(seconds=after)
    return RefundMessage(id="m1", role=role, written=written, text=text, kind="NORMAL")


def chatted(text: str = WORDS, *, client_id: str = "", by_buyer: bool = False) -> ChatMessage:
    return ChatMessage(
        id="m1",
        chat_id="7",
        by_buyer=by_buyer,
        written=SINCE,
        text=text,
        buyer="",
        buyer_id="",
        order_id="",
        client_id=client_id,
    )


def test_a_thread_says_where_it_is_answered() -> None:
    assert target("refund:11:aftersale") == RefundTarget("11", "aftersale")
    assert target("refund:11:") == RefundTarget("11", "")
    assert target("chat:7") == ChatTarget("7")
    assert target("chat:a:b") == ChatTarget("a:b")


@pytest.mark.parametrize("thread", ["", "chat:", "refund::", "refund:1", "mail:x"])
def test_a_foreign_thread_is_rejected(thread: str) -> None:
    with pytest.raises(Rejected):
        target(thread)


@pytest.mark.parametrize("text", ["字" * 133, "a" * 400, "😀" * 100])
def test_four_hundred_bytes_fit_a_refund_thread(text: str) -> None:
    assert outbox.delivery(reply(text)).params["content"] == text


def test_a_longer_text_is_rejected_with_both_lengths() -> None:
    with pytest.raises(Rejected, match=r"402 bytes.*400"):
        outbox.delivery(reply("字" * 134))


def test_chat_takes_two_thousand_characters_and_carries_our_id() -> None:
    call = outbox.delivery(reply("字" * 2000, "chat:7"))

    assert call.params["client_id"] == "r1"
    with pytest.raises(Rejected, match=r"2001 characters.*2000"):
        outbox.delivery(reply("字" * 2001, "chat:7"))


@pytest.mark.parametrize("thread", ["chat:7", "refund:11:onsale"])
def test_an_empty_text_is_rejected(thread: str) -> None:
    with pytest.raises(Rejected, match="empty"):
        outbox.delivery(reply(" \n", thread))


@pytest.mark.parametrize(
    "kept",
    [WORDS, "亲，您好? <100%> ok", "亲，您好😀 &lt;100%&gt;  ok\r\n", "亲，您好😀 <100%> ok "],
)
def test_a_reply_is_known_by_its_words_whatever_the_back_end_did_to_them(kept: str) -> None:
    assert outbox.in_refund(reply(), SINCE, [by_shop(kept)], Attributions())


@pytest.mark.parametrize(
    "message",
    [by_shop("something else"), by_shop(role="1"), by_shop(role="3"), by_shop(after=-601)],
)
def test_other_words_another_author_or_an_earlier_time_are_no_trace(
    message: RefundMessage,
) -> None:
    assert not outbox.in_refund(reply(), SINCE, [message], Attributions())


def test_a_message_that_is_another_reply_is_no_trace_of_this_one() -> None:
    known = Attributions()
    known.note("m1", "r1")

    assert outbox.in_refund(reply(name="r1"), SINCE, [by_shop()], known)
    assert not outbox.in_refund(reply(name="r2"), SINCE, [by_shop()], known)


@pytest.mark.parametrize("thread", ["refund:11:aftersale", "chat:7"])
def test_what_was_said_before_in_the_same_words_is_no_trace_of_this_reply(thread: str) -> None:
    """After a restart nobody remembers which message was which: the store does."""
    again = replace(reply(thread=thread), earlier=(Receipt(id="m1", accepted_at=SINCE),))
    first, second = by_shop(after=-30), replace(by_shop(after=2), id="m2")
    talked = chatted()

    if thread.startswith("refund"):
        assert not outbox.in_refund(again, SINCE, [first], Attributions())
        assert outbox.in_refund(again, SINCE, [first, second], Attributions())
    else:
        assert not outbox.in_chat(again, SINCE, [talked], Attributions())
        assert outbox.in_chat(again, SINCE, [talked, replace(talked, id="m2")], Attributions())


def test_attributions_do_not_grow_without_end() -> None:
    known = Attributions()
    for number in range(REMEMBERED + 1):
        known.note(f"m{number}", "r1")

    assert known.may_be("m0", "other")
    assert not known.may_be("m1", "other")


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (chatted("anything", client_id="r1"), True),
        (chatted(), True),
        (chatted(client_id="r2"), False),
        (chatted(by_buyer=True), False),
        (chatted("something else"), False),
    ],
)
def test_chat_knows_a_reply_by_our_id_and_by_words_only_without_one(
    message: ChatMessage, *, found: bool
) -> None:
    assert outbox.in_chat(reply(thread="chat:7"), SINCE, [message], Attributions()) is found


def test_an_older_chat_message_is_no_trace() -> None:
    later = SINCE + timedelta(seconds=601)

    assert not outbox.in_chat(reply(thread="chat:7"), later, [chatted()], Attributions())
