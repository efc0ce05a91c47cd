import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.drafting.language import LANGUAGES, detect, known_language, warm_up
from responder.drafting.scripts import TRADITIONAL_TO_SIMPLIFIED


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where is my parcel? It should have been here on Monday.", "en"),
        ("Wo bleibt mein Paket? Ich warte schon seit einer Woche.", "de"),
        ("Bonjour, je n'ai toujours pas reçu ma commande.", "fr"),
        ("Hola, ¿cuándo llega mi pedido? Lo necesito pronto.", "es"),
        ("Buongiorno, vorrei restituire questo articolo.", "it"),
        ("Bom dia, onde está a minha encomenda?", "pt"),
        ("Goedemorgen, waar blijft mijn bestelling?", "nl"),
        ("Dzień dobry, gdzie jest moja paczka?", "pl"),
        ("Merhaba, siparişim ne zaman gelecek?", "tr"),
        ("请问什么时候发货?", "zh"),
        ("請問什麼時候會發貨?", "zh-Hant"),
        ("注文した商品がまだ届いていません。", "ja"),
        ("領収書発行希望", "ja"),
        ("배송은 언제 되나요?", "ko"),
        ("أين طلبي؟", "ar"),
        ("我买的 iPhone 13 Pro Max 什么时候到", "zh"),
        ("这款优の品牌奶粉是哪天生产的", "zh"),
        ("I ordered for my friend 王小明, where is the parcel now?", "en"),
    ],
)
def test_a_buyers_language_is_recognized(text: str, language: str) -> None:
    assert detect(text, "en") == (language, False)


@pytest.mark.parametrize("text", ["", "ok", "XL", "iPhone 13", "👍", "123-4567890-1234567", "!!!"])
@pytest.mark.parametrize("default", ["en", "zh", "de"])
def test_what_is_too_short_to_tell_is_guessed_to_be_the_default(text: str, default: str) -> None:
    assert detect(text, default) == (default, True)


def test_han_that_fits_several_languages_follows_the_default() -> None:
    assert detect("大小", "ja") == ("ja", True)
    assert detect("大小", "zh-Hant") == ("zh-Hant", True)
    assert detect("大小", "en") == ("zh", False)


def test_only_the_languages_asked_for_are_answered() -> None:
    assert detect("Gdzie jest moja paczka proszę", "de", ("de", "en"))[0] in {"de", "en"}
    assert detect("배송은 언제 되나요?", "en", ("en", "zh")) == ("en", True)
    assert detect("請問什麼時候會發貨?", "en", ("en", "zh")) == ("zh", False)


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("de-AT", "de"),
        ("EN_us", "en"),
        ("zh-CN", "zh"),
        ("zh-TW", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("sv", None),
        ("", None),
        (None, None),
    ],
)
def test_a_marketplaces_tag_is_brought_to_ours(tag: str | None, language: str | None) -> None:
    assert known_language(tag) == language


def test_the_model_may_be_loaded_ahead() -> None:
    warm_up()


def test_the_shops_own_language_needs_less_proof_than_another() -> None:
    assert detect("service contact information", "en") == ("en", False)
    assert detect("service contact information", "es") == ("es", True)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Problema com a fatura", "pt"),
        ("Problema con la factura", "es"),
        ("Problema con la fattura", "it"),
        ("Probleem met factuur", "nl"),
        ("Rückerstattung", "de"),
        ("Colis endommagé", "fr"),
        ("Zwrot pieniędzy", "pl"),
        ("Yanlış beden", "tr"),
        ("Wrong size", "en"),
        ("注文確認", "ja"),
        ("商品未着", "ja"),
        ("想退款", "zh"),
        ("Usuário não vê o código", "pt"),
        ("E-mail do pedido", "pt"),
        ("Który rozmiar", "pl"),
        ("送料割引", "ja"),
        ("在綫付款，有幾種方式", "zh-Hant"),
        ("訂單未收到", "zh-Hant"),
        ("会話の終わり", "ja"),
        ("以前の会話", "ja"),
        ("会話の番号", "ja"),
        ("一部の金額", "ja"),
        ("新規請求書確認", "ja"),
        ("Zeige alle Artikel", "de"),
        ("Tipos de arquivos permitidos", "pt"),
    ],
)
def test_a_subject_of_two_words_is_told_where_nothing_is_expected(text: str, language: str) -> None:
    assert detect(text, None)[0] == language


def test_where_nothing_is_expected_too_little_text_is_english_and_a_guess() -> None:
    assert detect("123", None) == ("en", True)


@pytest.mark.parametrize(
    "text",
    [
        "請問有現貨嗎",
        "退貨運費誰付",
        "尺寸不對想換貨",
        "發票",
        "包裹還沒收到",
        "怎麼有個商品説缺貨",
        "我説話費沒到賬",
        "我們寫信是爲了通知您",
        "不着急一個小時達",
        "台灣の味道",
        "説退到白條",
    ],
)
def test_traditional_chinese_is_never_another_language(text: str) -> None:
    for default in ("en", "ja", "ko", None):
        assert detect(text, default)[0] == "zh-Hant"


def test_links_and_numbers_do_not_count_as_words() -> None:
    assert detect("https://www.amazon.de/gp/your-account/order-details", "de") == ("de", True)


@given(text=st.text(max_size=300), default=st.sampled_from(sorted(LANGUAGES)))
def test_any_text_gets_a_known_language(text: str, default: str) -> None:
    language, _guessed = detect(text, default)

    assert language in LANGUAGES


def test_a_huge_text_is_read_at_its_beginning_only() -> None:
    start = "Where is my parcel? It should have been here on Monday. "

    assert detect(start * 40 + "快递" * 1_000_000, "de") == ("en", False)


def test_each_traditional_character_has_one_simplified_form_of_its_own() -> None:
    for old, new in TRADITIONAL_TO_SIMPLIFIED.items():
        assert new not in TRADITIONAL_TO_SIMPLIFIED, chr(old)
