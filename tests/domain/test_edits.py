from hypothesis import given
from hypothesis import strategies as st

from responder.domain.edits import distance, share

texts = st.text(alphabet="ab c请", max_size=24)


def _by_the_book(old: str, new: str) -> int:
    row = list(range(len(new) + 1))
    for i, one in enumerate(old, 1):
        below = [i]
        for j, other in enumerate(new, 1):
            below.append(min(row[j] + 1, below[-1] + 1, row[j - 1] + (one != other)))
        row = below
    return row[-1]


@given(old=texts, new=texts)
def test_the_distance_is_that_of_the_book(old: str, new: str) -> None:
    assert distance(old, new) == _by_the_book(old, new)


def test_what_is_not_changed_has_no_distance_and_spaces_around_are_nothing() -> None:
    assert share("It comes tomorrow.\n", " It comes tomorrow.") == 0.0
    assert share("", "") == 0.0


def test_a_share_is_of_the_longer_text() -> None:
    assert share("abcd", "abcdefgh") == 0.5
    assert share("abc", "xyz") == 1.0


def test_two_long_texts_are_compared_in_one_go() -> None:
    assert distance("a" * 5_000, "b" * 5_000) == 5_000
