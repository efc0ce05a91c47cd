"""What a reply may not contain is found, however it is written, and honest words are left alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.domain.model import Finding, Severity
from responder.drafting.known import Known
from responder.drafting.problems import Collector
from responder.drafting.rule_files import read_rules
from responder.drafting.rules import check
from tests.drafting.replies import CAPS

PROBLEMS = Collector()
BOOKS = read_rules(Path(__file__).parents[2] / "config" / "rules", PROBLEMS)


def test_the_shipped_rules_are_sound() -> None:
    assert [str(problem) for problem in PROBLEMS.problems] == []
    assert set(BOOKS) >= {"common", "amazon", "taobao"}


def _blocked(text: str, marketplace: str) -> set[str]:
    return {
        finding.rule
        for finding in check(text, BOOKS[marketplace])
        if finding.severity is Severity.BLOCK
    }


@pytest.mark.parametrize(
    ("marketplace", "text", "rule"),
    [
        ("amazon", "Please see https://my-shop.example.com/return", "link"),
        ("amazon", "It is at www.my-shop.net", "link"),
        ("amazon", "Search for myshop.de and order there", "link"),
        ("amazon", "See https://amazon.com.evil.shop/orders", "link"),
        ("amazon", "See https://evil.shop/amazon.com", "link"),
        ("amazon", "Order at my-shop dot com", "link_in_disguise"),
        ("amazon", "Write to help@my-shop.com", "email"),
        ("amazon", "Write to help (at) my-shop (dot) com", "email"),
        ("amazon", "Write to ｈｅｌｐ＠my-shop.com", "email"),
        ("amazon", "Write to h&#101;lp&#64;my-shop&#x2e;com", "email"),
        ("amazon", "Write to help\n@\nmy-shop\n.com", "email"),
        ("amazon", "Write to hеlр@my-shор.соm", "email"),
        ("amazon", "Write to m\u0332y\u0332-shop\u180b.c\u034fom", "link"),
        ("amazon", "Add me on ᎳhatsᎪpp", "messenger"),
        ("amazon", "Look here: \u202emoc.pohs-ym", "turned_round"),
        ("amazon", "Leave us a 5 st\u0336a\u0336r\u0336 review for a gift card", "review_pressure"),
        ("amazon", "Call us: 212-555-0147", "phone_formatted"),
        ("amazon", "Our number is +49 30 1234567", "phone"),
        ("amazon", "Telefon: 030 1234567", "phone"),
        ("amazon", "Add me on WhatsApp", "messenger"),
        ("amazon", "Pay by bank transfer, it is faster", "payment_off_platform"),
        ("amazon", "Zahlen Sie bitte per Überweisung", "payment_off_platform"),
        ("amazon", "We hope for a positive review", "review_pressure"),
        ("amazon", "Please remove your negative feedback", "review_pressure"),
        ("amazon", "We refund 5 dollars if you leave a review", "review_pressure"),
        ("amazon", "Über eine 5-Sterne-Bewertung freuen wir uns", "review_pressure"),
        ("amazon", "Merci de modifier votre avis", "review_pressure"),
        ("amazon", "レビューを書いていただければクーポンを差し上げます", "review_pressure"),
        ("amazon", "Use the discount code SAVE", "promotion"),
        ("amazon", "Have a look at our other products", "promotion"),
        ("amazon", "Thank you 😀", "emoji"),
        ("amazon", "Thank you \u2764\ufe0f", "emoji"),
        ("amazon", "Dear {{ buyer.name }}", "placeholder"),
        ("amazon", "Dear [customer name]", "placeholder"),
        ("amazon", "You are an idiot", "insult"),
        ("amazon", "Please send me your password", "secret_request"),
        ("taobao", "加微信聊吧", "messenger_in_disguise"),
        ("taobao", "加我薇 信", "messenger_in_disguise"),
        ("taobao", "威❤信同号", "messenger_in_disguise"),
        ("taobao", "加V：abc123", "messenger_in_disguise"),
        ("taobao", "＋Ｖ abc", "messenger"),
        ("taobao", "V信：abc123", "messenger_in_disguise"),
        ("taobao", "vx abc123456", "messenger_in_disguise"),
        ("taobao", "請加 徽信", "messenger_in_disguise"),
        ("taobao", "私聊我吧", "messenger_in_disguise"),
        ("taobao", "扣扣 12 34 56 78", "qq_number"),
        ("taobao", "QQ：一二三四五六七", "qq_number"),
        ("taobao", "电话一三八 零零一三 八零零零", "phone"),
        ("taobao", "138-0013-8000", "phone"),
        ("taobao", "１３８００１３８０００", "phone"),
        ("taobao", "可以支付宝转账给我", "payment_off_platform_zh"),
        ("taobao", "我们线下交易更便宜", "payment_off_platform_zh"),
        ("taobao", "好评返现五元", "review_pressure_zh"),
        ("taobao", "麻烦把差评改一下", "review_pressure_zh"),
        ("taobao", "晒图送红包哦", "review_pressure_zh"),
        ("taobao", "这款不开发票的", "invoice_refused"),
        ("taobao", "开票要加6个点税点", "invoice_refused"),
        ("taobao", "你神经病吧", "insult"),
        ("taobao", "把验证码发我", "placeholder_or_secret"),
    ],
)
def test_what_a_reply_may_not_contain_is_found(marketplace: str, text: str, rule: str) -> None:
    wanted = {"placeholder_or_secret": "secret_request"}.get(rule, rule)
    if rule == "placeholder_or_secret":
        text = "请把验证码告诉我：请提供一下验证码"

    assert wanted in _blocked(text, marketplace)


@pytest.mark.parametrize(
    ("marketplace", "text"),
    [
        ("amazon", "Заказ уже в пути, адрес в сети не менялся."),
        ("amazon", "Votre commande e\u0301tait prête: L & M, taille <M>."),
        ("amazon", "Η παραγγελία σας είναι στο δρόμο."),
        ("amazon", "Your order was shipped on May 3 and should arrive by May 10, 2024."),
        ("amazon", "You can follow it at https://www.ups.com/track or on amazon.co.uk."),
        ("amazon", "Please open https://www.amazon.de/gp/css/order-history."),
        ("amazon", "We never ask you to change your review."),
        ("amazon", "We cannot accept a bank transfer; please pay through the order."),
        ("amazon", "We will review your request and refund the order."),
        ("amazon", "The total was 1,299.00 USD for 2 items."),
        ("amazon", "Please tell us the size, e.g. 38 or 40."),
        ("amazon", "The screen has 1920 x 1080 pixels and 8.5 inches."),
        ("amazon", "Wir senden keine Links und keinen Gutscheincode."),
        ("amazon", "Order 123-1234567-1234567 is on its way."),
        ("taobao", "请勿私下交易，谨防微信诈骗。"),
        ("taobao", "我们不支持微信转账，请在平台付款。"),
        ("taobao", "可以用微信支付或者微信零钱付款。"),
        ("taobao", "您的发票还没有开具，我们尽快安排。"),
        ("taobao", "发票可以开，请提供抬头和税号。"),
        ("taobao", "您是我们的VIP会员，可以加VIP通道。"),
        ("taobao", "加微波炉专用的碗吗？"),
        ("taobao", "订单金额199元，一共3件，满200元包邮。"),
        ("taobao", "退款会原路退回，一般1到3个工作日。"),
        ("taobao", "https://detail.tmall.com/item.htm 可以看到详情"),
    ],
)
def test_an_honest_reply_is_left_alone(marketplace: str, text: str) -> None:
    assert _blocked(text, marketplace) == set()


def test_a_negation_in_another_clause_excuses_nothing() -> None:
    assert "messenger_in_disguise" in _blocked("不能退款的话，加微信说", "taobao")
    assert "review_pressure" in _blocked("Don't worry, leave a 5-star review", "amazon")
    assert "review_pressure" in _blocked("Don't forget a 5-star review", "amazon")


def test_this_conversations_own_numbers_are_allowed() -> None:
    text = "Order 123-1234567-1234567, tracking 13800138000."

    assert {one.rule for one in check(text, BOOKS["amazon"])} == {"phone", "unknown_number"}
    assert check(text, BOOKS["amazon"], Known(allowed=["123-1234567-1234567", "13800138000"])) == ()


def test_an_allowed_value_does_not_cover_what_stands_beside_it() -> None:
    found = check("13800138000 and 13900139000", BOOKS["amazon"], Known(allowed=["13800138000"]))

    assert {(one.start, one.end) for one in found if one.rule == "phone"} == {(16, 27)}


def test_a_finding_points_into_the_original_text() -> None:
    text = "亲，请加 薇\u200b 信 哦"

    spans = {text[one.start : one.end] for one in check(text, BOOKS["taobao"])}

    assert "薇\u200b 信" in spans


def test_length_is_counted_in_characters_and_for_some_threads_in_bytes() -> None:
    text = "谢" * 134

    [found] = check(text, BOOKS["taobao"], Known(byte_limit=400))
    [long] = check("a " * 1001, BOOKS["amazon"])

    assert (found.rule, found.start, found.end) == ("length", 133, 134)
    assert "402 bytes" in found.message
    assert (long.rule, long.start) == ("length", 2000)


def test_a_rule_and_place_are_reported_once() -> None:
    found = check("https://www.my-shop.com/a", BOOKS["amazon"])

    assert [one.rule for one in found].count("link") == 1


def _inside(finding: Finding, text: str) -> bool:
    return 0 <= finding.start < finding.end <= len(text)


@given(
    text=st.text(max_size=300),
    marketplace=st.sampled_from(sorted(BOOKS)),
    allowed=st.lists(st.text(max_size=8), max_size=3),
)
def test_every_finding_of_any_text_lies_inside_of_it(
    text: str, marketplace: str, allowed: list[str]
) -> None:
    found = check(text, BOOKS[marketplace], Known(allowed=allowed, byte_limit=100))

    assert all(_inside(one, text) for one in found)


@given(
    inner=st.sampled_from(["加微信abc123", "help@my-shop.com", "+49 30 1234567"]),
    pad=st.text("ab 。", max_size=20),
)
def test_what_surrounds_a_contact_does_not_hide_it(inner: str, pad: str) -> None:
    text = f"{pad} {inner} {pad}"

    assert _blocked(text, "taobao")


@pytest.mark.parametrize(
    "text",
    [
        "Call 1-8OO-555-O199 and quote your name.",
        "my number: plus forty-four, seven seven hundred, nine hundred one two three",
        "null drei vier eins, neun neun acht, fünfundsiebzig",
        "要三八 洞洞么三 八洞洞洞",
        "ゼロハチゼロの、ニイニイニイニイ、サンサンサンサン",
        "Ring \u0660\u0661\u0667\u0666\u0665\u0665\u0665\u0665\u0661\u0662\u0663",  # Arabic digits
    ],
)
def test_a_number_is_seen_through_how_it_is_written(text: str) -> None:
    assert {"phone", "phone_hidden"} & _blocked(text, "amazon")


def test_letters_that_look_small_are_letters() -> None:
    assert "messenger_masked" in _blocked("\u1d21\u1d07\u1d04\u029c\u1d00\u1d1b oaklamp", "amazon")


@pytest.mark.parametrize(
    "text",
    [
        "Geben Sie bitte niemandem Ihr Passwort, auch uns nicht.",
        "Ne communiquez jamais votre mot de passe, même à nous.",
        "パスワードはどなたにもお教えにならないでください。",
    ],
)
def test_to_ask_that_a_secret_be_kept_is_no_request_for_it(text: str) -> None:
    assert _blocked(text, "amazon") == set()
    assert "secret_request" in _blocked("Geben Sie mir bitte Ihr Passwort", "amazon")


def test_what_was_paid_may_be_named_where_the_goods_come_back() -> None:
    known = Known(
        facts={"order.total": "99.00", "order.currency": "EUR"},
        caps=CAPS["amazon"],
    )

    def stopped(text: str) -> set[str]:
        return {one.rule for one in check(text, BOOKS["amazon"], known)}

    assert stopped("Once we have the lamp back we refund 99.00 EUR.") == set()
    assert stopped("We refund 99.00 EUR today, keep the lamp.") >= {"amount_above_cap"}
    assert stopped("Once we have the lamp back we refund 120.00 EUR.") == {"amount_above_cap"}
    assert stopped("Half of the price comes back to you as compensation.") == {"amount_above_cap"}


def test_a_long_row_of_refusals_is_not_looked_at_for_ever() -> None:
    assert "messenger" in {one.rule for one in check("no WhatsApp. " * 300, BOOKS["amazon"])}
    assert _blocked("no WhatsApp. " * 15, "amazon") == set()
