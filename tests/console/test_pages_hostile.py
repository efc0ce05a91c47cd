"""Whatever is written stays text: by buyers, by us, in an address."""

import pytest

from responder.store.users import Role
from tests.console.house import House
from tests.console.markup import find, has, parse
from tests.console.person import Person

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "\u202eevil\u202c \u200f\u2066 \u0000 \x1b[31m",
    "''; DROP TABLE buyers; --",
    "&lt;b&gt; &amp;amp;",
    "词" * 20_000,
    "w" * 20_000,
    "👩‍👩‍👧‍👦" * 50 + "\n" * 50,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
async def test_what_a_buyer_writes_stays_text(house: House, ann: Person, text: str) -> None:
    one = await house.buyer_writes(
        text, buyer=text[:200], subject=text[:200], order_ids=(text[:40].replace(",", ""),),
        attachments=({"name": text[:100]},), warnings=(text[:100],),
    )  # fmt: skip
    await house.draft()
    await ann.act(one, "note", {"text": text or "-"})
    await ann.act(one, "escalate", {"reason": text[:400]})
    token = await ann.claim(one)
    approved = await ann.approve(one, token=token, text=text)
    if approved.status == 202:
        await ann.act(one, "undo")

    html = await ann.html(f"/c/{one}")

    shown = text.replace("\x00", "")  # which HTML has no way to show
    assert find(html, ".message-buyer .text").text() == shown
    assert find(html, ".message-note .text").text() == shown
    assert not has(html, "img")
    scripts = parse(html).css("script")
    assert all(
        one.attributes.get("src") or one.attributes.get("type") == "application/json"
        for one in scripts
    )
    assert len(scripts) == 3
    names = {name for node in parse(html).css("*") for name in node.attributes}
    assert not [name for name in names if name.startswith("on")]


async def test_our_own_markup_stays_text_too(house: House) -> None:
    ann = await house.person("ann", Role.SUPERVISOR)
    one = await house.buyer_writes()
    await house.draft()
    text = "</textarea><script>alert(1)</script>"
    await ann.approve(one, text=text, override="a test")
    await ann.act(one, "undo")

    html = await ann.html(f"/c/{one}")

    assert find(html, ".came-back blockquote").text() == text
    assert "<script>alert" not in html


@pytest.mark.parametrize(
    "query", ["q=<script>alert(1)</script>", 'account="><b>', "view=open&q=%00"]
)
async def test_what_is_in_an_address_stays_text(ann: Person, query: str) -> None:
    html = await ann.html(f"/?{query}")

    assert "<script>alert" not in html
    assert not has(html, "b")
