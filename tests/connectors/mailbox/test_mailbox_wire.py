"""What each mail of a shop's mailbox is read as, and what leaves."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Author, InboundMessage, Kind, Rejected, Reply, SetAside
from connectors.mail.outcome import Ignored, Outcome
from connectors.mail.wire import mime
from connectors.mailbox import wire
from connectors.mailbox.wire import Shop

SAMPLES = Path(__file__).parents[3] / "connectors" / "mailbox" / "samples"
ARRIVED = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
SHOP = Shop(frozenset({"help@shop.example"}), re.compile(r"\b[A-Z]{2}-\d{5}\b"))
MIA = "mia@mail.example|<f1@shop.example>"


def read(raw: bytes) -> Outcome:
    return wire.read(raw, ARRIVED, "INBOX/1", SHOP)


def message(name: str) -> InboundMessage:
    found = read((SAMPLES / f"{name}.eml").read_bytes())
    assert isinstance(found, InboundMessage), found
    return found


def reply_to(found: InboundMessage, text: str = "It is on its way.") -> Reply:
    return Reply(id="reply-2", thread=found.thread, text=text, reply_to=found.reply_to)


def test_a_question_is_a_buyers_message_with_its_order() -> None:
    found = message("question")

    assert (found.author, found.kind) == (Author.BUYER, Kind.CHAT)
    assert (found.buyer, found.buyer_id) == ("José Ruiz", "jose.ruiz@mail.example")
    assert found.text == "¿Dónde está mi pedido AB-12345?"
    assert found.subject == "Pedido AB-12345 ¿dónde está?"
    assert found.order_ids == ("AB-12345",)
    assert found.sent_at == datetime(2026, 11, 20, 7, tzinfo=UTC)


def test_a_follow_up_is_in_the_same_thread_whatever_its_subject() -> None:
    found = message("follow_up")

    assert found.thread == message("question").thread
    assert found.text == "Gracias\nJosé"


def test_somebody_who_names_anothers_mails_reaches_no_thread_but_his_own() -> None:
    raw = (SAMPLES / "follow_up.eml").read_bytes().replace(b"jose.ruiz@", b"thief@")
    found = read(raw)

    assert isinstance(found, InboundMessage)
    assert found.thread != message("question").thread
    assert found.reply_to["to"] == "thief@mail.example"


def test_a_form_of_the_shops_own_site_is_the_buyers_word() -> None:
    found = message("contact_form")

    assert (found.author, found.buyer, found.thread) == (Author.BUYER, "Mia", MIA)
    assert found.reply_to["to"] == "mia@mail.example"


def test_the_shops_own_mail_is_the_sellers_in_the_same_thread() -> None:
    found = message("own_copy")

    assert (found.author, found.thread, found.text) == (Author.SELLER, MIA, "Yes, we do.")


def test_a_machines_answer_starts_no_clock() -> None:
    found = message("vacation")

    assert (found.kind, found.thread) == (Kind.NOTICE, MIA)


@pytest.mark.parametrize("sender", [b"help@shop.example", b"noreply@shop.example"])
@pytest.mark.parametrize(
    "line", [b"Feedback-ID: 1.eu-west-1.x:AmazonSES", b"Auto-Submitted: auto-generated"]
)
def test_what_a_form_of_the_shop_sends_through_a_service_is_a_question(
    sender: bytes, line: bytes
) -> None:
    raw = (SAMPLES / "contact_form.eml").read_bytes()
    raw = re.sub(rb"From: .*", b"From: Shop <" + sender + b">\n" + line, raw, count=1)

    found = read(raw)

    assert isinstance(found, InboundMessage), found
    assert (found.author, found.kind) == (Author.BUYER, Kind.CHAT)


def test_a_form_of_the_shop_passes_on_no_automatic_answer_as_a_question() -> None:
    raw = b"Auto-Submitted: auto-replied\n" + (SAMPLES / "contact_form.eml").read_bytes()

    found = read(raw)

    assert isinstance(found, InboundMessage), found
    assert found.kind is Kind.NOTICE


@pytest.mark.parametrize("kind", [b"disposition-notification", b'"feedback-report"'])
def test_a_report_that_a_reply_was_read_does_not_refuse_it(kind: bytes) -> None:
    raw = (SAMPLES / "bounce.eml").read_bytes()
    assert b"report-type=delivery-status" in raw

    found = read(raw.replace(b"report-type=delivery-status", b"report-type=" + kind))

    assert isinstance(found, Ignored), found


def test_a_delivery_report_refuses_the_reply_that_came_back() -> None:
    found = message("bounce")

    assert (found.kind, found.refuses, found.thread) == (Kind.REFUSAL, "<own@shop.example>", MIA)
    assert "mia" not in found.text


@pytest.mark.parametrize("name", ["newsletter", "machine", "bounce_of_another", "bounce_delayed"])
def test_what_is_nobodys_question_is_left_alone(name: str) -> None:
    assert isinstance(read((SAMPLES / f"{name}.eml").read_bytes()), Ignored)


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        (b"=?utf-8?q?M=C3=BCller=2C_J=C3=B6rg?= <j@mail.example>", "Müller, Jörg"),
        (b'"M\xc3\xbcller, J\xc3\xb6rg" <j@mail.example>', "Müller, Jörg"),
        (b"Miller, Joe <j@mail.example>", "Joe"),
        (b"Joe [private] <j@mail.example>", "j@mail.example"),
        (b'27" screens <j@mail.example>', "j@mail.example"),
        (b"=?utf-8?q?mia=40mail=2Eexample=2C?= <j@mail.example>", "mia@mail.example,"),
        (b"mia@mail.example <j@mail.example>", "j@mail.example"),
    ],
)
def test_a_sender_is_his_address_however_his_name_is_written(sender: bytes, name: str) -> None:
    raw = (SAMPLES / "question.eml").read_bytes()
    found = read(re.sub(rb"From: .*", lambda _: b"From: " + sender, raw, count=1))

    assert isinstance(found, InboundMessage), found
    assert (found.buyer_id, found.buyer) == ("j@mail.example", name)
    assert found.reply_to["to"] == "j@mail.example"


@pytest.mark.parametrize(
    ("date", "starts", "warned"),
    [
        (b"05:00:00 +0000", "08:00", True),  # a slow clock, or one of another zone
        (b"07:59:30 +0000", "08:00", False),
        (b"08:30:00 +0000", "08:30", False),
    ],
)
def test_no_question_is_older_than_the_first_server_that_had_it(
    date: bytes, starts: str, warned: bool
) -> None:
    passed = b"Received: from b by mx; Fri, 20 Nov 2026 09:10:00 +0000\n"
    passed += b"Received: from pc by b; Fri, 20 Nov 2026 08:00:00 +0000\n"
    raw = (SAMPLES / "question.eml").read_bytes()
    raw = re.sub(rb"Date: .*", b"Date: Fri, 20 Nov 2026 " + date, raw, count=1)

    found = read(passed + raw)

    assert isinstance(found, InboundMessage), found
    assert f"{found.sent_at:%H:%M}" == starts
    assert bool(found.warnings) is warned


@pytest.mark.parametrize("sender", [b"nobody", "ann@müller.example".encode(), b""])
def test_a_mail_of_which_nobody_knows_the_sender_is_for_a_person(sender: bytes) -> None:
    raw = (SAMPLES / "question.eml").read_bytes()
    found = read(re.sub(rb"From: .*", lambda _: b"From: " + sender, raw, count=1))

    assert isinstance(found, SetAside), found
    assert found.reason == "the sender's address cannot be read"


def test_what_the_shop_writes_to_itself_is_left_alone() -> None:
    raw = b"Reply-To: help@shop.example\n" + (SAMPLES / "own_copy.eml").read_bytes()

    found = read(raw.replace(b"Mia <mia@mail.example>", b"help@shop.example"))

    assert isinstance(found, Ignored), found


def test_a_header_that_would_take_seconds_is_for_a_person() -> None:
    found = read(b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nhello")

    assert isinstance(found, SetAside), found
    assert "cannot be read" in found.reason


def test_a_sender_who_is_not_who_he_claims_to_be_is_for_a_person() -> None:
    found = read((SAMPLES / "forged.eml").read_bytes())

    assert isinstance(found, SetAside)
    assert "dmarc failed" in found.reason


def test_an_answer_goes_to_the_buyer_in_his_thread() -> None:
    found = message("follow_up")

    sent = wire.delivery(reply_to(found), "Shop <help@shop.example>", ARRIVED)

    mail = message_from_bytes(sent.content)
    assert (sent.recipient, sent.message_id) == ("jose.ruiz@mail.example", "<reply-2@shop.example>")
    assert mail["Subject"] == "Re: Pedido AB-12345"
    assert mail["In-Reply-To"] == "<q2@mail.example>"
    parsed = mime.parsed(sent.content, "")
    assert wire.thread_key(sent.recipient, wire.root_of(parsed, sent.message_id)) == found.thread


def test_a_long_chain_keeps_the_mail_that_it_began_with() -> None:
    chain = " ".join(f"<m{number}@mail.example>" for number in range(60))
    raw = (SAMPLES / "follow_up.eml").read_bytes()
    raw = re.sub(rb"References: .*", f"References: {chain}".encode(), raw)
    found = read(raw)
    assert isinstance(found, InboundMessage)

    sent = wire.delivery(reply_to(found), "help@shop.example", ARRIVED)

    assert found.thread.endswith("|<m0@mail.example>")
    assert wire.root_of(mime.parsed(sent.content, ""), "") == "<m0@mail.example>"
    assert len(found.reply_to["references"].split()) == 21


@pytest.mark.parametrize("to", ["", "nobody", "a@b c", "x@mail.example\r\nBcc: y@mail.example"])
def test_an_answer_to_nobody_is_rejected(to: str) -> None:
    found = replace(message("question"), reply_to={"to": to})

    with pytest.raises(Rejected):
        wire.delivery(reply_to(found), "help@shop.example", ARRIVED)


def test_an_empty_answer_is_rejected() -> None:
    with pytest.raises(Rejected):
        wire.delivery(reply_to(message("question"), " \n"), "help@shop.example", ARRIVED)


@given(raw=st.binary(max_size=200))
def test_any_bytes_are_something(raw: bytes) -> None:
    found = read(b"From: a@mail.example\nDate: now\n" + raw)

    assert isinstance(found, Ignored | SetAside | InboundMessage)
