"""A buyer's language is called by its name, in the language of the page."""

import pytest

from responder.console.pages.language import called
from responder.drafting.language import LANGUAGES
from tests.console.house import House
from tests.console.person import Person


@pytest.mark.parametrize(
    ("code", "page", "name"),
    [
        ("zh", "en", "Chinese"),
        ("zh", "zh", "中文"),
        ("de", "zh", "德语"),
        ("zh-Hant", "en", "Traditional Chinese"),
        ("pt-XY", "en", "Portuguese"),
        ("tlh-x", "en", "Klingon"),
        ("xx", "zh", "xx"),
        ("<b>", "en", "<b>"),
    ],
)
def test_a_language_is_called(code: str, page: str, name: str) -> None:
    assert called(code, page) == name


@pytest.mark.parametrize("page", ["en", "zh"])
def test_every_language_that_is_told_apart_has_a_name(page: str) -> None:
    assert [code for code in LANGUAGES if called(code, page) == code] == []


async def test_a_conversation_names_the_language_and_no_code(house: House, ann: Person) -> None:
    one = await house.buyer_writes("Wo ist mein Paket?", language="de")
    await house.draft()

    english = await ann.html(f"/c/{one}")
    chinese = await ann.html(f"/c/{one}", **{"Accept-Language": "zh"})

    assert "<dt>Language</dt><dd>German</dd>" in english
    assert english.count('<span class="lang">German</span>') == 2  # its message, our draft
    assert '<span class="lang" title="German">de</span>' in english
    assert "<dt>语言</dt><dd>德语</dd>" in chinese
