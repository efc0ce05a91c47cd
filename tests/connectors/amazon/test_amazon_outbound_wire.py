"""Replies as mails, SMTP's answers, cursors, and what a trace proves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.amazon.wire import outbound, tracing
from connectors.base import (
    Author,
    Cursor,
    InboundMessage,
    Kind,
    Receipt,
    Rejected,
    Reply,
    Trace,
    Unauthorized,
    Unavailable,
)
from connectors.mail.outcome import Ignored, Outcome, Unplaced
from connectors.mail.wire import cursors, outgoing
from connectors.mail.wire.cursors import Position

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SENDER = "Shop <support@shop.example>"
TO = "m1z9b3mk8gb1c26+2b1f0c1a-7d5e-4c3b-9a8f-0123456789ab@marketplace.amazon.com"
ORDER = "111-1111111-1111111"


def reply(text: str = "On its way.", reply_id: str = "reply-1", **reply_to: str) -> Reply:
    facts = {
        "to": TO,
        "message_id": "<question@email.amazonses.com>",
        "references": "<first@x> <question@email.amazonses.com>",
        "subject": f"Frage über (Order: {ORDER})",
        "buyer": "Jane",
    }
    return Reply(
        id=reply_id, thread=f"m1z9b3mk8gb1c26|{ORDER}", text=text, reply_to={**facts, **reply_to}
    )


def written(answer: Reply) -> EmailMessage:
    content = outbound.mail(answer, SENDER, NOW).content
    return message_from_bytes(content, policy=default)


def test_a_reply_goes_from_the_authorized_sender_to_the_alias_in_the_thread() -> None:
    mail = written(reply("Schöne Grüße"))

    assert (mail["From"], mail["To"]) == (SENDER, TO)
    assert mail["Subject"] == f"Re: Frage über (Order: {ORDER})"
    assert mail["Message-ID"] == "<reply-1@shop.example>"
    assert mail["In-Reply-To"] == "<question@email.amazonses.com>"
    assert mail["References"] == "<first@x> <question@email.amazonses.com>"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().strip() == "Schöne Grüße"


def test_ids_that_are_longer_than_a_line_are_written_as_they_are() -> None:
    amazons = f"<{'0100018f1a2b3c4d-' + 'a' * 36}-000000@email.amazonses.com>"
    longest = f"<{'x' * 220}@mail.example>"

    content = outbound.mail(
        reply(message_id=amazons, references=f"<first@x> {longest} {amazons}"), SENDER, NOW
    ).content

    assert f"\r\nIn-Reply-To: {amazons}\r\n".encode() in content
    assert f"\r\nReferences: <first@x>\r\n {longest}\r\n {amazons}\r\n".encode() in content


@pytest.mark.parametrize("subject", ["Re: Hi", "RE: Hi", "re : Hi", "AW: Hi", "RES: Hi"])
def test_an_answers_subject_is_not_answered_twice(subject: str) -> None:
    assert written(reply(subject=subject))["Subject"] == subject


def test_the_replys_own_subject_serves_where_the_thread_has_none() -> None:
    bare = Reply(id="r", thread="t", text="x", reply_to={"to": TO}, subject="Hello")

    mail = written(bare)

    assert mail["Subject"] == "Re: Hello"
    assert mail["In-Reply-To"] is None
    assert mail["References"] is None


@pytest.mark.parametrize(
    "bad",
    [
        reply(subject="Hi\r\nBcc: x@evil.example"),
        reply(subject="Hi\nBcc: x@evil.example"),
        reply(reply_id="a b"),
        reply(reply_id="a>\r\nBcc: x"),
        reply(reply_id=""),
        reply(to="x@evil.example"),
        reply(to="x@evil.example, " + TO),
        reply(to=TO + "\r\nBcc: x@evil.example"),
        reply(to=""),
    ],
)
def test_a_reply_that_would_go_elsewhere_is_rejected(bad: Reply) -> None:
    with pytest.raises(Rejected):
        outbound.mail(bad, SENDER, NOW)


def test_what_is_not_a_message_id_is_not_passed_on() -> None:
    mail = written(reply(message_id="x\r\nBcc: y", references="junk <ok@x>\r\nBcc: z"))

    assert mail["In-Reply-To"] is None
    assert mail["References"] == "<ok@x>"
    assert mail["Bcc"] is None


@settings(deadline=None)
@given(words=st.text(max_size=400))
def test_any_text_is_carried_unchanged(words: str) -> None:
    carried = written(reply(words.encode("utf-8", "replace").decode())).get_content()

    assert carried.split() == words.encode("utf-8", "replace").decode().replace("\x00", "").split()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (535, Unauthorized),
        (530, Unauthorized),
        (534, Unauthorized),
        (550, Rejected),
        (554, Rejected),
        (421, Unavailable),
        (451, Unavailable),
        (299, Unavailable),
    ],
)
def test_an_smtp_answer_means_that_nothing_was_done(code: int, kind: type[Exception]) -> None:
    failure = outgoing.smtp_failure(code, step="RCPT")

    assert type(failure) is kind
    assert str(failure) == f"SMTP {code} at RCPT"
    assert not getattr(failure, "maybe_done", False)


@pytest.mark.parametrize("data_sent", [True, False])
def test_silence_is_only_doubtful_once_the_text_was_on_its_way(data_sent: bool) -> None:
    assert outgoing.smtp_silence(TimeoutError(), data_sent=data_sent).maybe_done is data_sent


@settings(deadline=None)
@given(uidvalidity=st.integers(1, 2**32 - 1), next_uid=st.integers(1, 2**32 - 1))
def test_a_cursor_is_read_back(uidvalidity: int, next_uid: int) -> None:
    position = cursors.position(cursors.cursor(Position(uidvalidity, next_uid)))

    assert position == Position(uidvalidity, next_uid)


@pytest.mark.parametrize("cursor", [None, "", "x", "1:", "1:2:3", "-1:2", "1:99999999999"])
def test_a_cursor_of_somebody_else_is_none(cursor: str | None) -> None:
    assert cursors.position(None if cursor is None else Cursor(cursor)) is None


def seen(
    text: str = "On its way.",
    *,
    author: Author = Author.SELLER,
    kind: Kind = Kind.CHAT,
    orders: tuple[str, ...] = (ORDER,),
    refuses: str = "",
    buyer: str = "Jane",
) -> InboundMessage:
    return InboundMessage(
        id="<copy@x>",
        thread="t",
        author=author,
        sent_at=NOW,
        text=text,
        buyer=buyer,
        kind=kind,
        order_ids=orders,
        refuses=refuses,
    )


REFUSAL = seen(author=Author.PLATFORM, kind=Kind.REFUSAL, refuses="<reply-1@shop.example>")
OTHERS_REFUSAL = seen(author=Author.PLATFORM, kind=Kind.REFUSAL, refuses="<reply-2@shop.example>")


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ([], Trace.UNKNOWN),
        ([seen()], Trace.SENT),
        ([Unplaced(seen())], Trace.SENT),
        ([seen("On  its\r\nway. ")], Trace.SENT),
        ([seen("Other words.")], Trace.UNKNOWN),
        ([seen(orders=("222-2222222-2222222",))], Trace.UNKNOWN),
        ([seen(orders=())], Trace.SENT),
        ([seen(orders=(), buyer="Tom")], Trace.UNKNOWN),
        ([seen(author=Author.BUYER)], Trace.UNKNOWN),
        ([Ignored("x")], Trace.UNKNOWN),
        ([REFUSAL], Trace.REFUSED),
        ([seen(), REFUSAL], Trace.REFUSED),
        ([OTHERS_REFUSAL], Trace.UNKNOWN),
    ],
)
def test_a_copy_proves_the_sending_and_a_refusal_the_opposite(
    outcomes: list[Outcome], verdict: Trace
) -> None:
    dated = [(NOW, outcome) for outcome in outcomes]

    assert tracing.verdict(reply(), "<reply-1@shop.example>", NOW, dated) is verdict


def test_a_copy_from_before_the_attempt_proves_nothing() -> None:
    old = [(NOW - timedelta(minutes=2), seen())]

    assert tracing.verdict(reply(), "<reply-1@shop.example>", NOW, old) is Trace.UNKNOWN


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("copies", "verdict"),
    [
        ([5], Trace.UNKNOWN),  # may be the late copy of the first
        ([-5, 5], Trace.SENT),
        ([4, 5], Trace.SENT),  # both came late
        ([-5, -4], Trace.UNKNOWN),  # from before the attempt, both
        ([], Trace.UNKNOWN),
    ],
)
def test_where_the_same_words_were_sent_before_it_takes_one_copy_more(
    copies: list[int], verdict: Trace
) -> None:
    first = Receipt(id="<reply-0@shop.example>", accepted_at=NOW - 6 * MINUTE)
    again = replace(reply(), earlier=(first,))
    dated: list[tuple[datetime, Outcome]] = [
        (NOW + at * MINUTE, replace(seen(), id=f"<copy-{at}@x>")) for at in copies
    ]

    assert tracing.verdict(again, "<reply-1@shop.example>", NOW, dated) is verdict


def test_one_copy_that_lies_there_twice_is_one() -> None:
    first = Receipt(id="<reply-0@shop.example>", accepted_at=NOW - MINUTE)
    again = replace(reply(), earlier=(first,))
    twice: list[tuple[datetime, Outcome]] = [(NOW, seen()), (NOW + MINUTE, seen())]

    assert tracing.verdict(again, "<reply-1@shop.example>", NOW, twice) is Trace.UNKNOWN


def test_the_same_words_of_last_week_ask_for_no_copy_more() -> None:
    old = Receipt(id="<reply-0@shop.example>", accepted_at=NOW - timedelta(days=7))
    again = replace(reply(), earlier=(old,))

    assert tracing.verdict(again, "<reply-1@shop.example>", NOW, [(NOW, seen())]) is Trace.SENT
