from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.drafting.llm.grounding import Known, Sort, items
from responder.drafting.numbers import readings
from tests.llm.scene import facts

APPROVED = "A refund takes 2-3 business days and costs nothing above $35. Return it within 30 days."
KNOWN = Known(facts(), [APPROVED])


def unknown(text: str) -> list[str]:
    return [text[item.start : item.end] for item in KNOWN.unknown_in(text)]


@pytest.mark.parametrize(
    "text",
    [
        "by May 10",
        "on 10 May 2024",
        "am 10. Mai",
        "le 10 mai",
        "el 10 de mayo de 2024",
        "il 10 maggio",
        "em 10 de maio",
        "op 10 mei",
        "10 maja",
        "10 Mayıs",
        "5月10日",
        "2024年5月10日",
        "5월 10일",
        "2024-05-10",
        "10.05.2024",
        "5/10",
        "10.05.",
        "05/10/2024",
        "order 123-1234567-1234567",
        "jd014600006821234567",
        "$25.99",
        "25,99 $",
        "USD 25.99",
        "25.99 dollars",
        "2 x Socks",
        "within 2-3 business days",
        "2 to 3 business days",
        "in two days",
        "在3天内",
        "free above $35.00",
        "30 days",
        "thirty days",
        "1. Look.\n2. Wait.",
        "十分感谢",
        "a few days",
        "one of us",
        "１０ Mai",
    ],
)
def test_what_is_known_may_be_said_in_any_way(text: str) -> None:
    assert unknown(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "by May 11",
        "May 10, 2025",
        "am 11. Mai",
        "5月11日",
        "11.05.2024",
        "tomorrow",
        "next week",
        "am Montag",
        "明天",
        "来週",
        "내일",
        "$26",
        "25.99 €",
        "€25.99",
        "fifty dollars",
        "fünfzig Euro",
        "五百元",
        "500 円",
        "1.000,50 €",
        "10%",
        "ten percent",
        "八折",
        "百分之五十",
        "50 Prozent",
        "half percent",
        "35 days",
        "4 days",
        "zwei Wochen",
        "3 months",
        "24 hours",
        "五天",
        "2 weeks",
        "order 123-1234567-1234568",
        "JD014600006821234568",
        "A1B2C3",
        "8812345",
        "٧٧ pieces",
        "７７",
        "7 x Socks",
        "www.example.com",
        "http://dhl.com/x",
        "shop.example",
        "a@b.com",
        "@kim_shop",
    ],
)
def test_what_is_not_known_is_found(text: str) -> None:
    assert unknown(text)


def test_numbers_of_one_kind_do_not_prove_those_of_another() -> None:
    assert unknown("$30") == ["$30"], "30 days are no 30 dollars"
    assert unknown("35 days") == ["35 days"]
    assert unknown("10 parcels") == ["10"], "the tenth of May is no ten"


def test_invisible_marks_and_wide_digits_hide_nothing() -> None:
    assert unknown("refund of $5\u200b00") == ["$5\u200b00"]
    assert unknown("refund of ＄５００") == ["＄５００"]


def test_places_are_those_of_the_text_itself() -> None:
    text = "Hello ﬁne, pay $99 now"

    assert unknown(text) == ["$99"]


def test_a_separator_may_mean_two_things() -> None:
    assert readings("1,234") == {"1234", "1.234"}
    assert readings("1.234,50") == {"1234.5"}
    assert readings("1,234.50") == {"1234.5"}
    assert readings("12.5") == {"12.5"}
    assert readings("一百二十") == {"120"}
    assert readings("twenty five") == {"25"}


@given(text=st.text(max_size=300))
def test_any_text_can_be_taken_apart(text: str) -> None:
    for item in items(text):
        assert 0 <= item.start < item.end <= len(text)
        assert item.readings
        assert item.sort in Sort


@given(text=st.text(st.sampled_from("0123456789 .,-/:$€%日天元 abMay"), max_size=200))
def test_what_a_text_says_is_known_from_it(text: str) -> None:
    assert list(Known({}, [text]).unknown_in(text)) == []


@pytest.mark.parametrize(
    "piece", ["1 ", "1-", "a1-", "1.", "十", "two ", "1 to ", "www.", "a@", "10. ", "$", "(", "9,"]
)
def test_no_text_takes_long(piece: str) -> None:
    text = (piece * 1_500)[:1_500]
    started = process_time()

    list(items(text))

    assert process_time() - started < 1
