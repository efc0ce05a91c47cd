from dataclasses import replace
from pathlib import Path

import pytest

from responder.domain.model import Fact, Intent
from responder.drafting import load
from responder.drafting.from_edit import Edited, Wish, template_of, write
from responder.drafting.problems import DraftingConfigError

CONFIG = Path(__file__).parents[2] / "config"
TEMPLATES, RULES = CONFIG / "templates", CONFIG / "rules"
FACTS = {
    "order.id": "113-1234567-1234567",
    "order.carrier": "UPS",
    "order.tracking_number": "1Z999AA10123456784",
    "order.deliver_by": "2026-05-10",
    "order.status": "shipped",
    "buyer.name": "Jane",
}


def edited(text: str, *, language: str = "en", case: str = "late_delivery") -> Edited:
    return Edited(
        text=text,
        language=language,
        intent=Intent.ORDER_STATUS,
        case=case,
        facts={name: Fact(value=value, source="order") for name, value in FACTS.items()},
    )


WISH = Wish(name="order_status.ours", purpose='Late: what we say to "where is it"')


def test_facts_become_variables_and_the_layouts_words_go() -> None:
    text = (
        "Hello,\n\nYour parcel was shipped with UPS, number 1Z999AA10123456784. It should be "
        "there by May 10.\n\nKind regards"
    )

    made = template_of(edited(text), WISH, TEMPLATES, RULES)

    assert made.source == (
        '+++\npurpose = "Late: what we say to \\"where is it\\""\nintent = "order_status"\n'
        'cases = ["late_delivery"]\n'
        'requires = ["order.carrier", "order.deliver_by", "order.tracking_number"]\n+++\n'
        "Your parcel was shipped with {{ order.carrier }}, number {{ order.tracking_number }}. "
        "It should be there by {{ order.deliver_by | day }}.\n"
    )


def test_a_greeting_of_ones_own_is_kept() -> None:
    made = template_of(
        edited("Dearest customer of our little shop,\n\nIt is late."), WISH, TEMPLATES, RULES
    )

    assert "Dearest customer of our little shop" in made.source


def test_a_greeting_on_the_same_line_goes_in_chinese() -> None:
    made = template_of(edited("您好，包裹已经在路上了。", language="zh"), WISH, TEMPLATES, RULES)

    assert made.source.endswith("+++\n包裹已经在路上了。\n")
    assert made.language == "zh"


def test_facts_become_variables_where_words_stand_without_gaps() -> None:
    text = "您好，快递单号是1Z999AA10123456784已经在路上了。"

    made = template_of(edited(text, language="zh"), WISH, TEMPLATES, RULES)

    assert made.source.endswith("快递单号是{{ order.tracking_number }}已经在路上了。\n")


@pytest.mark.parametrize(
    ("text", "buyer", "what"),
    [
        ("Dear Maria,\n\nYour parcel is late.", "Maria Schmidt", "'Maria'"),
        ("Herzlich, Frau Öz-Şahin, es kommt später.", "Ada Öz-Şahin", "'Öz-Şahin'"),
        ("王明您好，包裹已经在路上了。", "王明", "'王明'"),
        ("Your parcel 1Z999AA10123456785 is late.", "Jane", "'1Z999AA10123456785'"),
        ("Ihr Paket JD 0146 0000 6821 kommt.", "Jane", "'0146 0000 6821'"),
        ("包裹SF1234567890123已发出。", "Jane", "'SF1234567890123'"),
        ("It was handed over on 2026-05-04.", "Jane", "'2026-05-04'"),
    ],
)
def test_what_is_one_buyers_alone_is_never_said_to_all(text: str, buyer: str, what: str) -> None:
    one = edited(text)
    named = replace(one, facts={**one.facts, "buyer.name": Fact(value=buyer, source="order")})

    with pytest.raises(DraftingConfigError, match=f"says {what}"):
        template_of(named, WISH, TEMPLATES, RULES)


def test_a_name_that_is_also_a_word_is_only_a_name_as_it_is_written() -> None:
    one = edited("It will be there soon, at the latest on Friday.")
    named = replace(one, facts={**one.facts, "buyer.name": Fact(value="Will Soo", source="order")})

    made = template_of(named, WISH, TEMPLATES, RULES)

    assert made.source.endswith("It will be there soon, at the latest on Friday.\n")


def test_a_word_that_happens_to_be_a_status_stays_a_word() -> None:
    made = template_of(edited("It has been shipped, UPSIDE up."), WISH, TEMPLATES, RULES)

    assert made.source.endswith("It has been shipped, UPSIDE up.\n")


def test_a_template_for_the_whole_intent_names_no_case() -> None:
    wish = Wish(name="ours", purpose="Late", whole_intent=True, marketplaces=("amazon",))

    made = template_of(edited("It is late."), wish, TEMPLATES, RULES)

    assert "cases" not in made.source
    assert 'marketplaces = ["amazon"]' in made.source


@pytest.mark.parametrize(
    ("text", "name", "what"),
    [
        ("It is {{ late }}.", "ours", "which Liquid would read"),
        ("It is late.", "Ours!", "use small letters"),
        ("It is late.", "layout", "use small letters"),
        ("It is late.", "order_status", "exists: choose another name"),
        ("Mail me at jane@example.org", "ours", "breaks the rule"),
    ],
)
def test_what_the_loader_would_refuse_is_never_made(text: str, name: str, what: str) -> None:
    with pytest.raises(DraftingConfigError, match=what) as refused:
        template_of(edited(text), Wish(name=name, purpose="Late"), TEMPLATES, RULES)

    assert str(TEMPLATES) in str(refused.value)


def test_nothing_is_written_before_it_is_whole_and_then_it_is_used(tmp_path: Path) -> None:
    made = template_of(edited("It is late, and we know."), WISH, TEMPLATES, RULES)

    file = write(made, tmp_path / "templates", TEMPLATES)

    assert file == tmp_path / "templates" / "en" / "order_status.ours.liquid"
    loaded = load(tmp_path / "templates", RULES, CONFIG / "intents")
    assert "en/order_status.ours" in {template.key for template in loaded.templates}
    assert len(loaded.templates) > 50, "the shipped ones came along"


def test_a_template_is_never_written_over(tmp_path: Path) -> None:
    made = template_of(edited("It is late."), WISH, TEMPLATES, RULES)
    write(made, tmp_path / "templates", TEMPLATES)

    with pytest.raises(DraftingConfigError, match="File exists"):
        write(made, tmp_path / "templates", TEMPLATES)


def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    made = template_of(edited("It is late."), WISH, TEMPLATES, RULES)
    (tmp_path / "templates").write_text("a file is in the way")

    with pytest.raises(DraftingConfigError, match="cannot be written"):
        write(made, tmp_path / "templates", TEMPLATES)
