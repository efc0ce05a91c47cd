from pathlib import Path

import pytest

from responder.domain.model import Severity
from responder.domain.outreach import Occasion
from responder.drafting import Drafting, DraftingConfigError
from responder.drafting.outreach_words import AUDIENCES, broken_rules, load
from responder.settings import shipped_config

SHIPPED = load(shipped_config() / "proactive")
KNOWN = {
    "order_id": "111-2223334-5556667", "item": "Water Bottle", "quantity": "40",
    "doubts": "the street has no house number",
}  # fmt: skip
LANGUAGES = sorted(SHIPPED.texts)


def test_every_language_has_every_occasion_for_everybody() -> None:
    assert LANGUAGES == ["de", "en", "es", "fr", "it", "ja", "zh"]
    for texts in SHIPPED.texts.values():
        assert set(texts) == {(who, one) for who in AUDIENCES for one in Occasion}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("marketplace", ["amazon", "taobao"])
@pytest.mark.parametrize("occasion", list(Occasion))
def test_shipped_words_break_no_rule(
    shipped: Drafting, language: str, marketplace: str, occasion: Occasion
) -> None:
    text = SHIPPED.said(occasion, "buyer", language, KNOWN)
    assert text is not None

    broken = broken_rules(
        shipped, text, account="shop", marketplace=marketplace, language=language,
        order_id=KNOWN["order_id"],
    )  # fmt: skip

    assert broken == (), Severity.BLOCK


@pytest.mark.parametrize("occasion", list(Occasion))
def test_words_fit_the_narrowest_way(occasion: Occasion) -> None:
    item = KNOWN | {"item": "衣" * 300}

    buyer = SHIPPED.said(occasion, "buyer", "zh", item)
    memo = SHIPPED.said(occasion, "warehouse", "zh", item)

    assert buyer is not None
    assert memo is not None
    assert len(memo.encode()) <= 500
    if occasion in {Occasion.DELAYED, Occasion.DELIVERED}:  # what a refund thread is told
        short = SHIPPED.said(occasion, "buyer", "zh", KNOWN)
        assert short is not None
        assert len(short.encode()) <= 400


def test_an_unknown_language_is_answered_in_english() -> None:
    assert SHIPPED.said(Occasion.DELAYED, "buyer", "sv", KNOWN) == SHIPPED.said(
        Occasion.DELAYED, "buyer", "en-US", KNOWN
    )


def test_a_title_with_braces_is_only_words() -> None:
    said = SHIPPED.said(Occasion.QUANTITY, "buyer", "en", KNOWN | {"item": "{doubts} {0}"})

    assert said is not None
    assert "(doubts)" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[buyer]\nlate = 'x'", "buyer.late: there is no such occasion"),
        ("[carrier]\ndelayed = 'x'", "carrier: only buyer and warehouse are read"),
        ("[buyer]\ndelayed = ''", "buyer.delayed: write what is said"),
        ("[buyer]\ndelayed = '{doubts}'", "{doubts} is not known"),
        ("[buyer]\ndelayed = '{order_id'", "buyer.delayed: "),
        ("[buyer]\ndelayed = '{quantity:d}'", "buyer.delayed: "),
        ("[buyer]\ndelayed = '{item:{x}}'", "buyer.delayed: "),
        ("[buyer", "xx.toml"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "xx.toml").write_text(text)

    with pytest.raises(DraftingConfigError, match=r"xx\.toml") as wrong:
        load(tmp_path)

    assert said in str(wrong.value)
