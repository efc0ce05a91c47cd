"""Lessons outlive the conversation that they are from: they say nothing of who wrote."""

import pytest

from responder.drafting.learned.kept import kept


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Where is it? Best, Maria", "Where is it? Best, (name)"),
        ("I am Mrs SCHMIDT", "I am Mrs (name)"),
        ("my name is Jane Roe, where is it", "my name is (name), where is it"),
        ("write to kim＠qq.com", "write to (mail)"),
        ("call 138–0013–8000", "call (number)"),
        ("Please send it to 12 Main Street, Springfield", "Please send it to (address)"),
        ("寄到浙江省杭州市西湖区文三路1号", "(address)"),
        ("Order 114-1234567-7654321 is late", "Order (number) is late"),
        ("size 42, 2 pieces for 19.99", "size 42, 2 pieces for 19.99"),
        ("The order has not arrived", "The order has not arrived"),
    ],
)
def test_nothing_that_tells_who_it_is_is_kept(text: str, left: str) -> None:
    assert kept(text, "Maria Schmidt").endswith(left)


def test_a_long_text_costs_no_more_than_its_end() -> None:
    assert kept("x" * 50_000 + " where is it?", "Maria Schmidt").endswith("where is it?")
