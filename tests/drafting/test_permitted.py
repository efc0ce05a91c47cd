"""The conversation's own numbers in a reply: found in one pass, and never more than they are."""

from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from responder.drafting.permitted import Permitted

WORDS = st.text("ab1 ", max_size=9)


@given(text=st.text("ab1 ", max_size=60), allowed=st.lists(WORDS, max_size=5), at=st.data())
def test_a_place_is_held_where_one_value_covers_all_of_it(
    text: str, allowed: list[str], at: st.DataObject
) -> None:
    start = at.draw(st.integers(0, len(text)))
    end = at.draw(st.integers(start, len(text)))
    spans = []
    for value in {one.strip() for one in allowed if len(one.strip()) > 3}:
        place = text.find(value)
        while place >= 0:
            spans.append(range(place, place + len(value)))
            place = text.find(value, place + len(value))

    own = Permitted(text, allowed)

    if start < end:
        places = range(start, end)
        assert own.holds(start, end) == any(start in one and end - 1 in one for one in spans)
        assert own.touches(start, end) == any(at in one for one in spans for at in places)
        assert own.strange_digits(start, end) == sum(
            text[at] == "1" for at in places if not any(at in one for one in spans)
        )


def test_what_is_too_short_to_be_anybodys_number_permits_nothing() -> None:
    assert not Permitted("No 123 here", ["123", " 12 ", ""]).touches(0, 11)


def test_many_numbers_of_ones_own_cost_no_more_than_few() -> None:
    """A buyer may name thousands, and a reply may say them all back."""
    text = "w " * 10_000
    allowed = [("w " * words).strip() for words in range(3, 40)]

    started = process_time()
    own = Permitted(text, allowed)
    held = [own.holds(at, at + 5) for at in range(0, 19_990, 6)]

    assert all(held)
    assert process_time() - started < 1
