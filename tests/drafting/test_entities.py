from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.drafting.entities import entities, names_order


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "order 114-1234567-1234567", [("order", "114-1234567-1234567")]),
        ("zh", "订单3456789012345678901", [("order", "3456789012345678901")]),
        ("de", "Bestellung Nr. 40028922", [("order", "40028922")]),
        ("en", "tracking 1Z999AA10123456784", [("tracking", "1Z999AA10123456784")]),
        ("en", "RX123456789CN is stuck", [("tracking", "RX123456789CN")]),
        ("zh", "顺丰SF1234567890123", [("tracking", "SF1234567890123")]),
        ("en", "in size XL please", [("size", "XL")]),
        ("de", "Größe 42", [("size", "42")]),
        ("zh", "要39码的", [("size", "39")]),
        ("en", "I paid $1,299.90", [("amount", "1299.90 USD")]),
        ("de", "1.299,90 € bezahlt", [("amount", "1299.90 EUR")]),
        ("fr", "25 euros", [("amount", "25 EUR")]),
        ("zh", "花了199元", [("amount", "199 CNY")]),
        ("ja", "3,000円でした", [("amount", "3000 JPY")]),
        ("zh", "¥88", [("amount", "88 CNY")]),
        ("ja", "￥88", [("amount", "88 JPY")]),
        ("en", "on 2025-12-24", [("date", "2025-12-24")]),
        ("en", "on 12/24/2025", [("date", "2025-12-24")]),
        ("fr", "le 24/12/2025", [("date", "2025-12-24")]),
        ("de", "am 24.12.25", [("date", "2025-12-24")]),
        ("de", "am 3. Mai", [("date", "--05-03")]),
        ("en", "by December 24th", [("date", "--12-24")]),
        ("es", "el 3 de febrero de 2026", [("date", "2026-02-03")]),
        ("zh", "12月24日买的", [("date", "--12-24")]),
        ("en", "the 99/99/2025", []),
        ("en", "1/2 of it, 3-5 days, 1.5 kg", []),
        ("en", "hello", []),
    ],
)
def test_what_is_named_is_found_in_one_form(
    language: str, text: str, found: list[tuple[str, str]]
) -> None:
    assert [(one.sort.value, one.value) for one in entities(text, language)] == found


def test_each_stands_where_it_says_and_none_in_another() -> None:
    text = "Order 114-1234567-1234567 of 24 December 2025 for $20, size M, 1Z999AA10123456784."

    found = entities(text, "en")

    assert [text[one.start : one.end] for one in found] == [
        "114-1234567-1234567",
        "24 December 2025",
        "$20",
        "M",
        "1Z999AA10123456784",
    ]


@given(text=st.text(alphabet="0123456789-/.,:$€¥ aXLmsize年月日码Order", max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    found = entities(text, "zh")

    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= after.start for one, after in pairwise(found))


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("my order 113-1234567-1234567", True),
        ("订单4123456789012345678怎么还没到", True),
        ("tracking number 412345678901234567", False),
        ("运单号 4123456789012345678", False),
        ("I ordered 2 of them", False),
    ],
)
def test_the_number_of_a_parcel_names_no_order(text: str, is_named: bool) -> None:
    assert names_order(text) is is_named
