"""What is proposed to need no reply; what is not, whatever it looks like."""

from datetime import UTC, datetime

import pytest

from responder.domain.model import Author, Kind, Message, MessageId
from responder.drafting.closing import why_no_reply

AT = datetime(2026, 3, 3, tzinfo=UTC)
WE_SAID = "It was shipped today, with UPS."


def message(
    text: str, author: Author = Author.BUYER, *, kind: Kind = Kind.CHAT, photo: bool = False
) -> Message:
    attachments = ({"name": "photo.jpg"},) if photo else ()
    return Message(
        id=MessageId(text),
        seq=1,
        author=author,
        kind=kind,
        sent_at=AT,
        stored_at=AT,
        text=text,
        attachments=attachments,
    )


def said(*texts: str, before: str | None = WE_SAID) -> str:
    ours = [] if before is None else [message(before, Author.SELLER)]
    question = message("Where is my parcel?")
    return why_no_reply([question, *ours, *map(message, texts)])


@pytest.mark.parametrize(
    "text",
    [
        "Thank you so much!",
        "Ok great, thanks for your quick response 😊",
        "Hi,\n\nThanks a lot. Have a nice day!\n\nBest regards",
        "Perfect. Thank you",
        "I really appreciate your help",
        "Vielen Dank für die schnelle Antwort!\nMit freundlichen Grüßen",
        "Danke schön, schönes Wochenende",
        "Merci beaucoup pour votre réponse. Bonne journée",
        "Muchas gracias por su ayuda. Saludos",
        "Grazie mille, buona giornata!",
        "ありがとうございます。",
        "谢谢客服~",
        "好的，谢谢亲",
        "嗯嗯 辛苦了",
        "没了，谢谢，再见",
    ],
)
def test_thanks_may_need_no_reply(text: str) -> None:
    assert said(text) == "thanks"


@pytest.mark.parametrize(
    "text", ["Ok", "Got it.", "Alles klar", "好的", "嗯嗯，知道了", "了解しました"]
)
def test_agreement_may_need_no_reply_where_we_asked_for_nothing(text: str) -> None:
    assert said(text) == "ok"
    assert said(text, before="Shall we send another one?") == ""
    assert said(text, before="Please send us a photo.") == ""
    assert said(text, before="给您补发一个可以吗") == ""
    assert why_no_reply([message(text)]) == "", "nobody has said anything to agree with"


@pytest.mark.parametrize(
    "text",
    [
        "Automatic reply: I am out of office until Monday.",
        "This is an automated response. Your message has been received.",
        "I am currently out of the office. I will have limited access to my e-mail.",
        "Abwesenheitsnotiz: Ich bin im Urlaub.",
        "Ich bin derzeit nicht im Büro. Ihre E-Mail wird nicht weitergeleitet.",
        "Réponse automatique : je suis absent",
        "[自动回复] 您好，我正在休假",
    ],
)
def test_a_mailbox_that_answers_by_itself_may_need_no_reply(text: str) -> None:
    assert said(text) == "auto_reply"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello",
        "Thanks, but where is it?",
        "Thanks but it has not arrived",
        "Thanks for nothing",
        "Thank you in advance",
        "Thanks, waiting for the refund",
        "Thank you. Please cancel the other one",
        "ok refund",
        "No thanks to you",
        "Great, it is broken",
        "thanks @ 50% off",
        "I am on vacation until Monday, please deliver after that",
        "I keep getting an automatic reply from you",
        "Why do I get an automatic reply?",
        "Danke, aber es fehlt ein Teil",
        "Merci de me rembourser",
        "Gracias, pero no llegó",
        "谢谢，什么时候发货",
        "好的，那帮我退了吧，谢谢",
        "麻烦你了，帮我改下地址",
        "谢谢你们的垃圾服务态度",
        "收到的是坏的，谢谢",
        "好评返现怎么弄",
        "Thanks " * 60,
    ],
)
def test_whoever_wants_anything_gets_an_answer(text: str) -> None:
    assert said(text) == ""


@pytest.mark.parametrize(
    "text",
    ["Ok, thanks", "Yes thank you", "Great. Thanks!", "好的，谢谢", "はい、ありがとうございます"],
)
def test_a_yes_with_thanks_to_what_we_offered_is_for_a_person(text: str) -> None:
    assert said(text, before="Shall we send you another one?") == ""
    assert said(text, before="给您补发一个可以吗？") == ""
    assert said("Thank you!", before="Shall we send you another one?") == "thanks"


@pytest.mark.parametrize(
    "text",
    ["thank you bye", "ok thanks have a nice day", "Thats all thank you", "oh thank you so much"],
)
def test_two_things_without_a_sign_between_them_are_read_as_two(text: str) -> None:
    assert said(text) == "thanks"


@pytest.mark.parametrize("text", ["Bye", "ok good bye", "Have a great day!", "再见"])
def test_a_farewell_is_an_agreement(text: str) -> None:
    assert said(text) == "ok"
    assert said(text, before="Could you send us a photo?") == ""


@pytest.mark.parametrize(
    "text", ["thank you refund", "ok cancel", "bye the way it broke", "thats all wrong thank you"]
)
def test_words_beside_thanks_that_want_something_are_not_passed_over(text: str) -> None:
    assert said(text) == ""


def test_every_message_since_our_last_one_counts() -> None:
    assert said("Thanks!", "Have a nice day") == "thanks"
    assert said("It is broken.", "Thanks!") == ""
    assert why_no_reply([message("Broken."), message(WE_SAID, Author.SELLER)]) == ""


def test_thanks_with_a_photo_are_looked_at() -> None:
    assert why_no_reply([message("Thanks", photo=True)]) == ""


def test_notices_and_colleagues_notes_are_passed_over() -> None:
    talk = [
        message(WE_SAID, Author.SELLER),
        message("Thanks!"),
        message("A return was requested", Author.PLATFORM, kind=Kind.NOTICE),
        message("call him", Author.SELLER, kind=Kind.NOTE),
    ]

    assert why_no_reply(talk) == "thanks"


@pytest.mark.parametrize(
    "text",
    [
        "好的，太感谢了。我没有问题了！",
        "好的，非常感谢哦，有问题我再联系你哈。",
        "真是太谢谢你了呢！",
        "好，我都记下了。多谢你的帮忙。",
        "谢谢您的解答，我问完了。",
        "收到，感激不尽。",
    ],
)
def test_chinese_thanks_in_other_words_need_no_reply(text: str) -> None:
    assert said(text) == "thanks"


@pytest.mark.parametrize(
    "text",
    [
        "谢谢，麻烦改一下地址",
        "请推荐一个大点的，谢谢",
        "谢谢，还有一个问题",
        "没问题，谢谢，那发票呢",
        "太好了，什么时候发",
        "谢谢你们把我的订单弄丢了",
        "不需要了，谢谢，退了吧",
        "感谢你的推荐，但是不对",
    ],
)
def test_chinese_thanks_that_say_more_need_one(text: str) -> None:
    assert said(text) == ""
