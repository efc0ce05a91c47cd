from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.domain.model import Intent
from responder.drafting.intent import Guess, Intents, decide, fold, rank
from responder.drafting.intent_files import read_intents
from responder.drafting.problems import Collector

SHIPPED = Path(__file__).parents[2] / "config" / "intents"


def _read(directory: Path) -> tuple[Intents, list[str]]:
    problems = Collector()
    intents = read_intents(directory, problems)
    return intents, [str(problem) for problem in problems.problems]


INTENTS, PROBLEMS = _read(SHIPPED)


def test_the_shipped_patterns_are_sound() -> None:
    assert PROBLEMS == []


@pytest.mark.parametrize(
    ("language", "text", "case"),
    [
        ("en", "Hi, where is my order? I need it for Saturday's party.", "where_is_my_order"),
        ("en", "Tracking has not been updated for five days", "tracking_not_moving"),
        ("en", "It says delivered but nothing is here", "delivered_not_received"),
        ("en", "Please cancel this order, I found one at home", "cancel_order"),
        ("en", "I typed the wrong house address, can you correct it?", "change_address"),
        ("en", "I'd like to send these shoes back", "return_request"),
        ("en", "Can I exchange the blue one for a red one?", "exchange_request"),
        ("en", "When will I get my refund?", "refund_status"),
        ("en", "The kettle arrived broken", "damaged"),
        ("en", "The lamp does not turn on any more", "defective"),
        ("en", "You sent me the wrong color", "wrong_item"),
        ("en", "Two screws are missing", "missing_item"),
        ("en", "Is this jacket waterproof?", "specification"),
        ("en", "When will the green one be back in stock?", "restock"),
        ("en", "How long is the warranty?", "warranty"),
        ("en", "Do you ship to Canada?", "shipping_region"),
        ("en", "How long does standard shipping to Canada take?", "shipping_time"),
        ("en", "How much is shipping?", "shipping_fee"),
        ("en", "I need an invoice with VAT for my company", "invoice_request"),
        ("en", "Do you have a coupon?", "coupon"),
        ("en", "Can I pay with PayPal?", "payment_method"),
        ("en", "My card was charged twice", "payment_failed"),
        ("en", "This is unacceptable, I am very disappointed", "complaint"),
        ("en", "Thank you very much!", "thanks"),
        ("zh", "亲，我的包裹到哪了", "where_is_my_order"),
        ("zh", "什么时候发货呀", "when_will_it_ship"),
        ("zh", "物流三天没更新了", "tracking_not_moving"),
        ("zh", "显示签收了可是我没收到", "delivered_not_received"),
        ("zh", "帮我取消订单吧", "cancel_order"),
        ("zh", "地址写错了，能改一下吗", "change_address"),
        ("zh", "麻烦备注一下发顺丰", "add_remark"),
        ("zh", "衣服不合适想退货", "return_request"),
        ("zh", "退回去的运费谁出", "return_freight"),
        ("zh", "退款什么时候到账", "refund_status"),
        ("zh", "杯子收到就碎了", "damaged"),
        ("zh", "你们发错颜色了", "wrong_item"),
        ("zh", "少发了一件", "missing_item"),
        ("zh", "这个还有货吗", "stock"),
        ("zh", "身高170体重60公斤穿什么码", "size_fit"),
        ("zh", "保修多久", "warranty"),
        ("zh", "包邮吗", "shipping_fee"),
        ("zh", "发什么快递", "carrier"),
        ("zh", "可以开发票吗", "invoice_request"),
        ("zh", "能便宜点吗", "discount_request"),
        ("zh", "昨天刚买今天就降价了", "price_protection"),
        ("zh", "可以用花呗吗", "payment_method"),
        ("zh", "什么态度，我要投诉", "complaint"),
        ("zh", "好的谢谢", "thanks"),
        ("zh-Hant", "請問什麼時候發貨", "when_will_it_ship"),
        ("ja", "商品がまだ届きません", "late_delivery"),
        ("ja", "注文をキャンセルしたいです", "cancel_order"),
        ("ja", "サイズを交換したいです", "exchange_request"),
        ("ja", "領収書を発行してください", "invoice_request"),
        ("ja", "届いたら割れていました", "damaged"),
        ("ja", "色が違う商品が届きました", "wrong_item"),
        ("de", "Wo bleibt mein Paket?", "where_is_my_order"),
        ("de", "Ich möchte die Bestellung stornieren", "cancel_order"),
        ("de", "Die Tasse kam zerbrochen an, das Paket war beschädigt", "damaged"),
        ("de", "Wer zahlt die Rücksendung?", "return_freight"),
        ("de", "Bitte schicken Sie mir eine Rechnung", "invoice_request"),
        ("fr", "Où est ma commande ?", "where_is_my_order"),
        ("fr", "Je voudrais annuler ma commande", "cancel_order"),
        ("fr", "Il manque une pièce", "missing_item"),
        ("fr", "Pouvez-vous m'envoyer une facture ?", "invoice_request"),
        ("es", "¿Dónde está mi pedido?", "where_is_my_order"),
        ("es", "Quiero devolver el producto", "return_request"),
        ("es", "El juguete llegó roto", "damaged"),
        ("it", "Dov'è il mio pacco?", "where_is_my_order"),
        ("it", "Vorrei annullare l'ordine", "cancel_order"),
        ("it", "Quando arriva il rimborso?", "refund_status"),
    ],
)
def test_a_plain_message_is_understood(language: str, text: str, case: str) -> None:
    understood = INTENTS.understand(text, [language])

    assert understood.best.case == case, understood


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "hello"),
        ("en", "the other one"),
        ("en", "I want to speak to a human agent"),
        ("en", "I forgot my password"),
        ("en", "What is the weather like in Rome?"),
        ("zh", "在吗"),
        ("zh", "嗯"),
        ("zh", "密码忘了怎么登录"),
        ("zh", "转人工"),
        ("ja", "こんにちは"),
        ("de", "Guten Abend"),
        ("fr", "Bonsoir"),
        ("ko", "배송 언제 되나요"),
        ("en", ""),
    ],
)
def test_what_is_not_understood_is_unknown(language: str, text: str) -> None:
    assert INTENTS.understand(text, [language]).best.intent is Intent.UNKNOWN


