"""Amazon's mails, read: who wrote, however his name is written."""

import re

import pytest

from connectors.base import SetAside
from tests.connectors.amazon.mails import ALIAS, SAMPLES, message, read

QUESTION = (SAMPLES / "en_us.eml").read_bytes()


def sent_by(sender: bytes) -> bytes:
    return re.sub(rb"From: .*", lambda _: b"From: " + sender, QUESTION, count=1)


@pytest.mark.parametrize(
    "name",
    [
        b"=?utf-8?q?M=C3=BCller=2C_J=C3=B6rg?=",
        b'"=?utf-8?q?M=C3=BCller=2C_J=C3=B6rg?= - Amazon Marketplace"',
        b"=?utf-8?q?M=C3=BCller=2C?=\r\n =?utf-8?b?IErDtnJn?=",
        '"Müller, Jörg"'.encode(),
    ],
)
def test_a_buyer_with_a_comma_in_his_name_is_a_buyer(name: bytes) -> None:
    found = message(sent_by(name + b" <" + ALIAS + b">"))

    assert (found.buyer, found.buyer_id) == ("Müller, Jörg", "m1z9b3mk8gb1c26")
    assert found.reply_to["to"] == ALIAS.decode()


@pytest.mark.parametrize(
    "sender",
    [
        b"=?utf-8?q?m1z9b3mk8gb1c26=40marketplace=2Eamazon=2Ecom=2C?= <x@evil.example>",
        ALIAS + b" <x@evil.example>",
        ALIAS + b", x@evil.example",
        b"<" + ALIAS + b">\r\nFrom: x@evil.example",
    ],
)
def test_a_stranger_who_shows_a_buyers_address_as_his_name_is_no_buyer(sender: bytes) -> None:
    found = read(sent_by(sender))

    assert isinstance(found, SetAside), found
    assert "imitates Amazon" in found.reason


def checked(*results: bytes) -> bytes:
    unchecked = re.sub(rb"Authentication-Results: .*\n", b"", QUESTION)
    return b"".join(b"Authentication-Results: " + one + b"\r\n" for one in results) + unchecked


@pytest.mark.parametrize(
    "results",
    [
        (b"mx.example; spf=pass; dkim=pass header.d=evil.example; dmarc=fail",),
        (b"mx.example; spf=fail; dkim=none", b"mine.example; dkim=pass header.d=amazon.com"),
    ],
)
def test_a_sender_whom_the_receiving_server_did_not_believe_is_not_believed(
    results: tuple[bytes, ...],
) -> None:
    found = read(checked(*results))

    assert isinstance(found, SetAside), found
    assert "phishing" in found.reason


@pytest.mark.parametrize(
    "results",
    [
        (b"mx.example; spf=pass; dkim=pass header.d=amazon.com; dmarc=pass",),
        (b"mx.example; spf=fail", b"MX.example; dkim=pass header.d=amazon.com"),
    ],
)
def test_a_sender_whom_the_receiving_server_believed_is_believed(
    results: tuple[bytes, ...],
) -> None:
    assert message(checked(*results)).buyer_id == "m1z9b3mk8gb1c26"
