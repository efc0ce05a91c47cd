import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.drafting.disguise import View, bare, digits, plain, tight, uncovered


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("ＷｅＣｈａｔ", "wechat"),
        ("we\u200bchat", "wechat"),
        ("①③⑧", "138"),
        ("Straße", "straße"),
        ("İ", "i"),
        ("w\u0332e\u0332c\u0336hat", "wechat"),
        ("we\u034fch\u180ba\x1ft", "wechat"),
        ("".join(letter + "\u0336" * 41 for letter in "wechat"), "wechat"),
        ("e\u0301toile", "étoile"),
        ("ｱﾄﾞﾚｽ", "アドレス"),
        ("a\u3164b\u2800c", "a b c"),
        ("&#119;e&#x63;hat&commat;b&period;c", "wechat@b.c"),
        ("this & that; AT&T;", "this & that; at&t;"),
        ("Wеchat, ԝechat", "wechat, wechat"),
        ("чат в сети", "чат в сети"),
        ("ꓪꓰꓚꓧꓮꓔ ᏔᎬᏟᎻᎪᎢ", "wechat wechat"),
        ("🅆🅴🅒🇭🅰t", "wechat"),
    ],
)
def test_the_plain_reading_sees_one_width_and_no_invisible_marks(text: str, seen: str) -> None:
    assert plain(text).text == seen


def test_the_tight_reading_sees_no_spaces_or_signs() -> None:
    assert tight(plain("加 微*信：a-b")).text == "加微信ab"
    assert tight(plain("請加 徽 信 帳號")).text == "请加微信账号"


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


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("葳芯 ab", "微信ab"),
        ("五⭐", "五星"),
        ("hǎo píng", "好评"),
        ("支fu宝", "支付宝"),
        ("嘉薇", "加薇"),
    ],
)
def test_the_tight_reading_hears_what_is_meant(text: str, seen: str) -> None:
    assert tight(plain(text)).text == seen


@pytest.mark.parametrize("text", ["微芯片", "威信", "咸鱼干", "卫星", "小平价"])
def test_the_tight_reading_leaves_real_words_alone(text: str) -> None:
    assert tight(plain(text)).text == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("W h a t s A p p", "whatsapp"),
        ("T.e.l.e.g.r.a.m", "telegram"),
        ("Wh4tsApp", "whatsapp"),
        ("1nstagram", "instagram"),
        ("\u0442\u0435\u0455\u0442", "test"),
        ("Télégram", "telegram"),
        ("l a m p . c o m", "lamp.com"),
        ("order 12 of 30", ""),
        ("a 5 m long", ""),
        ("Größe M, 2 x", "große m, 2 x"),
        ("help@shop.com", ""),
    ],
)
def test_the_bare_reading_sees_the_letters_that_are_meant(text: str, seen: str) -> None:
    assert bare(plain(text)).text == seen


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣", "1380013"),
        ("①③⑧⓪⓪①③", "1380013"),
        ("one three eight double zero one three", "1380013"),
        ("zéro six douze trente quatre vingt", "060000400"),
        ("いちさんはちゼロゼロいちさん", "1380013"),
        ("1★3★8★0★0★1★3", "1380013"),
        ("138 ... 0013 ... 8000", "13800138000"),
        ("138\n001\n380", "138001380"),
        ("l367l9O28S4", "l367l9o28s4"),
        ("1, 2, 3, 4, 5, 6, 7, 8", ""),
        ("one, two, three, four, five, six, seven", ""),
        ("1200*600*750", ""),
        ("36, 38, 40, 42", ""),
        ("13800138000", ""),
        ("from one to two, and three of them", ""),
        ("１２３４５６７８", ""),
    ],
)
def test_what_is_uncovered_are_numbers_that_somebody_hid(text: str, seen: str) -> None:
    assert uncovered(text, plain(text)).text.strip() == seen


def test_a_hidden_number_leads_back_to_where_it_stands() -> None:
    text = "call one three eight zero zero one three now"
    view = uncovered(text, plain(text))

    start, end = view.span(0, 7)

    assert text[start:end] == "one three eight zero zero one three"


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
