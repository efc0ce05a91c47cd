"""A draft asks for what it needs, and for nothing that is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from responder.domain.model import Author
from responder.drafting import Drafting
from tests.drafting.questions import SHIPPED_ORDER, message_of, question_of


def test_without_the_order_the_reply_asks_for_it(shipped: Drafting) -> None:
    proposal = shipped.propose(question_of("Where is my parcel?"))

    assert "order number" in proposal.text
    assert proposal.facts == {}
    known = shipped.propose(question_of("Where is my parcel?", facts=SHIPPED_ORDER))
    assert proposal.confidence < known.confidence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Where is my parcel?", "We are looking up your parcel and will answer you here."),
        ("Please cancel my order.", "We are checking whether your order has been shipped"),
        ("Where is my refund?", "We are looking up your refund and will answer you here."),
        ("I want to exchange it for a larger one.", "Please tell us what you would like instead"),
    ],
)
def test_an_order_that_we_know_only_by_its_number_is_not_asked_for(
    shipped: Drafting, text: str, said: str
) -> None:
    question = replace(question_of(text), order_ids=("123-1234567-1234567",))

    proposal = shipped.propose(question)

    assert said in proposal.text
    assert "order number" not in proposal.text
    assert "123-1234567" not in proposal.text
    assert proposal.facts == {}


def test_an_order_that_the_buyer_named_before_is_not_asked_for_again(shipped: Drafting) -> None:
    first = message_of(1, "Hello, order 123-1234567-1234567")
    ours = message_of(2, "What can we do for you?", Author.SELLER)
    messages = [first, ours, message_of(3, "Where is my parcel?")]

    proposal = shipped.propose(question_of(messages=messages))

    assert "order number" not in proposal.text
    told_by_us = [replace(first, author=Author.SELLER), *messages[1:]]
    assert "order number" in shipped.propose(question_of(messages=told_by_us)).text


def test_an_order_whose_facts_are_known_is_not_asked_for(shipped: Drafting) -> None:
    text = "I want to complain about your terrible service"

    assert "order number" in shipped.propose(question_of(text, marketplace="taobao")).text
    known = question_of(text, facts=SHIPPED_ORDER, marketplace="taobao")
    assert "order number" not in shipped.propose(known).text


def test_a_buyer_who_gave_their_measures_is_asked_only_for_the_item(shipped: Drafting) -> None:
    proposal = shipped.propose(
        question_of("身高170体重60公斤穿什么码", marketplace="taobao", language="zh")
    )

    assert proposal.case == "size_fit"
    assert "尺码信息已经收到" in proposal.text
    assert "身高" not in proposal.text


@pytest.mark.parametrize(
    "asked", ["Where is my parcel?", "Wo ist mein Paket?", "我的包裹在哪里？", "荷物はどこですか？"]
)
def test_a_day_of_delivery_that_is_over_is_not_expected_any_more(
    shipped: Drafting, asked: str
) -> None:
    question = question_of(asked, facts=SHIPPED_ORDER)
    on_the_day = datetime(2024, 5, 10, 23, tzinfo=UTC)

    before = shipped.propose(replace(question, now=on_the_day))
    after = shipped.propose(replace(question, now=on_the_day + timedelta(hours=1)))

    assert before.facts["order.deliver_by"].value == "2024-05-10"
    assert "order.deliver_by" not in after.facts
    assert after.text.count("10") < before.text.count("10")
    assert after.facts["order.tracking_number"] == before.facts["order.tracking_number"]
