import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.drafting.disguise import View, digits, plain, tight


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("ＷｅＣｈａｔ", "wechat"),
        ("we\u200bchat", "wechat"),
        ("①③⑧", "138"),
        ("Straße", "straße"),
        ("İ", "i̇"),
    ],
)
def test_the_plain_reading_sees_one_width_and_no_invisible_marks(text: str, seen: str) -> None:
    assert plain(text).text == seen


def test_the_tight_reading_sees_no_spaces_or_signs() -> None:
    assert tight(plain("加 微*信：a-b")).text == "加微信ab"
    assert tight(plain("請加 徽 信 帳號")).text == "请加徽信账号"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("一三八 零零一三 八零零零", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("(030) 1234 56", "(030123456"),
        ("room 5, floor 6", "room 5, floor 6"),
        ("1 2", "1 2"),
    ],
)
def test_the_digit_reading_draws_a_number_together(text: str, seen: str) -> None:
    assert digits(plain(text)).text == seen


def test_a_span_leads_back_to_the_original() -> None:
    text = "请加 微 信 abc"
    view = tight(plain(text))
    at = view.text.index("微信")

    start, end = view.span(at, at + 2)

    assert text[start:end] == "微 信"


@given(text=st.text(max_size=200))
def test_every_character_of_a_reading_has_its_place(text: str) -> None:
    whole = plain(text)
    for view in (whole, tight(whole), digits(whole)):
        assert isinstance(view, View)
        assert len(view.text) == len(view.origins)
        assert all(0 <= place < len(text) for place in view.origins)
        assert list(view.origins) == sorted(view.origins)
