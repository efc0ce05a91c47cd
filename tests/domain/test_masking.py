import pytest

from responder.domain.masking import masked


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Order 114-1234567-7654321 is late", "Order (number) is late"),
        ("call me at +1 (555) 010-9999 please", "call me at (number) please"),
        ("write to jane.doe@example.org", "write to (mail)"),
        ("see https://example.org/a?b=c now", "see (link) now"),
        ("track SF1234567890123", "track (number)"),
        ("订单3456789012345678901到哪了", "订单(number)到哪了"),
        ("size 42, 2 pieces for 19.99", "size 42, 2 pieces for 19.99"),
    ],
)
def test_what_tells_who_it_is_is_taken_out(text: str, kept: str) -> None:
    assert masked(text) == kept


def test_names_that_are_known_are_taken_out_however_they_are_written() -> None:
    assert masked("Regards, JANE Doe", "Jane Doe", "") == "Regards, (name)"


def test_of_a_long_text_the_end_is_kept() -> None:
    assert masked("x" * 5_000 + " where is it?").endswith("where is it?")
    assert len(masked("x" * 5_000)) == 1_500
