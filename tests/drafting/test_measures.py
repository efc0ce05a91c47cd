"""Buyers who give their measures, and buyers who ask for a size without giving any."""

import pytest

from responder.drafting.measures import gives_measures


@pytest.mark.parametrize(
    "text",
    [
        "I am 5'6\" and 130 lbs, what size should I take?",
        "I'm 165 cm, which size?",
        "My height is 178 and weight 80, which size fits?",
        "I usually wear a size M, is it true to size?",
        "I normally wear 10 in dresses. What size do I need?",
        "I wear a 42",
        "My waist is 32 inches",
        "I am 165cm tall",
        "She is 150 lbs",
        "身高170体重60公斤穿什么码",
        "我165 105斤穿多大",
        "165cm穿什么码",
        "120斤选什么号",
        "平时穿M码，这个穿多大",
        "平时都穿39的鞋买几码",
        "170，60kg 穿啥码",
        "身高一米六五 体重50kg",
        "１６５ｃｍ、５０ｋｇですがサイズは",
        "身長165cmですが、どのサイズがいいですか",
        "普段Mサイズを着ています",
        "普段は24.5cmです",
        "Ich bin 1,75 m groß und wiege 70 kg",
        "Ich trage sonst Größe 42",
        "Normalerweise trage ich M",
        "Meine Körpergröße ist 180 cm",
        "Je mesure 1m65 et je pèse 60 kg",
        "Je fais du 38",
        "je prends d'habitude du M",
        "Mido 1,70 m y peso 65 kg",
        "Normalmente uso la talla M",
        "uso una 40",
        "Sono alta 165 cm, che taglia prendo?",
        "Porto la 44, che taglia mi consiglia?",
        "di solito porto una M",
        "peso 70 kg",
        "I'm a L",
    ],
)
def test_a_measure_of_the_body_or_a_size_that_is_worn_is_heard(text: str) -> None:
    assert gives_measures(text)


@pytest.mark.parametrize(
    "text",
    [
        "一般买10个",
        "I take 20",
        "Will size M fit me?",
        "Do you have it in XL?",
        "What size should I take?",
        "我要120cm的皮带有吗",
        "这个多大尺寸",
        "M码有货吗",
        "什么时候发货",
        "How heavy is it?",
        "Is it 60x40 cm?",
        "I ordered 2 of them on 12/24",
        "It came in 3 days",
        "I bought 2 of these",
        "I am a customer since 2019",
        "I am an old customer, which size?",
        "Ich habe 2 bestellt",
        "Ich habe eine Frage zur Größe",
        "Gibt es das in Größe 42?",
        "Haben Sie die Größe M?",
        "J'ai une question sur la taille",
        "Avez-vous la taille 38 ?",
        "¿Tienen la talla M?",
        "che taglia devo prendere?",
        "avete la taglia 44?",
        "Mサイズはありますか",
        "尺码偏大吗",
        "110斤的米多少钱",
        "order 113-1234567-1234567 for $165",
        "I take 2",
        "I buy 3 of them",
        "尺码:120cm",
        "Is the bag 40 cm wide?",
        "uso 2 al día",
        "je prends 2 articles",
    ],
)
def test_a_size_that_is_asked_about_is_none_that_is_worn(text: str) -> None:
    assert not gives_measures(text)
