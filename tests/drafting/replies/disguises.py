"""Contacts in disguise, put together from parts: what is hidden, how, and in which sentence.

Every disguise is used in every language that knows it; nothing here is drawn by chance.
"""

import unicodedata
from collections.abc import Callable, Iterator

from tests.drafting.replies import Line

PHONE, MOBILE, QQ = "4915237714908", "13671902854", "2875103964"
MAIL, SITE = ("hilfe.lampen", "lampenhof", "com"), ("lampenhof", "com")

NAMED = {
    "en": "zero one two three four five six seven eight nine",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "it": "zero uno due tre quattro cinque sei sette otto nove",
    "ja": "ゼロ いち に さん よん ご ろく なな はち きゅう",
    "zh": "零 幺 二 三 四 五 六 七 八 九",
}
RING = {
    "en": "You can ring me here: {}.",
    "de": "Am besten rufen Sie durch: {}.",
    "fr": "Vous pouvez me joindre ici : {}.",
    "es": "Puede marcar este número: {}.",
    "it": "Mi chiami pure a questo numero: {}.",
    "ja": "こちらへどうぞ：{}",
    "zh": "有问题打这个：{}",
}
WRITE = {
    "en": "Please send the pictures to {}, thank you.",
    "de": "Die Bilder bitte an {}, danke.",
    "fr": "Envoyez les photos à {}, merci.",
    "es": "Mande las fotos a {}, gracias.",
    "it": "Mandi le foto a {}, grazie.",
    "ja": "写真は {} までお送りください。",
    "zh": "图片发到 {} 就可以了",
}
LOOK = {
    "en": "The manual is on {} for everybody.",
    "de": "Die Anleitung steht auf {} bereit.",
    "fr": "La notice se trouve sur {} pour tous.",
    "es": "El manual está en {} para todos.",
    "it": "Il manuale è su {} per tutti.",
    "ja": "説明書は {} にございます。",
    "zh": "说明书在 {} 上面可以看",
}
AT = {
    "en": "at", "de": "(at)", "fr": "arobase", "es": "arroba", "it": "chiocciola",
    "ja": "アットマーク", "zh": "小老鼠",
}  # fmt: skip
DOT = {
    "en": "dot", "de": "Punkt", "fr": "point", "es": "punto", "it": "punto",
    "ja": "ドット", "zh": "点",
}  # fmt: skip

# What WeChat and QQ are called where their names are not let through, and one name more.
ZH_MESSENGERS = (
    "嘉薇{}", "➕葳{}", "+V芯 {}", "伽V {}", "徽芯{}", "嶶信{}", "薇❤{}", "V❤：{}", "v.x. {}",
    "ＶＸ{}", "微 ❌ 信 {}", "威杏号{}", "卫 星 号 {}", "绿 泡 泡 {}", "wēi xìn {}", "W X：{}",
    "筘筘{}", "Q Q {}", "企🐧号{}", "叩叩 {}", "🐧{}", "蔻蔻号{}", "扣①下 {}",
    "whats 鸭 {}", "小飞机 {}",
)  # fmt: skip
MESSENGERS = {
    "en": """Find us on W h a t s A p p.
        We are on Wh4tsApp as well.
        Use What's App, it is quicker.
        Write on T.e.l.e.g.r.a.m instead.
        Look for lampenhof on 1nstagram.
        Add us on Wеchat.
        Ping us on Face book.
        I am on Tele-gram.
        Reach me on the green chat app.
        Message me on Viiber.""",
    "de": """Schreiben Sie uns auf WhatsAp.
        Wir sind auch auf What’s App.
        Über Threema geht es schneller.""",
    "fr": """Écrivez-nous sur Whats'App.
        Passons sur Télégram.
        Retrouvez-nous sur Insta gram.""",
    "es": """Escríbanos por guasap.
        Mejor por wasap.
        Estamos en Tele gram.""",
    "it": """Ci scriva su uozzap.
        Meglio su Tele gram.
        Ci trova su Face-book.""",
    "ja": """ＬＩＮＥで追加してください。
        緑のトークアプリでお願いします。
        インスタのＤＭへどうぞ。""",
}


def keycaps(digits: str) -> str:
    return "".join(f"{digit}\ufe0f\u20e3" for digit in digits)


def circled(digits: str) -> str:
    return "".join(chr(0x2460 + int(digit) - 1) if digit != "0" else "⓪" for digit in digits)


def bold(digits: str) -> str:
    return "".join(chr(0x1D7CE + int(digit)) for digit in digits)


def arabic(digits: str) -> str:
    return "".join(chr(0x0660 + int(digit)) for digit in digits)


def starred(digits: str) -> str:
    return "★".join(digits)


def stacked(digits: str) -> str:
    return "\n".join(digits[start : start + 3] for start in range(0, len(digits), 3))


def as_letters(digits: str) -> str:
    return digits.replace("0", "O").replace("1", "l").replace("5", "S")


def mixed(digits: str) -> str:
    return "".join(
        digit if place % 2 else "零一二三四五六七八九"[int(digit)]
        for place, digit in enumerate(digits)
    )


def backwards(text: str) -> str:
    return text[::-1]


DIGITS: tuple[Callable[[str], str], ...] = (
    keycaps, circled, bold, arabic, starred, stacked, as_letters,
)  # fmt: skip


def contacts() -> Iterator[Line]:
    """All of it, one line a disguise and language."""
    for language, ring in RING.items():
        market, number = ("taobao", MOBILE) if language == "zh" else ("amazon", PHONE)
        spelled = " ".join(NAMED[language].split()[int(digit)] for digit in number)
        hidden = [way(number) for way in DIGITS]
        for one in (*hidden, spelled, f"{number[:4]} ... {number[4:8]} ... {number[8:]}"):
            yield Line(market, language, "contact", ring.format(one))
        yield from _addresses(market, language)
    for frame in ZH_MESSENGERS:
        yield Line("taobao", "zh", "contact", "亲 " + frame.format("lampe_2037"))
    for way in (*DIGITS, mixed):
        yield Line("taobao", "zh", "contact", f"扣扣 {way(QQ)} 找我")
    for language, texts in MESSENGERS.items():
        yield from (Line("amazon", language, "contact", text.strip()) for text in texts.split("\n"))


def _addresses(market: str, language: str) -> Iterator[Line]:
    name, host, end = MAIL
    at, dot = AT[language], DOT[language]
    mails = (
        f"{name} {at} {host} {dot} {end}",
        f"{name} @ {host} . {end}",
        f"{name}＠{host}．{end}",
        f"{name}@{host}\n.{end}",
        f"{name}[a]{host}[.]{end}",
    )
    sites = (
        f"{host} {dot} {end}",
        f"{host} . {end}",
        f"{host},{end}",
        f"w w w {host} {end}",
        f"{backwards(f'{host}.{end}')}",
        f"{host}\u200b.\u200b{end}",
        unicodedata.normalize("NFC", "la\u0301mpenhof.com"),
        f"{host}.c0m",
        "l\u0430mpenhof.com",
    )
    yield from (Line(market, language, "contact", WRITE[language].format(one)) for one in mails)
    yield from (Line(market, language, "contact", LOOK[language].format(one)) for one in sites)
