from dataclasses import replace

import pytest

from responder.domain.model import Intent
from responder.drafting import Drafting
from responder.drafting.intent import Intents, Understanding
from responder.drafting.learned.backtest import backtest
from responder.drafting.learned.model import ShopModel, examples, learn
from tests.drafting.learned.lessons import shop


@pytest.fixture(scope="module")
def intents(shipped: Drafting) -> Intents:
    return shipped.intents


@pytest.fixture(scope="module")
def model(intents: Intents) -> ShopModel:
    return learn(examples(shop(200), intents))


def _seen(model: ShopModel, intents: Intents, text: str) -> Understanding:
    fired = intents.fired(text, ["en"])
    return model.understand(text, intents.judge(fired), fired, intents.touched(text, ["en"]))


def test_a_shops_own_way_of_asking_is_learned(model: ShopModel, intents: Intents) -> None:
    text = "the wombat bites, my dear"

    assert intents.understand(text, ["en"]).best.intent is Intent.UNKNOWN
    seen = _seen(model, intents, text)
    assert seen.best.intent is Intent.RETURN_EXCHANGE
    assert 0.5 < seen.best.confidence <= 1


def test_what_the_rules_know_holds_where_no_lesson_speaks_of_it(
    model: ShopModel, intents: Intents
) -> None:
    text = "please send me an invoice with our VAT number"
    assert Intent.INVOICE not in {one.confirmed for one in shop(200)}

    seen = _seen(model, intents, text)

    assert (seen.best.intent, seen.best.case) == (Intent.INVOICE, "invoice_request")


def test_what_is_not_like_anything_stays_unknown_with_candidates(
    model: ShopModel, intents: Intents
) -> None:
    seen = _seen(model, intents, "hello there")

    assert seen.best.intent is Intent.UNKNOWN
    assert "experience" in str(seen.advice)


def test_the_rules_case_is_kept_where_they_name_one(model: ShopModel, intents: Intents) -> None:
    seen = _seen(model, intents, "any word on the wombat? where is my order")

    assert (seen.best.intent, seen.best.case) == (Intent.ORDER_STATUS, "where_is_my_order")


@pytest.mark.parametrize(
    "threat",
    [
        "the wombat bites and my lawyer will write to you",
        "the wombat bites me, I went to the hospital",
        "wombat goes back or I file a chargeback",
    ],
)
def test_what_a_person_must_decide_is_never_picked(
    model: ShopModel, intents: Intents, threat: str
) -> None:
    seen = _seen(model, intents, threat)

    assert seen.best.confidence == 0.0
    assert "person" in str(seen.advice)


def test_a_learned_complaint_is_never_a_confident_draft(shipped: Drafting) -> None:
    taught = [
        replace(one, confirmed=Intent.COMPLAINT) if one.confirmed is Intent.RETURN_EXCHANGE else one
        for one in shop(200)
    ]
    model = learn(examples(taught, shipped.intents))
    drafting = shipped.with_experience(lambda _: model)

    best = drafting.read("the wombat bites", default="en", shop="it").understood.best

    assert best.intent is Intent.COMPLAINT


def test_learning_twice_gives_the_same_model(model: ShopModel, intents: Intents) -> None:
    again = learn(examples(shop(200), intents))

    assert (again.weights == model.weights).all()
    assert again.curve == model.curve


def test_a_word_of_one_message_is_not_kept(intents: Intents) -> None:
    told = [*shop(100), replace(shop(1)[0], text="my name is Rumpelstiltskin")]

    model = learn(examples(told, intents))

    assert not any("rumpel" in piece for piece in model.vocabulary)


@pytest.mark.parametrize("count", [0, 59])
def test_too_few_lessons_are_refused_with_the_number_that_is_needed(
    intents: Intents, count: int
) -> None:
    with pytest.raises(ValueError, match=f"{count} confirmed messages of .* 60 of at least 2"):
        learn(examples(shop(count), intents))


def test_lessons_of_one_intent_are_refused(intents: Intents) -> None:
    alike = [replace(one, confirmed=Intent.PAYMENT) for one in shop(80)]

    with pytest.raises(ValueError, match="of 1 intents"):
        learn(examples(alike, intents))


def test_a_back_test_says_that_the_model_is_better_where_it_is(intents: Intents) -> None:
    report = backtest(shop(160), intents)

    assert report.better
    assert report.judged == 160 - 60
    assert (report.model.accuracy or 0) > (report.rules.accuracy or 0) + 0.3
    assert "more often than the rules" in report.why


def test_a_back_test_says_that_the_model_is_no_better_where_labels_are_noise(
    intents: Intents,
) -> None:
    kinds = [Intent.PAYMENT, Intent.INVOICE, Intent.UNKNOWN]
    noise = [
        replace(one, confirmed=kinds[sum(map(ord, one.text)) % 3], text=f"{place % 7} {place}")
        for place, one in enumerate(shop(160))
    ]

    report = backtest(noise, intents)

    assert not report.better


def test_a_back_test_of_too_few_lessons_is_refused(intents: Intents) -> None:
    with pytest.raises(ValueError, match="60 to learn from and 40 to judge by"):
        backtest(shop(99), intents)
