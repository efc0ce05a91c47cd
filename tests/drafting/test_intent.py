"""What buyers want is understood, in every language, and what is grave or unclear is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.domain.model import Intent
from responder.drafting.intent import Guess, fold
from tests.drafting.shipped_intents import INTENTS, PROBLEMS


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


def test_disguises_of_keyboards_do_not_hide_a_word() -> None:
    assert fold("Ｗｈｅｒｅ\u200b  is　MY\u00a0order’s") == "where is my order's"


@given(text=st.text(max_size=400), language=st.sampled_from(["zh", "en", "ja", "de", "xx"]))
def test_no_text_breaks_the_understanding(text: str, language: str) -> None:
    best = INTENTS.understand(text, [language]).best

    assert 0 <= best.score <= 1
