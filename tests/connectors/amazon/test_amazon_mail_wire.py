"""Amazon's mails, read: every sample as its table says, and no bytes that break the reader."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import connectors.amazon.wire
from connectors.amazon.wire import inbound, senders
from connectors.base import InboundMessage, SetAside
from connectors.mail.outcome import Ignored, Outcome, Unplaced
from connectors.mail.wire import mime, text

SAMPLES = Path(connectors.amazon.wire.__file__).parents[1] / "samples"
EXPECTED = tomllib.loads((SAMPLES / "expected.toml").read_text("utf-8"))
ARRIVED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DEFAULTS: dict[str, Any] = {
    "author": "buyer",
    "kind": "chat",
    "order_ids": [],
    "language": None,
    "sent_at": "08:15:30",
    "refuses": "",
    "references": "",
    "attachments": [],
    "warnings": [],
    "unplaced": False,
}
ALIAS = b"m1z9b3mk8gb1c26@marketplace.amazon.com"
HEAD = b"From: <" + ALIAS + b">\r\nMessage-ID: <1@x>\r\nDate: Fri, 20 Nov 2026 08:15:30 +0000\r\n"
BEGIN, END = "-" * 13 + " Begin message " + "-" * 13, "-" * 13 + " End message " + "-" * 13


def read(raw: bytes) -> Outcome:
    return inbound.read(raw, ARRIVED, "INBOX/7")


def message(raw: bytes) -> InboundMessage:
    outcome = read(raw)
    assert isinstance(outcome, InboundMessage), outcome
    return outcome


def mail(body: str, header: bytes = b"") -> bytes:
    kind = b"Content-Type: text/plain; charset=utf-8\r\n"
    return HEAD + header + kind + b"\r\n" + body.encode()


def framed(words: str) -> str:
    return f"{BEGIN}\n{words}\n{END}\n"


def told(outcome: Outcome) -> dict[str, Any]:
    """An outcome in the words of the table."""
    match outcome:
        case Ignored(reason):
            return {"ignored": reason}
        case SetAside() as aside:
            return {"set_aside": aside.reason}
        case Unplaced(found):
            return {**told(found), "unplaced": True}
        case InboundMessage() as found:
            to = found.reply_to.get("to", "")
            short = to.lower().partition("@")[0] == found.buyer_id
            row = {
                "author": str(found.author),
                "kind": str(found.kind),
                "thread": found.thread,
                "buyer": found.buyer,
                "text": found.text,
                "order_ids": list(found.order_ids),
                "language": found.language,
                "sent_at": f"{found.sent_at:%H:%M:%S}",
                "refuses": found.refuses,
                "references": found.reply_to.get("references", ""),
                "attachments": [
                    f"{each.name} {each.content_type} {each.size} {each.ref}"
                    for each in found.attachments
                ],
                "warnings": list(found.warnings),
                "unplaced": False,
            }
            return row if short or not to else {**row, "reply_to": to}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_is_read_as_its_table_says(name: str) -> None:
    expected = EXPECTED[name]
    if "text" in expected:
        expected = {**DEFAULTS, **expected}

    assert told(read((SAMPLES / f"{name}.eml").read_bytes())) == expected


def test_every_sample_has_a_row_in_the_table() -> None:
    assert {path.stem for path in SAMPLES.glob("*.eml")} == set(EXPECTED)


def test_the_message_id_names_a_message() -> None:
    assert message(mail(framed("hello"))).id == "<1@x>"


def test_without_a_message_id_the_content_names_it_whatever_servers_added() -> None:
    raw = (SAMPLES / "no_message_id.eml").read_bytes()

    first, relayed = read(raw), read(b"Received: from somewhere\r\n" + raw)
    other = read(raw.replace(b"hello", b"goodbye"))

    assert isinstance(first, InboundMessage)
    assert isinstance(relayed, InboundMessage)
    assert isinstance(other, InboundMessage)
    assert first.id.startswith("sha256:")
    assert first.id == relayed.id != other.id
    assert first.reply_to["message_id"] == ""


def test_a_message_carries_all_that_an_answer_needs() -> None:
    found = message((SAMPLES / "en_uk.eml").read_bytes())

    assert dict(found.reply_to) == {
        "to": "abcdef12345678@marketplace.amazon.co.uk",
        "message_id": "<0100-uk@email.amazonses.com>",
        "references": "<0100-first@email.amazonses.com> <reply-7@shop.example>",
        "subject": "RE: Inquiry from Amazon customer Tom (Order: 202-1234567-7654321)",
        "buyer": "Tom",
    }


def test_the_alias_is_compared_without_case_and_case_id() -> None:
    upper = message(mail("x").replace(ALIAS, b"M1Z9B3MK8GB1C26@MARKETPLACE.AMAZON.COM"))

    assert upper.thread == message(mail("x")).thread == "m1z9b3mk8gb1c26|"


@pytest.mark.parametrize(
    "address",
    [
        "m1@marketplace.amazon.com.br.golpe.com",
        "m1@evil-marketplace.amazon.com",
        "m1@marketplace.amazon.comm",
        "m1+short@marketplace.amazon.com",
        "m-1@marketplace.amazon.com",
        "donotreply@marketplace.amazon.de",
        "m1@marketplace.amazon.com>",
    ],
)
def test_what_only_looks_like_a_relay_address_is_none(address: str) -> None:
    assert senders.alias_of(address) == ""


def test_a_late_mail_keeps_the_moment_amazon_sent_it() -> None:
    late = inbound.read(mail(framed("hello")), ARRIVED + timedelta(hours=5), "INBOX/7")

    assert isinstance(late, InboundMessage)
    assert late.sent_at == datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)


def dated(date: str, *received: str) -> InboundMessage:
    """A buyer's mail with this Date, that arrived on the 20th, past these servers."""
    lines = "".join(f"Received: from a by b with SMTP id 7; {one}\r\n" for one in received)
    head = HEAD.replace(b"Fri, 20 Nov 2026 08:15:30 +0000", date.encode())
    outcome = inbound.read(lines.encode() + head + b"\r\nHello", ARRIVED, "INBOX/1")
    assert isinstance(outcome, InboundMessage)
    return outcome


