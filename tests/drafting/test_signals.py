from pathlib import Path

import pytest

from responder.domain.reading import Mood, Urgency
from responder.drafting import Drafting
from responder.drafting.signals import mood, signals, urgency

SHIPPED = Path(__file__).parents[2] / "config" / "intents"


@pytest.mark.parametrize(
    ("language", "text", "sign"),
    [
        ("en", "This is the third time I write to you", "third_time"),
        ("zh", "我都问了三次了，没人理", "third_time"),
        ("zh-Hant", "問了好多次都不回覆，一直沒回復", "third_time"),
        ("ja", "何度も連絡しています", "third_time"),
        ("de", "Das ist meine dritte Mail, noch keine Antwort", "third_time"),
        ("fr", "Toujours pas de réponse de votre part", "third_time"),
        ("es", "Es la tercera vez que escribo", "third_time"),
        ("it", "Nessuno risponde, ho scritto più volte", "third_time"),
        ("en", "I need it before Friday, it is urgent", "deadline"),
        ("zh", "急用，麻烦尽快", "deadline"),
        ("en", "What a scam, this is unacceptable", "anger"),
        ("de", "Das ist eine Frechheit", "anger"),
        ("fr", "Je suis très déçu", "disappointed"),
        ("it", "Sono molto soddisfatto, ottimo", "pleased"),
        ("en", "WHERE IS MY ORDER NOW", "shouting"),
    ],
)
def test_a_sign_is_named_as_a_reader_would(language: str, text: str, sign: str) -> None:
    assert sign in signals(text, language, (), 1)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Where is my order?"),
        ("zh", "什么时候发货"),
        ("de", "Wo ist mein Paket?"),
        ("fr", "Où est ma commande ?"),
    ],
)
def test_a_plain_question_shows_nothing(language: str, text: str) -> None:
    assert signals(text, language, (), 1) == ()


def test_a_third_message_without_an_answer_is_a_sign_in_any_language() -> None:
    assert signals("배송", "ko", (), 3) == ("third_time",)
    assert signals("배송", "ko", (), 2) == ()


@pytest.mark.parametrize(
    ("found", "how_urgent", "feeling"),
    [
        ((), Urgency.NORMAL, Mood.NEUTRAL),
        (("pleased",), Urgency.NORMAL, Mood.PLEASED),
        (("deadline",), Urgency.RAISED, Mood.NEUTRAL),
        (("anger", "deadline"), Urgency.RAISED, Mood.ANGRY),
        (("third_time",), Urgency.HIGH, Mood.UNHAPPY),
        (("chargeback",), Urgency.HIGH, Mood.UNHAPPY),
        (("legal_threat",), Urgency.HIGH, Mood.ANGRY),
    ],
)
def test_urgency_and_mood_follow_from_the_signs(
    found: tuple[str, ...], how_urgent: Urgency, feeling: Mood
) -> None:
    assert (urgency(found), mood(found)) == (how_urgent, feeling)


def test_a_threat_is_seen_with_what_it_asks_for(shipped: Drafting) -> None:
    text = "Refund me now or I file a chargeback. Order 114-1234567-1234567, I paid $20."

    observed = shipped.read(text, default="en").observed

    assert observed.signals[0] == "chargeback"
    assert observed.urgency is Urgency.HIGH
    assert [one.value for one in observed.entities] == ["114-1234567-1234567", "20 USD"]


def test_two_wants_of_one_message_are_both_told(shipped: Drafting) -> None:
    text = "Please cancel my order and can you send me the invoice?"

    wants = [want.intent for want in shipped.read(text, default="en").observed.wants]

    assert set(wants) >= {"cancel_order", "invoice"}
