"""The finer cases of each intent."""

import pytest

from responder.domain.model import Intent
from tests.drafting.shipped_intents import INTENTS


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
