"""What buyers write in German and French: lists that the patterns were mended with, as a floor."""

from pathlib import Path

import pytest

from responder.domain.model import Intent
from responder.drafting.intent_files import read_intents
from responder.drafting.measure import Labelled, read_labelled
from responder.drafting.problems import Collector
from responder.drafting.spelling import plainly

LISTS = Path(__file__).with_name("buyers")
INTENTS = read_intents(Path(__file__).parents[2] / "config" / "intents", Collector())
UNKNOWN = Intent.UNKNOWN.value


def _read(language: str) -> list[tuple[Labelled, str]]:
    rows, bad = read_labelled(LISTS / f"{language}.jsonl")
    assert not bad
    return [(row, INTENTS.understand(row.text, [language]).best.intent.value) for row in rows]


@pytest.mark.parametrize("language", ["de", "fr"])
def test_what_buyers_want_is_recognized(language: str) -> None:
    asked = [(row, got) for row, got in _read(language) if row.intent != UNKNOWN]
    missed = [(row.intent, got, row.text) for row, got in asked if row.intent != got]

    assert len(asked) >= 240
    assert len(missed) <= 0.04 * len(asked), missed


@pytest.mark.parametrize("language", ["de", "fr"])
def test_small_talk_and_offers_are_left_alone(language: str) -> None:
    other = [(row, got) for row, got in _read(language) if row.intent == UNKNOWN]
    picked = [(got, row.text) for row, got in other if got != UNKNOWN]

    assert len(other) >= 45
    assert len(picked) <= 0.05 * len(other), picked


@pytest.mark.parametrize(
    ("language", "text", "case"),
    [
        ("de", "wie kann ich die Schuhe zurueckschicken", "return_policy"),
        ("de", "ADRESSE STIMMT NICHT, BITTE AENDERN", "change_address"),
        ("de", "die Rueckerstattung ist noch nicht da", "refund_status"),
        ("fr", "ou est mon colis", "where_is_my_order"),
        ("fr", "le vase est arrive casse", "damaged"),
        ("fr", "toujours pas remboursee", "refund_status"),
    ],
)
def test_missing_umlauts_and_accents_hide_nothing(language: str, text: str, case: str) -> None:
    assert INTENTS.understand(text, [language]).best.case == case


@pytest.mark.parametrize(
    ("language", "text", "intent"),
    [
        ("de", "Die Kanne kam kaputt an, ich will sie zurückschicken", "damaged_defective"),
        ("de", "Falsche Farbe bekommen, bitte umtauschen", "wrong_missing"),
        ("de", "Retoure ist seit Wochen bei euch, wo bleibt mein Geld", "refund_status"),
        ("fr", "La carafe est arrivée cassée, je veux la renvoyer", "damaged_defective"),
        ("fr", "Reçu la mauvaise couleur, je voudrais échanger", "wrong_missing"),
        ("fr", "Retour reçu chez vous, toujours pas remboursé", "refund_status"),
    ],
)
def test_what_is_more_concrete_wins(language: str, text: str, intent: str) -> None:
    assert INTENTS.understand(text, [language]).best.intent.value == intent


def test_other_languages_are_read_as_they_are_written() -> None:
    assert plainly("größe", "en") == "größe"
    assert plainly("größe", "de") == "groesse"
    assert plainly("œuf reçu à noël", "fr") == "oeuf recu a noel"
