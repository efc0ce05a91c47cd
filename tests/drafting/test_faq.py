"""The seller's own answers: found by likeness, quoted only where they surely were meant."""

from pathlib import Path

import pytest

from responder.drafting.faq import Entry, Faq
from responder.drafting.faq_files import read_faq
from responder.drafting.language import warm_up
from responder.drafting.problems import Collector

FILE = """# Our answers

Not a question.

## Can I wash it in the machine? / How do I clean it?

Yes, at **30 degrees**, inside out.
See [the label](https://corner.example/label).

- no dryer
- no iron

## Do you have a shop that I can visit?

No, we sell online only.

### A part of that answer

Is left out of it.

## How big is the box?

It is 30 x 20 x 10 cm.
"""
CHINESE = """## 可以机洗吗？ / 怎么洗？

可以的，30度以下机洗。

## 有实体店吗？

我们只做网店。
"""


@pytest.fixture
def faq(tmp_path: Path) -> Faq:
    warm_up()
    (tmp_path / "faq.md").write_text(FILE, encoding="utf-8")
    (tmp_path / "faq.zh.md").write_text(CHINESE, encoding="utf-8")
    problems = Collector()
    found = read_faq(tmp_path, problems)
    assert problems.problems == []
    return found


def test_each_heading_is_a_question_with_its_source(faq: Faq, tmp_path: Path) -> None:
    first = faq.all[0]

    assert first.question == "Can I wash it in the machine?"
    assert first.also == ("How do I clean it?",)
    assert first.answer == (
        "Yes, at 30 degrees, inside out. See the label.\n\n- no dryer\n- no iron"
    )
    assert first.source == f"shops/{tmp_path.name}/faq.md: Can I wash it in the machine?"
    assert [one.language for one in faq.all] == ["en", "en", "en", "zh", "zh"]


@pytest.mark.parametrize(
    ("text", "language", "answer"),
    [
        ("Can I wash it in the machine?", "en", "Yes, at 30"),
        ("hello, can i wash this in the washing machine", "en", "Yes, at 30"),
        ("How do I clean it", "en", "Yes, at 30"),
        ("do you have a shop i can visit?", "en", "No, we sell"),
        ("可以机洗吗", "zh", "可以的"),
        ("你们有实体店吗", "zh", "我们只做"),
    ],
)
def test_a_question_that_is_surely_meant_is_found(
    faq: Faq, text: str, language: str, answer: str
) -> None:
    best = faq.find(text, language)[0]

    assert best.entry.answer.startswith(answer)
    assert best.is_sure, best.score


def test_what_only_resembles_a_question_is_likely(faq: Faq) -> None:
    best = faq.find("请问怎么洗呀？", "zh")[0]

    assert (best.entry.answer, best.is_sure) == ("可以的，30度以下机洗。", False)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my parcel? It has not arrived.", "en"),
        ("The box is broken and the cup too", "en"),
        ("I want my money back", "en"),
        ("can you wash your hands of this? I want a refund for the machine", "en"),
        ("快递到哪了", "zh"),
        ("可以退货吗", "zh"),
        ("", "en"),
        ("😀", "en"),
    ],
)
def test_another_question_is_not_answered_from_it(faq: Faq, text: str, language: str) -> None:
    assert not any(one.is_sure for one in faq.find(text, language))


def test_an_answer_in_another_language_is_never_sure(faq: Faq) -> None:
    assert not any(one.is_sure for one in faq.find("可以机洗吗", "en"))


def test_two_answers_that_fit_alike_are_both_only_likely() -> None:
    twice = [
        Entry(question="Is it waterproof?", answer=answer, language="en", source=answer)
        for answer in ("Yes.", "No.")
    ]

    found = Faq(twice).find("Is it waterproof?", "en")

    assert [one.entry.answer for one in found] == ["Yes.", "No."]
    assert not any(one.is_sure for one in found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Nothing but words.", 'has no heading that begins with "## "'),
        ("## A question\n\n## Another\n\nYes.", "faq.md:1: 'A question' has no answer below it"),
        ("## Long\n\n" + "x" * 1_501, "the answer has 1501 characters; at most 1500 are sent"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "faq.md").write_text(text, encoding="utf-8")
    problems = Collector()

    read_faq(tmp_path, problems)

    assert any(said in str(one) for one in problems.problems)


def test_a_shop_without_answers_has_none(tmp_path: Path) -> None:
    assert read_faq(tmp_path / "nothing", Collector()).find("Hello?", "en") == ()
