import pytest

from responder.drafting import Drafting
from responder.drafting.edited import checked, take
from responder.drafting.problems import DraftingConfigError

KEY = "en/order_status.tracked"


@pytest.fixture
def drafting(shipped: Drafting) -> Drafting:
    return shipped.with_experience(lambda _: None)


def file_of(drafting: Drafting, key: str = KEY) -> str:
    return next(one.file for one in drafting.templates if one.key == key)


def test_edited_words_take_the_place_of_their_file(drafting: Drafting) -> None:
    changed = file_of(drafting) + "We are watching it.\n"

    assert take(drafting, {KEY: changed}) == ()

    assert file_of(drafting) == changed
    assert len(drafting.templates) == len(drafting.files.all)
    assert take(drafting, {}) == ()
    assert "watching" not in file_of(drafting)


def test_words_that_cannot_be_used_any_more_leave_the_file(drafting: Drafting) -> None:
    before = file_of(drafting)

    problems = take(drafting, {KEY: before + "{{ order.nothing }}", "en/gone": before})

    assert file_of(drafting) == before
    assert [str(one.file) for one in problems] == [KEY, "en/gone"]


def test_everything_wrong_is_named_with_its_line(drafting: Drafting) -> None:
    with pytest.raises(DraftingConfigError) as wrong:
        checked(drafting, "en", "a", file_of(drafting) + "Write to me@example.com.\n")

    assert any("breaks the rule email" in str(one) for one in wrong.value.problems)


def test_words_that_cannot_be_filled_in_are_named(drafting: Drafting) -> None:
    odd = '{% if marketplace == "taobao" %}{{ shop.hours }}{% endif %}\n'

    with pytest.raises(DraftingConfigError):
        checked(drafting, "en", "a", file_of(drafting) + odd)


def test_a_drafting_with_another_model_keeps_what_was_edited(drafting: Drafting) -> None:
    changed = file_of(drafting) + "We are watching it.\n"
    take(drafting, {KEY: changed})

    other = drafting.with_experience(lambda _: None)

    assert file_of(other) == changed
    assert "watching" not in next(one.file for one in other.files.all if one.key == KEY)
