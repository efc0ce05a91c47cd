"""Which of several guesses is picked, and how sure a pick is."""

from responder.domain.model import Intent
from responder.drafting.intent import Guess, decide, rank
from tests.drafting.shipped_intents import INTENTS


def _guess(intent: Intent, score: float) -> Guess:
    return Guess(intent=intent, case=intent.value, score=score)


def test_two_intents_that_are_as_likely_make_an_unknown_with_both_named() -> None:
    pair = (_guess(Intent.CANCEL_ORDER, 0.86), _guess(Intent.CHANGE_ORDER, 0.85))

    understood = decide(pair)

    assert understood.best.intent is Intent.UNKNOWN
    assert str(understood.advice) == "it may be cancel_order or change_order"
    assert understood.others == pair


def test_a_clear_lead_decides_and_the_rest_is_kept() -> None:
    first, second = _guess(Intent.INVOICE, 0.95), _guess(Intent.PAYMENT, 0.8)

    understood = decide((first, second))

    assert understood.best.intent is Intent.INVOICE
    assert understood.best.confidence == 0.95
    assert understood.others == (second,)


def test_a_pick_that_is_often_wrong_is_left_to_a_person_as_a_candidate() -> None:
    doubtful = Guess(intent=Intent.INVOICE, case="invoice", score=0.9, trust=0.6)

    understood = decide([doubtful])

    assert understood.best.intent is Intent.UNKNOWN
    assert understood.others == (doubtful,)
    assert str(understood.advice) == "it may be invoice, which is not sure"


def test_another_intent_close_behind_makes_a_pick_less_sure() -> None:
    first, second = _guess(Intent.INVOICE, 0.9), _guess(Intent.PAYMENT, 0.85)

    assert decide([first, second]).best.confidence < decide([first]).best.confidence


def test_one_guess_stands_for_each_intent() -> None:
    weak, strong = (
        rule
        for rule in INTENTS._rules["en"]
        if rule.case in {"cancel_status", "cancel_order"}  # same intent, two scores
    )

    assert [guess.case for guess in rank([weak, strong])] == ["cancel_status"]
