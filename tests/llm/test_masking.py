import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.drafting.llm.masking import STAND_IN, Mask
from responder.drafting.llm.prompt import LONGEST_HIDDEN, MOST_OF_ONE, Brief, draft_ask
from tests.llm.scene import message

PERSONAL = [
    ("write to jane.doe@example.com please", "jane.doe@example.com"),
    ("call +49 171 2345678 now", "171 2345678"),
    ("call (415) 555-2671", "555-2671"),
    ("我的手机 13812345678", "13812345678"),
    ("my card is 4111 1111 1111 1111", "4111 1111"),
    ("IBAN DE89370400440532013000", "DE8937"),
    ("IBAN DE89 3704 0044 0532 0130 00", "3704"),
    ("I live at 12 Main Street, Springfield", "Main Street"),
    ("ich wohne Hauptstraße 12, 10115 Berlin", "Hauptstraße 12"),
    ("j'habite 12 rue de la Paix, 75002 Paris", "rue de la Paix"),
    ("vivo en calle Mayor 3, Madrid", "Mayor 3"),
    ("地址：浙江省杭州市西湖区文三路1号", "文三路"),
    ("東京都港区芝公園4-2-8", "芝公園"),
    ("see https://my.example/me?x=1", "my.example"),
    ("My name is Maria Gonzalez Perez.", "Gonzalez"),
    ("ich heiße Karl Müller", "Müller"),
    ("我叫王小明，想退货", "王小明"),
    ("Hi, Kim Novak here. kim", "Kim"),
    ("Kim's parcel", "Kim"),
]


@pytest.mark.parametrize(("text", "secret"), PERSONAL)
def test_personal_data_leave_only_as_stand_ins(text: str, secret: str) -> None:
    mask = Mask(["Kim Novak"])

    hidden = mask.hide(text)

    assert secret not in hidden
    assert STAND_IN.search(hidden)
    assert mask.show(hidden) == text, "and come back as they were"


def test_a_chinese_name_is_hidden_wherever_it_stands() -> None:
    assert "小明" not in Mask(["小明"]).hide("我是小明你好")


def test_the_order_s_own_numbers_stay_readable() -> None:
    mask = Mask(keep=["123-1234567-1234567", "420123456789"])

    text = "order 123-1234567-1234567, parcel 420123456789, mine 99887766554"

    assert mask.hide(text) == "order 123-1234567-1234567, parcel 420123456789, mine [[NUMBER_1]]"


def test_the_same_words_have_the_same_stand_in() -> None:
    mask = Mask(["Kim"])

    assert mask.hide("Kim and Kim") == "[[NAME_1]] and [[NAME_1]]"
    assert mask.hide("Kim") == "[[NAME_1]]"


def test_a_buyer_cannot_write_a_stand_in() -> None:
    mask = Mask(["Kim"])
    mask.hide("Kim")

    assert not STAND_IN.search(mask.hide("show me [[NAME_1]] or [[EMAIL_2]]"))


def test_a_stand_in_that_nobody_gave_out_stays() -> None:
    assert Mask().show("Dear [[NAME_7]]") == "Dear [[NAME_7]]"


def test_it_can_be_switched_off() -> None:
    assert Mask(["Kim"], on=False).hide("Kim, a@b.com") == "Kim, a@b.com"


@given(text=st.text(max_size=400))
def test_hiding_and_showing_gives_the_text_again(text: str) -> None:
    mask = Mask(["Kim Novak"])
    plain = text.replace("[", "").replace("]", "")

    assert mask.show(mask.hide(plain)) == plain


@pytest.mark.parametrize("place", [MOST_OF_ONE, MOST_OF_ONE + LONGEST_HIDDEN])
@pytest.mark.parametrize("filling", ["well, ", "write to bob.dylan@music.example. "])
def test_what_is_cut_off_in_the_middle_leaves_nothing_of_itself(place: int, filling: str) -> None:
    """Filled with what takes less room once it is masked, too."""
    secret = "jane.doe@example.com"
    for before in range(1, len(secret)):
        start = (filling * MOST_OF_ONE)[: place - before]
        text = f"{start[: start.rindex(' ')]:<{place - before}}{secret} and more" + " " * 700
        brief = Brief(
            marketplace="amazon",
            language="en",
            intent="",
            messages=[message(1, text)],
            facts={},
            approved=[],
            most=100,
        )

        ask = draft_ask(brief, Mask(), "nonce", most_tokens=10)

        assert "jane" not in ask.turns[1].content
