"""Translations beside the original, where the seller wants a language model."""

from collections.abc import Iterable

import pytest

from responder.drafting.llm.port import LlmFailure, Why
from tests.console.house import House
from tests.console.person import Person, problem


class Words:
    """A translator that says what it was asked."""

    def __init__(self) -> None:
        self.fails = False

    async def translate(self, text: str, language: str, names: Iterable[str] = ()) -> str | None:
        if self.fails:
            raise LlmFailure(Why.RESTING)
        return f"{text} in {language} for {','.join(names)}"


@pytest.fixture
def words(house: House) -> Words:
    found = Words()
    object.__setattr__(house.services, "translator", found)  # as the configuration would have it
    return found


async def test_a_message_is_shown_in_another_language(
    house: House, ann: Person, words: Words
) -> None:
    one = await house.buyer_writes("Wo ist es?")

    response = await ann.act(one, "translate", {"seq": 1, "to": "zh-CN"})

    assert response.status == 200
    assert await response.json() == {"text": "Wo ist es? in zh for Jane", "to": "zh"}


async def test_a_text_of_one_s_own_is_shown_too(house: House, ann: Person, words: Words) -> None:
    one = await house.buyer_writes()

    response = await ann.act(one, "translate", {"text": "Bald.", "to": "en"})

    assert (await response.json())["text"] == "Bald. in en for Jane"


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"to": "en"}, (400, "invalid")),
        ({"seq": 1, "text": "x", "to": "en"}, (400, "invalid")),
        ({"seq": 1}, (400, "invalid")),
        ({"seq": 1, "to": "klingon"}, (400, "invalid")),
        ({"seq": 1, "to": "xx"}, (400, "invalid")),
        ({"seq": 9, "to": "en"}, (404, "not_found")),
    ],
)
async def test_what_cannot_be_translated_is_refused(
    house: House, ann: Person, words: Words, body: object, refusal: tuple[int, str]
) -> None:
    one = await house.buyer_writes()

    assert await problem(await ann.act(one, "translate", body)) == refusal


async def test_a_model_that_fails_is_told_without_a_text(
    house: House, ann: Person, words: Words
) -> None:
    words.fails = True
    one = await house.buyer_writes()

    response = await ann.act(one, "translate", {"seq": 1, "to": "de"})

    assert response.status == 503
    assert (await response.json())["error"]["details"] == {"reason": "resting"}


async def test_without_a_model_nothing_is_translated_and_the_page_asks_for_nothing(
    house: House, ann: Person
) -> None:
    one = await house.buyer_writes()
    await house.draft()

    response = await ann.act(one, "translate", {"seq": 1, "to": "de"})

    assert await problem(response) == (409, "no_llm")
    page = await ann.html(f"/c/{one}")
    assert "data-translate" not in page
    assert 'id="translation"' not in page


async def test_words_of_a_shop_that_the_model_may_not_see_go_to_nobody(
    house: House, ann: Person, words: Words
) -> None:
    object.__setattr__(house.services, "model_sees", frozenset({"another"}))
    one = await house.buyer_writes()
    await house.draft()

    refused = [
        await problem(await ann.act(one, "translate", what))
        for what in ({"seq": 1, "to": "de"}, {"text": "Soon.", "to": "de"})
    ]

    assert refused == [(409, "no_llm")] * 2
    page = await ann.html(f"/c/{one}")
    assert "data-translate" not in page
    assert 'id="translation"' not in page


async def test_with_a_model_the_page_has_room_for_translations(
    house: House, ann: Person, words: Words
) -> None:
    one = await house.buyer_writes()
    await house.draft()

    page = await ann.html(f"/c/{one}")

    assert " data-translate>" in page
    assert 'id="translation"' in page
