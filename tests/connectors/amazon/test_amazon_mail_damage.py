"""Amazon's mails, read: no bytes break the reader, and no reason quotes a mail."""

from datetime import UTC

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import InboundMessage, SetAside
from connectors.mail.outcome import Ignored, Unplaced
from tests.connectors.amazon.mails import ARRIVED, EXPECTED, HEAD, SAMPLES, read


def test_a_header_that_would_take_seconds_is_set_aside() -> None:
    outcome = read(b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\n" + HEAD + b"\r\nhello")

    assert isinstance(outcome, SetAside)
    assert outcome.id.startswith("sha256:")
    assert outcome.ref == "INBOX/7"


def test_a_mail_that_the_parser_chokes_on_is_set_aside() -> None:
    nested = b"Content-Type: message/rfc822\r\n\r\n" * 3_000

    outcome = read(b"From: a@marketplace.amazon.com\r\n" + nested + b"hello")

    assert isinstance(outcome, SetAside)
    assert "cannot be read" in outcome.reason


def test_a_reason_never_quotes_the_mail() -> None:
    reasons = [row["set_aside"] for row in EXPECTED.values() if "set_aside" in row]

    assert reasons
    assert not any("@" in reason or "phish!" in reason for reason in reasons)


def test_a_delivery_status_that_is_no_list_of_blocks_is_passed_over() -> None:
    kind = (
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n"
    )
    encoded = kind + b"Content-Transfer-Encoding: base64\r\n\r\n!\r\n--b--\r\n"

    assert read(b"From: mailer-daemon@x.example\r\n" + encoded) == Ignored(
        "a bounce of a mail that is not ours"
    )


def clean(value: str) -> bool:
    return "\x00" not in value and value == value.encode("utf-8", "replace").decode()


def check_sanity(raw: bytes) -> None:
    match read(raw):
        case Unplaced(found) | (InboundMessage() as found):
            assert found.id
            assert found.sent_at.tzinfo is UTC
            assert found.sent_at <= ARRIVED
            every = [found.text, found.buyer, found.subject, found.thread, *found.warnings]
            every += [name for each in found.attachments for name in (each.name, each.ref)]
            assert all(clean(value) for value in every + list(found.reply_to.values()))
            assert not any("/" in each.name or "\\" in each.name for each in found.attachments)
        case SetAside() as aside:
            assert aside.id
            assert aside.reason
        case Ignored(reason):
            assert reason


@settings(max_examples=150, deadline=None)
@given(raw=st.binary(max_size=2000))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    check_sanity(raw)
    check_sanity(HEAD + raw)
    check_sanity(HEAD + b"Content-Type: text/html\r\n\r\n" + raw)


@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from(sorted(EXPECTED)),
    cuts=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=12)), max_size=6
    ),
)
def test_no_damage_to_a_sample_breaks_the_reader(
    name: str, cuts: list[tuple[float, int, bytes]]
) -> None:
    raw = (SAMPLES / f"{name}.eml").read_bytes()
    for where, length, patch in cuts:
        start = int(where * len(raw))
        raw = raw[:start] + patch + raw[start + length :]

    check_sanity(raw)