@pytest.mark.parametrize(
    ("language", "text", "case"),
    [
        ("en", "Refund me or my lawyer will write to you", "legal_threat"),
        ("en", "The charger caught fire and burned my hand", "injury"),
        ("en", "I will file a chargeback if it is not here tomorrow", "chargeback"),
        ("en", "Send it again or I will leave a bad review", "bad_review_threat"),
        ("zh", "再不退款我就打12315", "legal_threat"),
        ("zh", "用了之后脸上过敏红肿", "injury"),
        ("zh", "不给换就给差评", "bad_review_threat"),
        ("ja", "弁護士に相談します", "legal_threat"),
        ("de", "Dann gehe ich zum Anwalt", "legal_threat"),
        ("fr", "Mon fils s'est brûlé avec votre appareil", "injury"),
        ("es", "Voy a denunciar a su tienda", "legal_threat"),
        ("it", "Mi rivolgo al mio avvocato", "legal_threat"),
    ],
)
def test_a_grave_message_is_never_a_confident_pick(language: str, text: str, case: str) -> None:
    understood = INTENTS.understand(text, [language])

    assert understood.best == Guess(intent=Intent.COMPLAINT, case=case, score=0.0)
    assert "person" in str(understood.advice)


def _guess(intent: Intent, score: float) -> Guess:
    return Guess(intent=intent, case=intent.value, score=score)


def test_two_intents_that_are_as_likely_make_an_unknown_with_both_named() -> None:
    pair = (_guess(Intent.CANCEL_ORDER, 0.86), _guess(Intent.CHANGE_ORDER, 0.85))

    understood = decide(pair)

    assert understood.best.intent is Intent.UNKNOWN
    assert str(understood.advice) == "it may be cancel_order or change_order"
    assert understood.others == pair


def test_a_clear_lead_decides_and_the_rest_is_kept() -> None:
    first, second = _guess(Intent.INVOICE, 0.95), _guess(Intent.PAYMENT, 0.8)

    understood = decide((first, second))

    assert understood.best.intent is Intent.INVOICE
    assert understood.best.confidence == 0.95
    assert understood.others == (second,)


def test_a_pick_that_is_often_wrong_is_left_to_a_person_as_a_candidate() -> None:
    doubtful = Guess(intent=Intent.INVOICE, case="invoice", score=0.9, trust=0.6)

    understood = decide([doubtful])

    assert understood.best.intent is Intent.UNKNOWN
    assert understood.others == (doubtful,)
    assert str(understood.advice) == "it may be invoice, which is not sure"