@pytest.mark.parametrize(
    ("date", "received", "starts", "warned"),
    [
        ("Fri, 20 Nov 2026 06:00:00 +0000", [], "2026-11-20T06:00", ""),
        ("Tue, 17 Nov 2026 06:00:00 +0000", [], "2026-11-17T06:00", ""),
        ("Fri, 20 Nov 2026 17:00:00 +0800", [], "2026-11-20T09:00", ""),
        ("Fri, 20 Nov 2026 09:03:00 +0000", [], "2026-11-20T09:00", ""),
        ("Fri, 20 Nov 2026 11:00:00 +0000", [], "2026-11-20T09:00", "Date in the future"),
        ("Sun, 20 Sep 2026 06:00:00 +0000", [], "2026-11-20T09:00", "Date long before arrival"),
        (
            "Sun, 20 Sep 2026 06:00:00 +0000",
            ["Fri, 20 Nov 2026 08:00:00 +0000"],
            "2026-11-20T09:00",
            "Date long before arrival",
        ),
        (
            "Sun, 20 Sep 2026 06:00:00 +0000",
            ["Fri, 20 Nov 2026 08:00:00 +0000", "Sun, 20 Sep 2026 06:00:09 +0000"],
            "2026-09-20T06:00",
            "",
        ),
        (
            "Sun, 20 Sep 2026 06:00:00 +0000",
            ["yesterday", "99 Foo 2026"],
            "2026-11-20T09:00",
            "Date long before arrival",
        ),
    ],
)
def test_the_clock_starts_when_amazon_sent_it_unless_nobody_can_believe_that(
    date: str, received: list[str], starts: str, warned: str
) -> None:
    message = dated(date, *received)

    assert message.sent_at == datetime.fromisoformat(starts).replace(tzinfo=UTC)
    assert any(warning.startswith(warned or "Date") for warning in message.warnings) is bool(warned)


def test_a_date_slightly_in_the_future_is_a_clock_not_a_lie() -> None:
    arrived = datetime(2026, 11, 20, 8, 15, tzinfo=UTC)

    found = inbound.read(mail(framed("hello")), arrived, "INBOX/7")

    assert isinstance(found, InboundMessage)
    assert (found.sent_at, found.warnings) == (arrived, ())


