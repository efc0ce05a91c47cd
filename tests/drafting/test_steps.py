"""The ladder of a thread: what was said, where it stands, and the draft of the next step."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from responder.domain.ladder import Answer, Step
from responder.domain.model import Author, Fact, Intent, Kind, Message, MessageId, Proposal
from responder.drafting import Drafting, Question, load
from responder.drafting.said import answer_in, has_photos, numbers_said, step_in, thread_facts
from responder.drafting.steps import Made

CONFIG = Path(__file__).parents[2] / "config"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
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
PHOTO = ({"name": "crack.jpg", "content_type": "image/jpeg"},)


@pytest.fixture(scope="module")
def drafting(tmp_path_factory: pytest.TempPathFactory) -> Drafting:
    folder = tmp_path_factory.mktemp("shops")
    (folder / "corner.toml").write_text(SHOP)
    (folder / "corner").mkdir()
    (folder / "corner" / "faq.md").write_text(
        "## Can I put the cup into the dishwasher?\n\nYes, at 50 degrees.\n"
    )
    return load(CONFIG / "templates", CONFIG / "rules", CONFIG / "intents", folder)


def said(*texts: str, photos: bool = False, by_us: str = "") -> list[Message]:
    """A thread: the buyer begins, then we, and so on."""
    return [
        Message(
            id=MessageId(str(place)),
            seq=place,
            author=Author.SELLER if place % 2 == 0 else Author.BUYER,
            kind=Kind.CHAT,
            sent_at=NOW - timedelta(minutes=60 - place),
            stored_at=NOW,
            text=text,
            attachments=PHOTO if photos and place % 2 else (),
            approved_by=by_us if place % 2 == 0 else "",
        )
        for place, text in enumerate(texts, start=1)
    ]


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


BROKEN = "The cup arrived broken."


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


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("Could you send a photo of it?", Step.PHOTOS),
        ("麻烦拍一下照片", Step.PHOTOS),
        ("Keep it, and we refund 5 EUR.", Step.SMALL_REFUND),
        ("不用退，补偿您10元", Step.SMALL_REFUND),
        ("We can send you a replacement.", Step.REPLACEMENT),
        ("给您重新发一个", Step.REPLACEMENT),
        ("Send it back for a full refund.", Step.RETURN),
        ("全額返金いたします", Step.RETURN),
        ("We are checking with the warehouse.", None),
        ("Your refund of 19.99 EUR has been issued.", None),
    ],
)
def test_only_what_is_plainly_a_step_counts_as_one(text: str, step: Step | None) -> None:
    assert step_in(text) is step


def test_a_second_offer_is_the_larger_one() -> None:
    assert step_in("Keep it, and we refund 9 EUR.", Step.SMALL_REFUND) is Step.LARGE_REFUND


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("ok", Answer.ACCEPTED),
        ("Yes, thank you", Answer.ACCEPTED),
        ("No problem, ok", Answer.ACCEPTED),
        ("好的，谢谢", Answer.ACCEPTED),
        ("einverstanden", Answer.ACCEPTED),
        ("d'accord", Answer.ACCEPTED),
        ("はい、お願いします", Answer.ACCEPTED),
        ("不行，太少了", Answer.DECLINED),
        ("Das reicht mir nicht", Answer.DECLINED),
        ("c'est insuffisant", Answer.DECLINED),
        ("no acepto", Answer.DECLINED),
        ("non basta", Answer.DECLINED),
        ("納得できません", Answer.DECLINED),
        ("When will you answer?", Answer.UNCLEAR),
        ("", Answer.UNCLEAR),
    ],
)
def test_yes_and_no_are_heard_in_many_languages(text: str, answer: Answer) -> None:
    assert answer_in(text) is answer


def test_a_film_or_a_picture_shows_the_fault_and_a_paper_does_not() -> None:
    [message] = said(BROKEN)
    film = {"name": "a.MOV", "content_type": "application/octet-stream"}
    paper = {"name": "invoice.pdf", "content_type": "application/pdf"}

    assert has_photos([replace(message, attachments=(film,))])
    assert not has_photos([replace(message, attachments=(paper,))])
    assert not has_photos([replace(message, author=Author.SELLER, attachments=PHOTO)])


def test_the_tone_follows_the_thread() -> None:
    thread = said(BROKEN, "We are looking.", "And?")

    assert thread_facts(thread[:1], thread[:1], NOW)["thread.tone"].value == "first"
    assert thread_facts(thread, thread[2:], NOW)["thread.tone"].value == "follow_up"
    assert thread_facts(thread, thread[2:], None)["thread.tone"].value == "follow_up"
    assert thread_facts([], [], NOW)["thread.tone"].value == "first"


def test_the_numbers_that_a_buyer_names_may_be_said_back() -> None:
    thread = said("It is order 113-1234567-1234567, box YT123456.", "You mean 999999?")

    assert numbers_said(thread) == ("113-1234567-1234567", "YT123456")


@pytest.mark.parametrize(
    "made",
    [
        Made(step=Step.PHOTOS, intent=Intent.WRONG_MISSING, order="1-2"),
        Made(step=Step.RETURN, intent=Intent.DAMAGED_DEFECTIVE),
    ],
)
def test_a_step_is_read_as_it_was_written(made: Made) -> None:
    assert Made.parse(str(made)) == made


@pytest.mark.parametrize("text", ["", "nonsense", "photos", "photos nonsense 1"])
def test_what_was_not_written_by_us_is_no_step(text: str) -> None:
    assert Made.parse(text) is None


def test_the_caps_are_shown_with_the_ladder(drafting: Drafting) -> None:
    ladder = propose(drafting, said(BROKEN, photos=True)).ladder

    assert ladder["agent_cap"] == "20.00 EUR"
    steps = ladder["steps"]
    assert isinstance(steps, list)
    assert [one["step"] for one in steps] == [step.value for step in Step]
