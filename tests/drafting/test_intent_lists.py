"""What Spanish, Italian and Japanese buyers write: most is understood, little of it wrongly.

`messages/<language>.jsonl` was written as such buyers would, each list before the patterns were
mended for it; what new words will reach is less than the floors here.
"""

from pathlib import Path

import pytest

from responder.domain.model import Intent
from responder.drafting.intent import Intents
from responder.drafting.intent_files import read_intents
from responder.drafting.measure import Labelled, read_labelled
from responder.drafting.problems import Collector

INTENTS: Intents = read_intents(Path(__file__).parents[2] / "config" / "intents", Collector())
LANGUAGES = ["es", "it", "ja"]


def _picks(language: str) -> list[tuple[Labelled, Intent]]:
    """Each message of the list with what was picked for it."""
    rows, problems = read_labelled(Path(__file__).parent / "messages" / f"{language}.jsonl")
    assert problems == []
    return [(row, INTENTS.understand(row.text, [language, "en"]).best.intent) for row in rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_of_what_a_buyer_wants_is_understood(language: str) -> None:
    in_scope = [
        (row, picked) for row, picked in _picks(language) if row.intent != Intent.UNKNOWN.value
    ]

    right = [row for row, picked in in_scope if row.intent == picked.value]

    assert len(right) >= 0.95 * len(in_scope)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pick_is_nearly_always_right(language: str) -> None:
    picks = [(row, picked) for row, picked in _picks(language) if picked is not Intent.UNKNOWN]

    wrong = [(row.text, picked.value) for row, picked in picks if row.intent != picked.value]

    assert len(wrong) <= 0.03 * len(picks), wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_small_talk_and_offers_are_no_wish_of_a_buyer(language: str) -> None:
    unknowns = [
        (row, picked) for row, picked in _picks(language) if row.intent == Intent.UNKNOWN.value
    ]

    fired = [row.text for row, picked in unknowns if picked is not Intent.UNKNOWN]

    assert len(fired) <= 0.05 * len(unknowns), fired


@pytest.mark.parametrize(
    ("language", "text", "case"),
    [
        ("es", "El producto llegó roto y falta el cable. Quiero una solución.", "damaged"),
        ("es", "¿Cuándo me devolverán el dinero? Lo envié de vuelta.", "refund_status"),
        ("es", "Devolví los zapatos y no veo el dinero", "refund_status"),
        ("es", "cancelen, llevo tres semanas esperando", "cancel_order"),
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
    ("language", "accented", "bare"),
    [
        ("es", "¿Cuándo llegará mi envío?", "cuando llegara mi envio"),
        ("es", "Todavía no llegó", "TODAVIA NO LLEGO"),
        ("it", "Non è più arrivato", "non e piu arrivato"),
        ("it", "La qualità è pessima, si è rotto", "la qualita e pessima, si e rotto"),
    ],
)
def test_a_message_without_its_accents_is_understood_as_with_them(
    language: str, accented: str, bare: str
) -> None:
    understood = INTENTS.understand(accented, [language]).best

    assert understood.intent is not Intent.UNKNOWN
    assert INTENTS.understand(bare, [language]).best == understood
