"""Amazon's mails, read: which message it is, of which thread, and how it is answered."""

import pytest

from connectors.amazon.wire import senders
from connectors.base import InboundMessage
from tests.connectors.amazon.mails import ALIAS, SAMPLES, framed, mail, message, read


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
