"""What buyers write in German, French, Spanish, Italian and Japanese, and what is picked for it.

`messages/mended` holds the lists that the patterns were mended by: a floor, and no promise.
`messages/held` was written by somebody else before that, and was never looked at for mending: how
much of it is understood is what may be expected of the next shop. Keep it so.
"""

from pathlib import Path

import pytest

from responder.domain.model import Intent
from responder.drafting.intent_files import read_intents
from responder.drafting.measure import Labelled, read_labelled
from responder.drafting.problems import Collector
from responder.drafting.spelling import plainly

LISTS = Path(__file__).with_name("messages")
INTENTS = read_intents(Path(__file__).parents[2] / "config" / "intents", Collector())
UNKNOWN = Intent.UNKNOWN.value
# of the list: the least right in scope, the most wrong picks, the most picks on unknowns
FLOORS = {"mended": (0.95, 0.03, 0.05), "held": (0.55, 0.20, 0.10)}

languages = pytest.mark.parametrize("language", ["de", "es", "fr", "it", "ja"])
lists = pytest.mark.parametrize("kind", FLOORS)


def picks(kind: str, language: str) -> list[tuple[Labelled, str]]:
    """Each message of the list with the intent that was picked for it."""
    rows, bad = read_labelled(LISTS / kind / f"{language}.jsonl")
    assert not bad
    return [(row, INTENTS.understand(row.text, [language]).best.intent.value) for row in rows]


@languages
@lists
def test_what_buyers_want_is_understood(kind: str, language: str) -> None:
    asked = [(row, got) for row, got in picks(kind, language) if row.intent != UNKNOWN]

    right = [row for row, got in asked if row.intent == got]

    assert len(asked) >= 70
    assert len(right) >= FLOORS[kind][0] * len(asked)


@languages
@lists
def test_a_pick_is_mostly_right(kind: str, language: str) -> None:
    picked = [(row, got) for row, got in picks(kind, language) if got != UNKNOWN]

    wrong = [(row.text, got) for row, got in picked if row.intent != got]

    assert len(wrong) <= FLOORS[kind][1] * len(picked), wrong


@languages
@lists
def test_small_talk_and_offers_are_no_wish_of_a_buyer(kind: str, language: str) -> None:
    other = [(row, got) for row, got in picks(kind, language) if row.intent == UNKNOWN]

    picked = [(got, row.text) for row, got in other if got != UNKNOWN]

    assert len(other) >= 5
    assert len(picked) <= FLOORS[kind][2] * len(other), picked


@pytest.mark.parametrize(
    ("language", "text", "case"),
    [
        ("de", "Die Kanne kam kaputt an, ich will sie zurückschicken", "damaged"),
        ("de", "Falsche Farbe bekommen, bitte umtauschen", "wrong_item"),
        ("de", "Retoure ist seit Wochen bei euch, wo bleibt mein Geld", "refund_status"),
        ("es", "El producto llegó roto y falta el cable. Quiero una solución.", "damaged"),
        ("es", "¿Cuándo me devolverán el dinero? Lo envié de vuelta.", "refund_status"),
        ("es", "Devolví los zapatos y no veo el dinero", "refund_status"),
        ("es", "cancelen, llevo tres semanas esperando", "cancel_order"),
        ("fr", "La carafe est arrivée cassée, je veux la renvoyer", "damaged"),
        ("fr", "Reçu la mauvaise couleur, je voudrais échanger", "wrong_item"),
        ("fr", "Retour reçu chez vous, toujours pas remboursé", "refund_status"),
        ("it", "Ho rispedito il pacco e i soldi non si vedono", "refund_status"),
        ("it", "È arrivato rotto, vorrei fare il reso", "damaged"),
        ("ja", "サイズを間違えて注文しました。交換はできますか。", "exchange_request"),
        ("ja", "返品したのに返金がまだです", "refund_status"),
        ("ja", "割れて届いたので返品したいです", "damaged"),
    ],
)
def test_of_two_things_the_more_concrete_one_is_picked(language: str, text: str, case: str) -> None:
    assert INTENTS.understand(text, [language]).best.case == case


@pytest.mark.parametrize(
    ("language", "marked", "bare"),
    [
        ("de", "Wie kann ich die Schuhe zurückschicken", "wie kann ich die Schuhe zurueckschicken"),
        ("de", "Adresse stimmt nicht, bitte ändern", "ADRESSE STIMMT NICHT, BITTE AENDERN"),
        ("de", "Die Rückerstattung ist noch nicht da", "die Rueckerstattung ist noch nicht da"),
        ("es", "¿Cuándo llegará mi envío?", "cuando llegara mi envio"),
        ("es", "Todavía no llegó", "TODAVIA NO LLEGO"),
        ("fr", "Où est mon colis", "ou est mon colis"),
        ("fr", "Le vase est arrivé cassé", "le vase est arrive casse"),
        ("fr", "Toujours pas remboursée", "toujours pas remboursee"),
        ("it", "Non è più arrivato", "non e piu arrivato"),
        ("it", "La qualità è pessima, si è rotto", "la qualita e pessima, si e rotto"),
    ],
)
def test_a_message_without_its_marks_is_understood_as_with_them(
    language: str, marked: str, bare: str
) -> None:
    understood = INTENTS.understand(marked, [language]).best

    assert understood.intent is not Intent.UNKNOWN
    assert INTENTS.understand(bare, [language]).best == understood


def test_other_languages_are_read_as_they_are_written() -> None:
    assert plainly("größe", "en") == "größe"
    assert plainly("größe", "de") == "groesse"
    assert plainly("œuf reçu à noël", "fr") == "oeuf recu a noel"
    assert plainly("envío de niños", "es") == "envio de ninos"
    assert plainly("è più città", "it") == "e piu citta"
