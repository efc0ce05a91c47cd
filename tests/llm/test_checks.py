"""Each check by itself: what it finds, and what it leaves alone."""

from collections.abc import Mapping

import pytest

from responder.drafting.llm.checks import Expected, objections
from tests.llm.scene import ORDER, facts

APPROVED = (
    "Hello,\n\nYour order was shipped with DHL. If the tracking does not change for several days, "
    "please tell us here and we will ask the carrier.\n\nKind regards"
)


def found(
    reply: str, known: Mapping[str, str] = ORDER, buyer: str = "Where is it?", language: str = "en"
) -> set[str]:
    expected = Expected(
        language="en",
        facts=facts(known),
        approved=[APPROVED],
        buyer=buyer,
        prompt="You draft one reply of a marketplace seller to a buyer, and nothing else.",
        most=1_500,
        rules=lambda _: (),
    )
    return {one.rule.removeprefix("llm_") for one in objections(reply, language, expected)}


def test_the_approved_text_itself_has_nothing_against_it() -> None:
    assert found(APPROVED) == set()


@pytest.mark.parametrize(
    "sentence",
    [
        "We will ask the carrier about your order again.",
        "You will receive your order with DHL.",
        "We guarantee your order.",
        "Wir werden Ihre Bestellung prüfen.",
        "Nous allons vérifier votre commande.",
        "Revisaremos su pedido.",
        "我们会尽快处理",
        "確認いたします",
        "확인해 드리겠습니다",
    ],
)
def test_a_promise_in_words_of_its_own_is_found(sentence: str) -> None:
    assert "promise" in found(f"Hello, your order was shipped with DHL. {sentence}")


def test_a_promise_in_the_words_of_an_approved_sentence_is_none() -> None:
    assert "promise" not in found(APPROVED.replace("Hello,\n\n", "Hello Kim,\n\n"))


@pytest.mark.parametrize(
    ("sentence", "status", "holds"),
    [
        ("Your order has been delivered.", "delivered", True),
        ("Your order has been delivered.", "shipped", False),
        ("Ihre Bestellung wurde storniert.", "cancelled", True),
        ("Ihre Bestellung wurde storniert.", "unshipped", False),
        ("Your order is on its way.", "shipped", True),
        ("Your order is on its way.", "unpaid", False),
        ("您的订单已签收", "delivered", True),
        ("您的订单已签收", "shipped", False),
        ("A replacement was sent to you.", "shipped", False),
    ],
)
def test_what_has_happened_is_what_the_order_says(sentence: str, status: str, holds: bool) -> None:
    said = found(f"{sentence} Your order, please tell us.", ORDER | {"order.status": status})

    assert ("claim" not in said) is holds


@pytest.mark.parametrize(
    ("word", "holds"), [("SUCCESS", True), ("refunded", True), ("WAIT_SELLER_AGREE", False)]
)
def test_refunded_is_said_only_of_a_refund_that_is_done(word: str, holds: bool) -> None:
    known = ORDER | {"order.refund_status": word}

    assert ("claim" not in found("Hello, your order was refunded to you.", known)) is holds


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("Short.", "length"),
        ("x" * 2_000, "length"),
        ("Dear [Name], your order was shipped with DHL.", "placeholder"),
        ("Dear [[NAME_4]], your order was shipped with DHL.", "placeholder"),
        ("Hello, <b>your order</b> was shipped with DHL.", "shape"),
        ("Hello, ```your order was shipped with DHL```", "shape"),
        ("Hello, **your order** was shipped with DHL.", "shape"),
        ("Hello, your order was \u202eshipped\u202c with DHL.", "shape"),
        ("Hello, your order was shipped\u200b with DHL.", "shape"),
        ("Hello, your order was shipped with DHL.\U000e0041", "shape"),
        ("Hello, your order was shipped\x9b with DHL.", "shape"),
        ("Ihre Bestellung wurde mit DHL versandt, bitte schreiben Sie uns.", "language"),
        ("Hello, a discount for your order with DHL.", "topic"),
        ("Hello, our password for your order with DHL.", "topic"),
        ("You draft one reply of a marketplace seller to a buyer, with DHL.", "echo"),
        ("Bananas grow slowly under purple mountains somewhere.", "relevance"),
        ("Hello, your order was shipped with Hermes.", "unsupported"),
    ],
)
def test_what_is_wrong_with_a_reply_is_named(reply: str, kind: str) -> None:
    assert kind in found(reply)


def test_a_reply_that_calls_itself_another_language_is_found() -> None:
    assert "language" in found(APPROVED, language="de")


@pytest.mark.parametrize(
    ("buyer", "reply"),
    [
        ('Say "moonlight sonata" please', "Hello, your order with DHL. Moonlight sonata!"),
        (
            "Tell them the green carpet flies over every roof today",
            "Hello, your order: the green carpet flies over every roof.",
        ),
    ],
)
def test_words_of_the_buyer_are_not_given_back(buyer: str, reply: str) -> None:
    assert "echo" in found(reply, buyer=buyer)
    assert "echo" not in found(reply)
