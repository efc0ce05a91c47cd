"""A draft is in the buyer's language."""

from dataclasses import replace

import pytest

from responder.drafting import Drafting
from tests.drafting.questions import message_of, question_of


@pytest.mark.parametrize(
    ("text", "language", "start"),
    [
        ("请问什么时候发货？", "zh", "您好"),
        ("注文した商品がまだ届きません。", "ja", "お問い合わせ"),
        ("Wo bleibt mein Paket? Ich warte schon lange.", "de", "Guten Tag"),
        ("Bonjour, où est ma commande ?", "fr", "Bonjour"),
        ("Hola, ¿dónde está mi pedido?", "es", "Hola"),
        ("Buongiorno, dov'è il mio pacco?", "it", "Buongiorno"),
    ],
)
def test_the_reply_is_in_the_buyers_language(
    shipped: Drafting, text: str, language: str, start: str
) -> None:
    proposal = shipped.propose(question_of(text))

    assert (proposal.language, proposal.language_guessed) == (language, False)
    assert proposal.text.startswith(start)


def test_a_language_without_templates_is_said_openly(shipped: Drafting) -> None:
    proposal = shipped.propose(question_of("Dzień dobry, gdzie jest moja paczka?"))

    assert proposal.language == "pl"
    assert "the buyer writes pl, for which there are no templates" in proposal.note
    assert proposal.text.startswith("Hello")


def test_the_marketplaces_word_on_the_language_is_taken_for_short_texts(shipped: Drafting) -> None:
    told = replace(message_of(1, "ok"), language="de-AT")

    proposal = shipped.propose(question_of(messages=[told]))

    assert (proposal.language, proposal.language_guessed) == ("de", False)
