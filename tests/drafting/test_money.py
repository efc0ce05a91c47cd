from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.drafting.money import amounts


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("you paid $1,299.90 for it", "1299.90", "USD"),
        ("1.299,90 € bezahlt", "1299.90", "EUR"),
        ("us$ 20 back", "20", "USD"),
        ("twenty euros", "20", "EUR"),
        ("zwanzig euro", "20", "EUR"),
        ("退您一百二十元", "120", "CNY"),
        ("补两块", "2", "CNY"),
        ("3,000円", "3000", "JPY"),
        ("hk$30", "30", "USD"),
        ("20 zł", "20", "PLN"),
        ("1.299 eur", "1299", "EUR"),
        ("50 us dollars", "50", "USD"),
        ("usd: 50", "50", "USD"),
        ("$**50**", "50", "USD"),
        ("$\n50", "50", "USD"),
        ("50,- €", "50", "EUR"),
        ("50,–€", "50", "EUR"),
        ("a 50-dollar gift", "50", "USD"),
        ("fifty-five dollars", "55", "USD"),
        ("one hundred and five dollars", "105", "USD"),
        ("two thousand five hundred dollars", "2500", "USD"),
        ("fünfundfünfzig euro", "55", "EUR"),
        ("ventuno euro", "21", "EUR"),
        ("quatre-vingt-dix euros", "90", "EUR"),
        ("treinta y cinco euros", "35", "EUR"),
        ("伍拾元", "50", "CNY"),
        ("叁佰貳拾元", "320", "CNY"),
        ("廿五元", "25", "CNY"),
        ("五〇元", "50", "CNY"),
        ("一百五十元", "150", "CNY"),
        ("一百五元", "150", "CNY"),
        ("一百零五元", "105", "CNY"),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, value: str, currency: str) -> None:
    [amount] = amounts(text)

    assert amount.values[0] == Decimal(value)
    assert amount.currencies[0] == currency


@pytest.mark.parametrize(
    "text",
    ["order 4411", "3 items", "two boxes", "the euro", "十个", "europe 2024", "1.5 kg", "30 days"],
)
def test_a_number_without_a_currency_is_no_amount(text: str) -> None:
    assert list(amounts(text)) == []


def test_a_number_of_two_readings_keeps_both() -> None:
    [amount] = amounts("1,299 usd")

    assert amount.values == (Decimal(1299), Decimal("1.299")), "the greatest comes first"


@given(st.text(st.sampled_from("0123456789 .,-/$€¥元块十百one twoeurusd"), max_size=120))
def test_no_text_breaks_it(text: str) -> None:
    found = list(amounts(text))

    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= after.start for one, after in pairwise(found))