def test_another_intent_close_behind_makes_a_pick_less_sure() -> None:
    first, second = _guess(Intent.INVOICE, 0.9), _guess(Intent.PAYMENT, 0.85)

    assert decide([first, second]).best.confidence < decide([first]).best.confidence


def test_one_guess_stands_for_each_intent() -> None:
    weak, strong = (
        rule
        for rule in INTENTS._rules["en"]
        if rule.case in {"cancel_status", "cancel_order"}  # same intent, two scores
    )

    assert [guess.case for guess in rank([weak, strong])] == ["cancel_status"]


def test_disguises_of_keyboards_do_not_hide_a_word() -> None:
    assert fold("Ｗｈｅｒｅ\u200b  is　MY\u00a0order’s") == "where is my order's"


@given(text=st.text(max_size=400), language=st.sampled_from(["zh", "en", "ja", "de", "xx"]))
def test_no_text_breaks_the_understanding(text: str, language: str) -> None:
    best = INTENTS.understand(text, [language]).best

    assert 0 <= best.score <= 1


def test_each_problem_of_a_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "xx.toml"
    file.write_text(
        'gap = 5\n[[case]]\nintent = "payment"\ncase = "a_b"\npatterns = ["a+", "ok"]\n'
        '[[case]]\nintent = "payment"\ncase = "c_d"\npatterns = ["{nobody}"]\n'
    )

    _intents, problems = _read(tmp_path)

    assert len(problems) == 2
    assert "xx.toml: case 1 (a_b): 'a+'" in problems[0]
    assert "unknown word {nobody}" in problems[1]


def test_a_wrong_key_names_those_that_are_known(tmp_path: Path) -> None:
    (tmp_path / "xx.toml").write_text(
        '[[case]]\nintent = "payment"\ncase = "a_b"\npattern = ["a"]\npatterns = ["a"]\n'
    )

    _intents, [problem] = _read(tmp_path)

    assert "case.0.pattern: unknown key; known are case, caution, intent, patterns" in problem


def test_a_directory_without_patterns_is_a_problem(tmp_path: Path) -> None:
    _intents, [problem] = _read(tmp_path)

    assert "has no *.toml" in problem


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Is COD possible for this one?", Intent.PAYMENT),
        ("I would rather pay cash when it is delivered", Intent.PAYMENT),
        ("If I order now, how soon will it reach me?", Intent.SHIPPING_INFO),
        ("exact delivery time please", Intent.SHIPPING_INFO),
    ],
)
def test_what_shops_answer_differently_is_a_candidate_and_not_a_pick(
    text: str, intent: Intent
) -> None:
    understood = INTENTS.understand(text, ["en"])

    assert understood.best.intent is Intent.UNKNOWN
    assert intent in {other.intent for other in understood.others}


