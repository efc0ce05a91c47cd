"""The ladder of a thread: what counts as a step, a yes, a no, and which tone was heard."""

from dataclasses import replace

import pytest

from responder.domain.ladder import Answer, Step
from responder.domain.model import Author, Intent
from responder.drafting.said import answer_in, has_photos, numbers_said, step_in, thread_facts
from responder.drafting.steps import Made
from tests.drafting.said import BROKEN, NOW, PHOTO, said


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