@pytest.mark.parametrize(
    "words",
    [
        "word " * 200_000,
        "-" * 1_000_000,
        "--- " * 250_000,
        "x" * 100_000 + "\n" + "y" * 100_000,
        "line\n" * 10_000,
        f"{BEGIN}\n" * 20_000,
    ],
    ids=["1 MB", "hyphens", "hyphens and spaces", "long lines", "10 000 lines", "markers"],
)
def test_a_very_large_text_comes_through_whole(words: str) -> None:
    assert message(mail(framed(words))).text == words.strip()


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


@pytest.mark.parametrize(
    ("data", "charset", "expected", "warned"),
    [
        (b"plain", "", "plain", False),
        (b"plain", "us-ascii", "plain", False),
        (b"plain", "x-foo", "plain", True),
        ("é".encode(), "", "é", True),
        (b"\xe9", "", "é", True),
        (b"\xe9", "us-ascii", "é", True),
        (b"\xe9", "iso-8859-1", "é", False),
        ("é".encode(), "iso-8859-15", "é", True),
        ("é".encode(), "utf-7", "é", True),
        (b"caf\xe9 \xc3\xa9", "utf-8", "caf� é", True),
        (b"\x81", "", "�", True),
        ("é".encode("utf-16"), "x", "é", False),
        ("é".encode("utf-32"), "", "é", False),
        ("한글".encode("cp949"), "ks_c_5601-1987", "한글", False),
        ("日本".encode("iso-2022-jp"), "iso-2022-jp", "日本", False),
        (b"x", "bad charset!", "x", True),
        (b"\xff\xff", "gb18030", "\ufffd\ufffd", True),
    ],
)
def test_bytes_become_text_whatever_the_mail_claims(
    data: bytes, charset: str, expected: str, warned: bool
) -> None:
    assert text.decoded(data, charset) == (expected, text.decoded(data, charset)[1])
    assert bool(text.decoded(data, charset)[1]) is warned


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\bill.pdf", "bill.pdf"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("a:b*c?.txt", "a_b_c_.txt"),
        ("..", "fallback"),
        ("=?utf-8?b?5Y+R56WoLnBkZg==?=", "发票.pdf"),
        ("x" * 300 + ".png", "x" * 146 + ".png"),
    ],
)
def test_a_file_name_is_safe(raw: str, name: str) -> None:
    assert text.file_name(raw, "fallback") == name


def test_plain_words_between_encoded_words_survive() -> None:
    assert text.words("=?utf-8?q?caf=C3=A9?= caf\u00e9 \\u0041\\u12 =?utf-8?q?x?=").startswith(
        "café "
    )


def test_an_encoded_word_that_cannot_be_decoded_stays_as_it_is() -> None:
    assert text.words("=?utf-8?b?a?= tail") == "=?utf-8?b?a?= tail"
    assert text.words("why =? not") == "why =? not"


def test_a_nameless_file_inside_a_mail_is_an_attachment() -> None:
    kind = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/calendar\r\n"
    )

    found = message(HEAD + kind + b"\r\nBEGIN:VCALENDAR\r\n--b--\r\n")

    assert [(each.name, each.size) for each in found.attachments] == [("attachment-1", 15)]


def test_a_part_that_is_not_text_in_any_charset_is_an_attachment() -> None:
    found = message(HEAD + b"Content-Type: application/zip\r\n\r\nPK\xff\xfe")

    assert [each.content_type for each in found.attachments] == ["application/zip"]


def test_a_soft_break_keeps_the_space_unless_told_otherwise() -> None:
    assert text.unflowed("one \ntwo\n-- \nsig", delete_space=False) == "one two\n-- \nsig"


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


@settings(max_examples=100, deadline=None)
@given(words=st.text(max_size=300))
def test_what_a_buyer_writes_between_the_markers_comes_through(words: str) -> None:
    found = message(mail(framed(words)))

    expected = text.clean(words.encode("utf-8", "replace").decode()).strip()
    assert found.text == expected or not expected.isascii()
    assert found.text.split() == expected.split()


@settings(deadline=None)
@given(name=st.text(max_size=80))
def test_no_file_name_leaves_its_folder(name: str) -> None:
    safe = text.file_name(name, "fallback")

    assert safe
    assert safe not in {".", ".."}
    assert not set(safe) & set("/\\\x00\n:")


def test_part_numbers_are_imaps() -> None:
    parsed = mime.parsed((SAMPLES / "nested.eml").read_bytes(), "INBOX/7")

    assert [each.ref for each in parsed.attachments] == ["INBOX/7/1.2", "INBOX/7/2", "INBOX/7/3"]
