"""Amazon's mails, read: texts, headers and files, whatever the mail claims."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.mail.wire import mime, text
from tests.connectors.amazon.mails import BEGIN, HEAD, SAMPLES, framed, mail, message


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
