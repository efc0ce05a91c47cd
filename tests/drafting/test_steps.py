"""The ladder of a thread: where it stands, and the draft of the next step."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from responder.domain.ladder import Step
from responder.domain.model import Fact, Intent, Message, Proposal
from responder.drafting import Drafting, Question, load
from responder.drafting.steps import Made
from tests.drafting.said import BROKEN, NOW, said

CONFIG = Path(__file__).parents[2] / "config"
SHOP = """
accounts = ["amazon-us", "taobao-main"]
currency = "EUR"
[caps]
small = { share = 15, cap = 10.00 }
large = { share = 30, cap = 25.00 }
goodwill = 5.00
agent = 20.00
freight_back = 6.50
"""
ORDER = {
    name: Fact(value=value, source="order 1-2")
    for name, value in {
        "order.id": "1-2",
        "order.status": "delivered",
        "order.total": "39.99",
        "order.currency": "EUR",
    }.items()
}


@pytest.fixture(scope="module")
def drafting(tmp_path_factory: pytest.TempPathFactory) -> Drafting:
    folder = tmp_path_factory.mktemp("shops")
    (folder / "corner.toml").write_text(SHOP)
    (folder / "corner").mkdir()
    (folder / "corner" / "faq.md").write_text(
        "## Can I put the cup into the dishwasher?\n\nYes, at 50 degrees.\n"
    )
    return load(CONFIG / "templates", CONFIG / "rules", CONFIG / "intents", folder)


def propose(
    drafting: Drafting,
    thread: list[Message],
    *,
    made: str = "",
    account: str = "amazon-us",
    facts: dict[str, Fact] | None = None,
    marketplace: str = "amazon",
) -> Proposal:
    return drafting.propose(
        Question(
            marketplace=marketplace,
            buyer="Kim",
            messages=thread,
            facts=ORDER if facts is None else facts,
            default_language="en",
            account=account,
            made=Made.parse(made),
            now=NOW,
        )
    )


def test_the_first_step_asks_for_photos(drafting: Drafting) -> None:
    found = propose(drafting, said(BROKEN))

    assert found.source == "template:en/damaged_defective.photos"
    assert found.step == "photos"
    assert found.ladder["next"] == "photos"


def test_photos_that_came_along_lead_to_the_first_offer(drafting: Drafting) -> None:
    found = propose(drafting, said(BROKEN, photos=True))

    assert found.step == "small_refund"
    assert "5.99 EUR" in found.text
    assert found.facts["ladder.amount"] == Fact(value="5.99 EUR", source="shops/corner.toml: caps")
    assert any("as goodwill" in option for option in found.options)


def test_the_fault_that_is_not_ours_is_an_option_with_a_gap(drafting: Drafting) -> None:
    found = propose(drafting, said(BROKEN, photos=True))

    [goodwill] = [one for one in found.options if "goodwill" in one]
    assert "⟦what was found⟧" in goodwill
    assert "5.00 EUR" in goodwill


def test_photos_that_did_not_come_are_asked_for_in_other_words(drafting: Drafting) -> None:
    thread = said(BROKEN, "Please send a photo.", "The cup is broken, as I said!", by_us="ann")

    found = propose(drafting, thread, made="photos damaged_defective 1-2")

    assert found.source == "template:en/damaged_defective.photos_again"


@pytest.mark.parametrize(
    ("answer", "made", "step"),
    [
        ("No, that is not enough.", "small_refund", "large_refund"),
        ("I don't accept that, send me a new one", "large_refund", "replacement"),
        ("No. I want my money back", "replacement", "return"),
    ],
)
def test_each_refusal_is_answered_by_the_next_step(
    drafting: Drafting, answer: str, made: str, step: str
) -> None:
    thread = said(BROKEN, "An offer.", answer, photos=True, by_us="ann")

    found = propose(drafting, thread, made=f"{made} damaged_defective 1-2")

    assert found.step == step
    assert found.intent is Intent.DAMAGED_DEFECTIVE


def test_what_is_above_the_cap_is_said_to_be_the_supervisors(drafting: Drafting) -> None:
    thread = said(BROKEN, "An offer.", "No, that is too little", photos=True, by_us="ann")

    found = propose(drafting, thread, made="large_refund damaged_defective 1-2")

    assert found.ladder["needs_supervisor"] is True
    assert "a supervisor decides" in found.note


def test_an_accepted_offer_is_thanked_for_and_raises_nothing(drafting: Drafting) -> None:
    thread = said(BROKEN, "An offer.", "OK, that's fine", photos=True, by_us="ann")

    found = propose(drafting, thread, made="small_refund damaged_defective 1-2")

    assert found.source == "template:en/damaged_defective.accepted"
    assert found.step == ""


def test_what_is_neither_yes_nor_no_moves_nothing(drafting: Drafting) -> None:
    thread = said(BROKEN, "An offer.", "And where is my other parcel?", photos=True, by_us="ann")

    found = propose(drafting, thread, made="small_refund damaged_defective 1-2")

    assert (found.intent, found.step) == (Intent.ORDER_STATUS, "")


def test_another_order_begins_at_the_bottom(drafting: Drafting) -> None:
    found = propose(drafting, said(BROKEN), made="large_refund damaged_defective 9-9")

    assert found.step == "photos"


def test_an_offer_from_the_marketplaces_own_inbox_counts(drafting: Drafting) -> None:
    ours = "You may keep the cup, and we refund 5.99 EUR. Is that all right?"
    thread = said(BROKEN, ours, "The cup is broken, that is not enough", photos=True)

    assert propose(drafting, thread).step == "large_refund"


def test_without_caps_the_amount_is_a_gap_for_the_agent(drafting: Drafting) -> None:
    found = propose(drafting, said(BROKEN, photos=True), account="nobody")

    assert "⟦amount⟧" in found.text
    assert [one.rule for one in found.findings] == ["gap"]
    assert found.confidence < propose(drafting, said(BROKEN, photos=True)).confidence


def test_an_order_in_another_currency_has_no_amount(drafting: Drafting) -> None:
    facts = ORDER | {"order.currency": Fact(value="USD", source="order 1-2")}

    assert "⟦amount⟧" in propose(drafting, said(BROKEN, photos=True), facts=facts).text


@pytest.mark.parametrize("value", ["", "many", "NaN", "-5"])
def test_a_total_that_is_no_amount_offers_none(drafting: Drafting, value: str) -> None:
    facts = ORDER | {"order.total": Fact(value=value, source="order 1-2")}

    assert "⟦amount⟧" in propose(drafting, said(BROKEN, photos=True), facts=facts).text


def test_a_question_of_the_faq_is_quoted_with_its_source(drafting: Drafting) -> None:
    found = propose(drafting, said("Can I put the cup into the dishwasher?"), facts={})

    assert "Yes, at 50 degrees." in found.text
    assert found.text.startswith("Hello,")
    source = "shops/corner/faq.md: Can I put the cup into the dishwasher?"
    assert found.facts["faq.answer"] == Fact(value="Yes, at 50 degrees.", source=source)
    assert found.source == f"faq:{source}"


def test_a_likely_answer_is_an_option_that_says_where_it_is_from(drafting: Drafting) -> None:
    found = propose(drafting, said("dishwasher safe? can the cup go in"), facts={})

    assert "50 degrees" not in found.text
    assert any(source.startswith("faq:shops/corner") for source in found.option_sources)


def test_who_had_to_wait_a_day_is_asked_to_excuse_it(drafting: Drafting) -> None:
    late = [replace(one, sent_at=NOW - timedelta(hours=30)) for one in said(BROKEN)]

    assert "sorry that you had to wait" in propose(drafting, late).text
    assert "had to wait" not in propose(drafting, said(BROKEN)).text


def test_the_caps_are_shown_with_the_ladder(drafting: Drafting) -> None:
    ladder = propose(drafting, said(BROKEN, photos=True)).ladder

    assert ladder["agent_cap"] == "20.00 EUR"
    steps = ladder["steps"]
    assert isinstance(steps, list)
    assert [one["step"] for one in steps] == [step.value for step in Step]