@pytest.mark.parametrize(
    ("case", "texts"),
    [
        (
            "compensation",
            {
                "en": "What will you do to make this up to me?",
                "zh": "这个怎么赔偿我",
                "de": "Ich verlange eine Entschädigung",
                "fr": "Je demande un dédommagement",
                "es": "Exijo una compensación",
                "it": "Chiedo un risarcimento",
                "ja": "補償していただけますか",
            },
        ),
        (
            "abuse",
            {
                "en": "You bunch of idiots",
                "zh": "垃圾客服，脑残",
                "de": "Ihr seid doch Idioten",
                "fr": "Bande d'incapables",
                "es": "Sois unos inútiles",
                "it": "Siete degli incapaci",
                "ja": "ふざけるな",
            },
        ),
        (
            "wholesale",
            {
                "en": "Do you sell wholesale? I would take 200 pieces",
                "zh": "我要买两百个，批发价多少",
                "de": "Gibt es Mengenrabatt?",
                "fr": "Vendez-vous en gros ?",
                "es": "¿Venden al por mayor?",
                "it": "Vendete all'ingrosso?",
                "ja": "大量注文したいのですが",
            },
        ),
        (
            "recommendation",
            {
                "en": "Which one would you recommend for a small kitchen?",
                "zh": "能帮我推荐一款吗",
                "de": "Was würden Sie mir empfehlen?",
                "fr": "Lequel me conseillez-vous ?",
                "es": "¿Cuál me recomienda?",
                "it": "Quale mi consiglia?",
                "ja": "どちらがおすすめですか",
            },
        ),
        (
            "carrier_surcharge",
            {
                "en": "How much extra is express shipping?",
                "zh": "发顺丰要加多少钱",
                "de": "Wie hoch ist der Aufpreis für Expressversand?",
                "fr": "Quel est le supplément pour la livraison express ?",
                "es": "¿Qué recargo tiene el envío urgente?",
                "it": "Qual è il supplemento per la spedizione espressa?",
                "ja": "速達だと追加料金はいくらですか",
            },
        ),
        (
            "carrier_preference",
            {
                "en": "Could you please send it with DHL",
                "zh": "麻烦发顺丰，谢谢",
                "de": "Bitte mit DHL verschicken",
                "fr": "Merci de l'envoyer par Colissimo",
                "es": "Por favor envíenlo por SEUR",
                "it": "Per favore speditelo con BRT",
                "ja": "ヤマトで発送してください",
            },
        ),
        (
            "confirm_order",
            {
                "en": "Can you double-check my address before it leaves?",
                "zh": "帮我核对一下地址",
                "de": "Bitte prüfen Sie noch einmal meine Adresse",
                "fr": "Pouvez-vous vérifier mon adresse ?",
                "es": "¿Puede confirmar mi dirección?",
                "it": "Può verificare il mio indirizzo?",
                "ja": "住所は合っていますか",
            },
        ),
        (
            "merge_orders",
            {
                "en": "Can you combine my two orders?",
                "zh": "两个订单能合并发货吗",
                "de": "Können Sie meine Bestellungen zusammenlegen?",
                "fr": "Pouvez-vous regrouper mes commandes ?",
                "es": "¿Pueden juntar mis pedidos?",
                "it": "Potete unire i miei ordini?",
                "ja": "同梱していただけますか",
            },
        ),
        (
            "add_item",
            {
                "en": "Can I add another lid to my order?",
                "zh": "能再加一个一起发吗",
                "de": "Kann ich noch etwas hinzufügen?",
                "fr": "Puis-je ajouter un article ?",
                "es": "¿Puedo añadir otro artículo?",
                "it": "Posso aggiungere un articolo?",
                "ja": "注文に商品を追加できますか",
            },
        ),
        (
            "lost_parcel",
            {
                "en": "The courier says my parcel was lost",
                "zh": "快递说包裹弄丢了",
                "de": "Das Paket ist verloren gegangen",
                "fr": "Le colis est perdu",
                "es": "El paquete se ha extraviado",
                "it": "Il pacco è andato perso",
                "ja": "荷物が紛失したようです",
            },
        ),
        (
            "short_shipment",
            {
                "en": "I ordered six cups but only four were in the box",
                "zh": "我买了十个只收到八个",
                "de": "Ich habe 6 bestellt, nur 4 waren da",
                "fr": "J'ai commandé six tasses, seulement quatre dans la boîte",
                "es": "Compré seis tazas pero llegaron cuatro",
                "it": "Ho ordinato sei tazze ma sono quattro",
                "ja": "6個注文して4個しか届きませんでした",
            },
        ),
        (
            "hours",
            {
                "en": "When are you available?",
                "zh": "客服几点上班",
                "de": "Wann sind Sie erreichbar?",
                "fr": "Quels sont vos horaires ?",
                "es": "¿Cuál es su horario?",
                "it": "Quali sono i vostri orari?",
                "ja": "営業時間を教えてください",
            },
        ),
    ],
)
def test_each_finer_case_is_known_in_every_language(case: str, texts: dict[str, str]) -> None:
    for language, text in texts.items():
        understood = INTENTS.understand(text, [language])
        named = [guess.case for guess in (understood.best, *understood.others)]
        assert case in named, (language, text, named)


def test_a_pattern_that_speaks_against_a_rule_is_touched_as_well(tmp_path: Path) -> None:
    file = tmp_path / "zh.toml"
    file.write_text(
        'whole_words = false\n[[case]]\nintent = "refund_status"\ncase = "refund"\n'
        'patterns = ["退款", "退钱"]\nunless = ["发票"]\n',
        encoding="utf-8",
    )
    intents, problems = _read(tmp_path)
    assert not problems

    assert intents.touched("發票和退款", ["zh-Hant", "zh"]) == {"退款", "发票"}
    assert not intents.fired("發票和退款", ["zh"])
    assert not intents.touched("發票和退款", ["en"])
